#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the files beside it with the functions of Locust 2.46.3; see README.md."""
import contextlib
import io
import json
import logging
import os
import pathlib
import tempfile
import types

import locust
from locust import SequentialTaskSet, TaskSet, User, task
from locust import stats as ls
from locust.user.inspectuser import print_task_ratio, print_task_ratio_json

assert locust.__version__ == "2.46.3", locust.__version__
here = pathlib.Path(__file__).parent
START = 1_790_000_000.0
clock = [START]
ls.time = types.SimpleNamespace(time=lambda: clock[0])


def sample(method, name, ms, at, size=100, failure=None):
    return {"method": method, "name": name, "ms": ms, "at": at, "size": size, "failure": failure}


def mixed():
    """Three names over twenty seconds, slow and fast, failing and not."""
    out = []
    for i in range(160):
        at = i / 8
        out.append(sample("GET", "/", 0.5 + i % 7, at, 1000 + i))
        if i % 2 == 0:
            out.append(sample("POST", "/item?id=[id]", 12.25 * (1 + i % 11), at, 37,
                              "HTTPError('404 Client Error: Not Found for url: /item?id=[id]')" if i % 6 == 0 else None))
        if i % 8 == 0:
            out.append(sample("GET", "/item?id=[id]", 150.125 * (1 + i), at, 0))
        if i == 100:
            out.append(sample("GET", "/", 2.0, at, 0, "CatchResponseError('wrong \"title\"')"))
            out.append(sample("DELETE", "/slow", 123456.75, at, 5, "ConnectionRefusedError(111, 'Connection refused')"))
        if i == 120:
            out.append(sample("GET", "/", 2.0, at, 0, "<x.Y object at 0x7f12ab> is bad"))
    return out


def odd():
    """Names that need quotes or have no single width, no time, zero time, no method."""
    return [
        sample("GET", 'say "hi", twice', 3.5, 0.5),
        sample("GET", "héllo wörld – 日本", 1.25, 1.0),
        sample("A_VERY_LONG_METHOD", "/" + "x" * 100, 8.75, 1.5),
        sample("", "no method", 4.0, 2.0),
        sample("WS", "untimed", None, 2.5, 0),
        sample("WS", "untimed", None, 3.0, 0, "TimeoutError('timed out')"),
        sample("GET", "zero", 0.0, 3.5, 0),
        sample("GET", "failed only", 10.0, 4.0, 1, "Müller said: no, \"never\""),
        sample("GET", "whole", 20.0, 4.25, 1),
        sample("GET", "median below minimum", 104.5, 4.5, 1),
        sample("GET", "median above maximum", 95.5, 4.75, 1),
        sample("GET", "half", 2.5, 5.0, 1),
        sample("GET", "tie", 145.0, 5.0, 1),
    ]


CASES = {
    "empty": [],
    "mixed": mixed(),
    "odd": odd(),
    "untimed": [sample("WS", "push", None, 1.0, 10), sample("WS", "push", None, 9.5, 11)],
}
EXCEPTIONS = {
    "mixed": [
        {"count": 3, "msg": "division by zero", "traceback": 'File "x.py", line 3\n    a, b = 1 / 0\n', "nodes": {"local"}},
        {"count": 1, "msg": 'say "no"', "traceback": "", "nodes": {"local"}},
    ]
}


def console(*calls):
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("locust.stats_logger")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    for call in calls:
        call()
    logger.removeHandler(handler)
    return lines.getvalue()


def final(stats):
    return console(lambda: ls.print_stats(stats, current=False), lambda: ls.print_percentile_stats(stats),
                   lambda: ls.print_error_report(stats))


def write(name, text):
    (here / name).write_bytes(text.encode())


