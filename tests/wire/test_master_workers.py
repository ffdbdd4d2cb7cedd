# SPDX-License-Identifier: MIT
"""Our master with real workers: two Locusts and a boomer."""

import csv
import json
import os
import re
import time

import pytest
from harness.locust import NEW, OLD
from harness.marks import ours, real, takes

LOCUST = os.environ.get("WIRE_MASTER") == "locust"


def history(m, prefix="run"):
    """The rows of the history file."""
    file = m.out_file.parent / f"{prefix}_stats_history.csv"
    with open(file, newline="") as lines:
        return list(csv.DictReader(lines))


def results(m) -> dict:
    """(method, name) -> requests, from the result file."""
    rows = json.loads((m.out_file.parent / "result.json").read_text())
    return {(row["method"], row["name"]): row["num_requests"] for row in rows}


def unknown(w):
    return re.findall(r".*(?i:unknown|unrecognized).*", w.log)


@takes(35)
def test_m02_m07_m12_mixed_fleet(master, python_worker, go_worker, target):
    """Counts of users and requests add up, and all end with the master."""
    m = master("-u", 9, "-r", 9, "-t", "10s", "-s", 4, "--expect-workers", 3, "--csv", "run", "-H", target.url,
               classes=["Alpha"])  # fmt: skip
    new = python_worker(NEW, m.port)
    old = python_worker(OLD, m.port)
    boomer = go_worker(m.port, target.url, "/boom=/uuid")
    code = m.wait(60)
    assert code == 0, str(m)
    assert new.wait(8) == 0, str(new)
    assert old.wait(8) == 0, str(old)
    assert boomer.wait(8) == 0, str(boomer)
    rows, counts = results(m), target.counts()
    if not LOCUST:  # its reports of the last second come too late
        assert rows["GET", "/get"] == counts["GET /get"], (rows, counts)
    assert rows["GET", "/get"] > 300
    # boomer keeps its last report, of up to 3 s, to itself
    assert 0.5 * counts["GET /uuid"] < rows["GET", "/boom"] <= counts["GET /uuid"], (rows, counts)
    assert max(int(row["User Count"]) for row in history(m) if row["Name"] == "Aggregated") == 9
    assert "3 users" in boomer.err, str(boomer)
    assert "nodeID" not in boomer.err and "drop" not in boomer.err.lower(), str(boomer)
    if not LOCUST:
        assert not unknown(new) and not unknown(old), (unknown(new), unknown(old))


@real
@takes(20)
def test_m04_custom_options(version, master, python_worker, target):
    m = master("-u", 2, "-r", 2, "-t", "4s", "-s", 2, "-H", target.url, "--greeting", "moin",
               classes=["Greeter"])  # fmt: skip
    w = python_worker(version, m.port)
    m.wait(40)
    assert set(results(m)) == {("GET", "/greet/moin")}, str(m)
    assert w.wait(8) == 0, str(w)
    assert "Traceback" not in w.log, w.log


@takes(95)
def test_m08_idle_workers_stay(master, python_worker, go_worker, target):
    m = master("-u", 1, "--expect-workers", 9, classes=["Alpha"])
    new = python_worker(NEW, m.port)
    old = python_worker(OLD, m.port)
    boomer = go_worker(m.port, target.url, "/boom=/uuid")
    time.sleep(72)
    assert new.running() and old.running() and boomer.child.poll() is None, f"{new} {old} {boomer}"
    if not LOCUST:
        assert not unknown(old), old.log
    assert not re.search(r"WARNING|ERROR", new.log), new.log


@takes(25)
@real
def test_m14_a_real_worker_is_stopped_and_goes_on(version, master, python_worker, target):
    import signal

    m = master("-u", 4, "-r", 10, "-t", "22s", "-s", 2, "--expect-workers", 2, "-H", target.url,
               classes=["Alpha"])  # fmt: skip
    first, second = python_worker(version, m.port), python_worker(version, m.port)
    m.wait_for(r"All users spawned|\bspawned\b", 30)
    time.sleep(1)
    first.signal(signal.SIGSTOP)
    m.wait_for(r"(?i)missing", 8)
    time.sleep(2)
    first.signal(signal.SIGCONT)
    m.wait_for(r"(?i)heal", 5)
    m.wait(40)
    assert first.wait(10) == 0 and second.wait(10) == 0
    rows, counts = results(m), target.counts()
    if not LOCUST:
        # A request under way at the very moment may be told as failed, but none is lost.
        assert rows["GET", "/get"] == counts["GET /get"], (rows, counts)


@ours
@takes(20)
def test_m10_names_from_python_workers(master, python_worker, target):
    """A master without a scenario has the classes that its workers name."""
    m = master("-u", 26, "-r", 100, "-t", "6s", "-H", target.url, scenario=None)
    w = python_worker(NEW, m.port)
    m.wait(40)
    for name in "Alpha", "Idle", "Tagged":
        assert name in m.log, str(m)
    assert ("GET", "/anything/plain") in results(m)
    w.wait(8)


@takes(20)
def test_m29_error_form(master, python_worker):
    """A scenario in C is none for a Python worker: it is told so, or gets a file that it refuses."""
    m = master("-u", 1, "--expect-workers", 9)
    if LOCUST:
        pytest.skip("it has a file for it")
    w = python_worker(NEW, m.port, locustfile="-")
    result = w.finish(25)
    assert result.code != 0, result
    assert m.running()


@ours
@takes(25)
def test_m27_exceptions_are_grouped(master, python_worker):
    m = master(
        "-u", 4, "-r", 4, "-t", "4s", "--expect-workers", 2, "--csv", "run", classes=["Raising"]
    )
    python_worker(NEW, m.port), python_worker(NEW, m.port)
    code = m.wait(40)
    assert code == 1, str(m)
    with open(m.out_file.parent / "run_exceptions.csv", newline="") as lines:
        rows = list(csv.DictReader(lines))
    [row] = [row for row in rows if "boom in task" in row["Message"]]
    assert int(row["Count"]) > 10
    assert len(row["Nodes"].split(", ")) == 2, row


@takes(20)
@real
def test_m30_custom_messages(version, master, python_worker, go_worker, target):
    m = master(
        "-u", 2, "-t", "3s", "--expect-workers", 2, "--echo", "-H", target.url, classes=["Alpha"]
    )
    boomer = go_worker(m.port, target.url, "/boom=/uuid", messages=["echo"])
    m.wait_for("reported as ready", 10)
    w = python_worker(version, m.port)
    m.wait(40)
    answers = [json.loads(text) for text in re.findall(r"answer \S+ (.*)", m.log)]
    to_one, to_all = {"one": [1, None]}, ["all", 2.5]
    assert to_one in answers, answers
    assert answers.count(to_all) >= 2, (answers, str(boomer))
    assert "message echo: [" in boomer.err, str(boomer)
    # A map does not get through to boomer's handlers.
    assert "message echo: map" not in boomer.err
    assert "Traceback" not in w.log