def csv_files(case, stats):
    runner = types.SimpleNamespace(stats=stats, user_count=7,
                                   exceptions={i: e for i, e in enumerate(EXCEPTIONS.get(case, []))})
    environment = types.SimpleNamespace(stats=stats, runner=runner)
    for full in (False, True):
        with tempfile.TemporaryDirectory() as directory:
            prefix = os.path.join(directory, "p")
            writer = ls.StatsCSVFileWriter(environment, ls.PERCENTILES_TO_REPORT, prefix, full)

            class Stop(Exception):
                pass

            def stop(seconds):
                raise Stop

            ls.gevent = types.SimpleNamespace(sleep=stop)
            saved = stats.errors
            stats.errors = dict(sorted(saved.items(), key=lambda kv: (kv[1].name, kv[1].method, kv[1].error)))
            sort = ls.sort_stats
            ls.sort_stats = lambda d: list(d.values()) if d is stats.errors else sort(d)
            try:
                writer.stats_writer()
            except Stop:
                pass
            ls.sort_stats = sort
            stats.errors = saved
            writer.close_files()
            for kind in ("stats", "failures", "exceptions"):
                write(f"{case}.{kind}.csv", open(f"{prefix}_{kind}.csv", newline="").read())
            write(f"{case}.history{'_full' if full else ''}.csv", open(f"{prefix}_stats_history.csv", newline="").read())


def make(case, samples):
    clock[0] = START
    stats = ls.RequestStats()
    for s in samples:
        clock[0] = START + s["at"]
        stats.log_request(s["method"], s["name"], s["ms"], s["size"])
        if s["failure"] is not None:
            stats.log_error(s["method"], s["name"], s["failure"])
    for error in stats.errors.values():
        error.error = ls.StatsError.parse_error(error.error)  # as it reaches a master
    write(f"{case}.samples.json", json.dumps({"start": START, "now": clock[0], "samples": samples,
          "exceptions": [{**e, "nodes": sorted(e["nodes"])} for e in EXCEPTIONS.get(case, [])]}, indent=1))
    ls.STATS_NAME_WIDTH = 80
    write(f"{case}.current.txt", console(lambda: ls.print_stats(stats)))
    write(f"{case}.final.txt", final(stats))
    if case == "mixed":
        for columns in (60, 82, 84, 120, 159, 400):
            ls.STATS_NAME_WIDTH = max(min(columns - 80, 80), 0)
            write(f"{case}.w{columns}.txt", final(stats))
    csv_files(case, stats)
    stats.entries = dict(sorted(stats.entries.items()))
    for entry in stats.entries.values():
        for name in ("response_times", "num_reqs_per_sec", "num_fail_per_sec"):
            setattr(entry, name, dict(sorted(getattr(entry, name).items())))
    with tempfile.TemporaryDirectory() as directory:
        ls.save_stats_json(stats, os.path.join(directory, "x"))
        write(f"{case}.json", open(os.path.join(directory, "x.json")).read())


class forum(TaskSet):
    @task(2)
    def read_post(self):
        pass

    @task
    class reply(SequentialTaskSet):
        @task
        def draft(self):
            pass

        @task(3)
        def send(self):
            pass


class ApiUser(User):
    weight = 1

    @task
    def call(self):
        pass


class Fixed(User):
    fixed_count = 2

    @task
    def walk(self):
        pass


class WebUser(User):
    weight = 3

    @task(6)
    def front_page(self):
        pass

    tasks = {forum: 3}


def make_ratio():
    everybody = [ApiUser, Fixed, WebUser]
    for name, classes, users in (("ratio.default", [ApiUser, WebUser], None), ("ratio.10", everybody, 10),
                                 ("ratio.fixed", everybody, None), ("ratio.2", [ApiUser, WebUser], 2)):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            print("\n Task ratio per User class")
            print("-" * 80)
            print_task_ratio(classes, users, False)
            print("\n Total task ratio")
            print("-" * 80)
            print_task_ratio(classes, users, True)
        write(name + ".txt", out.getvalue())
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            print_task_ratio_json(classes, users)
        write(name + ".json", out.getvalue())


for case, samples in CASES.items():
    make(case, samples)
make_ratio()
