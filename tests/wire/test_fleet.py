# SPDX-License-Identifier: MIT
"""Fleets: workers of several kinds, workers that join, many processes of one, encrypted ones; and the
server under load says whether anything was lost or counted twice."""

import csv
import re
import subprocess
import time

import pytest
from harness.cicada import CICADA, SCENARIOS, TARGET, CicadaMaster, CicadaWorker
from harness.driver import Driver
from harness.locust import NEW, LocustMaster, LocustWorker, environment
from harness.marks import takes
from harness.peers import Target, need
from harness.process import wait_until

# What the scenario calls a request, and what the server calls it.
ROUTES = {
    ("GET", "/start"): "GET /headers",
    ("DELETE", "/stop"): "DELETE /delete",
    ("GET", "/get"): "GET /get",
    ("GET", "/uuid"): "GET /uuid",
    ("POST", "/post"): "POST /post",
    ("GET", "/status"): "GET /status/{code}",
    ("GET", "/checked"): "GET /ip",
    ("GET", "/boom"): "GET /json",
}
NOWHERE = ("GET", "/refused")
ERRORS = {
    ("GET", "/status", "HTTPError('500 Server Error: Internal Server Error for url: /status')"),
    ("GET", "/checked", """CatchResponseError("wrong 'content'")"""),
    (*NOWHERE, "ConnectionRefusedError(111, 'Connection refused')"),
}


def served(target) -> dict:
    counts = target.counts()
    return {key: counts[route] for key, route in ROUTES.items() if counts.get(route)}


def without_nowhere(rows: dict) -> dict:
    return {key: n for key, n in rows.items() if key not in (NOWHERE, ("", "Aggregated"))}


def table(folder, name) -> list:
    with open(folder / f"run_{name}.csv", newline="") as lines:
        return list(csv.DictReader(lines))


def user_history(folder) -> list:
    """(second, users) as the history file has them."""
    rows = table(folder, "stats_history")
    return [
        (int(row["Timestamp"]), int(row["User Count"]))
        for row in rows
        if row["Name"] == "Aggregated"
    ]


@pytest.fixture
def driver(starter):
    return lambda *classes, **options: starter.keep(
        Driver(starter.place("driver"), classes, **options)
    )


@pytest.fixture
def cicada_worker(starter):
    return lambda port, *args, **how: starter.keep(
        CicadaWorker(starter.place("worker"), port, *args, **{"scenario": "fleet.c", **how})
    )


@takes(35)
def test_a_mixed_fleet_loses_nothing(starter, go_worker, python_worker, cicada_worker, target):
    """Two cicadas, a Locust and a boomer under one cicada master. At the end no users are wanted for a
    while, since boomer keeps to itself what it did after its last report."""
    folder = starter.place("master")
    # As many of both classes: at three to one the fourth worker would get all of the second.
    even = '{"user_class_name": "Reader", "weight": 1}'
    m = starter.keep(CicadaMaster(
        folder, "--config-users", even, "--stages", "1s:16,9s:16,0s:0,6s:0", "-s", 4, "--expect-workers", 4, "--csv", "run",
        "-H", target.url, classes=["Reader", "Writer"], scenario="fleet.c",
    )).listening()  # fmt: skip
    workers = [
        cicada_worker(m.port),
        cicada_worker(m.port),
        python_worker(NEW, m.port, locustfile="fleet.py"),
    ]
    boomer = go_worker(m.port, target.url, "/boom=/json", "/status=/status/500")
    m.wait_for(r"All users spawned: .*\(16 total users\)", 40)
    assert m.wait(60) in (0, 1), str(m)
    for w in [*workers, boomer]:
        assert w.wait(10) in (0, 1), str(w)
    rows = m.requests()
    assert without_nowhere(rows) == served(target), str(m)
    assert set(rows) - {("", "Aggregated")} == {*ROUTES, NOWHERE}
    assert "4 users" in boomer.err, str(boomer)
    # 12 users of the others, started and stopped once each: nobody was moved.
    assert rows["GET", "/start"] == rows["DELETE", "/stop"] == 12, rows
    failures = [(row["Method"], row["Name"], row["Error"]) for row in table(folder, "failures")]
    assert len(failures) == len(set(failures)), failures
    assert set(failures) == ERRORS | {("GET", "/status", "status 500")}
    told = sum(int(row["Occurrences"]) for row in table(folder, "failures"))
    assert (
        told
        == m.failures()
        == sum(rows[key] for key in rows if key[1] in ("/status", "/checked", "/refused"))
    )
    assert max(users for _, users in user_history(folder)) == 16


@takes(40)
def test_cicadas_in_the_place_of_locusts(starter, target, tmp_path):
    """Under a Locust master, four Locust workers and four cicadas show the same."""
    runs = []
    for kind in LocustWorker, CicadaWorker:
        server = (
            target if kind is LocustWorker else starter.keep(Target(TARGET, tmp_path / "other"))
        )
        m = starter.keep(LocustMaster(NEW, starter.place("master"), "-H", server.url, "-s", 4,
                                      classes=["Reader", "Writer"], locustfile="fleet.py"))  # fmt: skip
        for _ in range(4):
            place = starter.place("worker")
            if kind is LocustWorker:
                starter.keep(LocustWorker(NEW, place, m.port, locustfile="fleet.py"))
            else:
                starter.keep(CicadaWorker(place, m.port, scenario="fleet.c"))
        runs.append((m, server))
    for m, _ in runs:
        m.ready(4, 60)
    for m, _ in runs:
        m.swarm(16, 16)
    for m, _ in runs:
        m.has_users(16)
    time.sleep(10)
    for m, _ in runs:
        m.stop_test()
    for m, server in runs:
        m.reaches("stopped", 15)
        wait_until(
            lambda m=m, s=server: without_nowhere(m.requests()) == served(s), 8, f"equality {m}"
        )
    pages = [m.page() for m, _ in runs]

    def shown(page, *columns):
        return sorted(tuple(row[column] or "" for column in columns) for row in page)

    python, ours = (shown(page["stats"], "method", "name") for page in pages)
    assert ours == python
    assert set(python) == {
        key for key in {*ROUTES, NOWHERE, ("", "Aggregated")} if key[1] != "/boom"
    }
    python, ours = (shown(page["errors"], "method", "name", "error") for page in pages)
    assert ours == python
    assert {tuple(error) for error in ours} == ERRORS
    assert [set(row) for row in pages[0]["stats"]] == [set(row) for row in pages[1]["stats"]]
    for page in pages:
        rows = {(row["method"], row["name"]): row for row in page["stats"]}
        for error in page["errors"]:
            assert error["occurrences"] == rows[error["method"], error["name"]]["num_failures"]
    python, ours = ({(r["method"] or "", r["name"]): r for r in page["stats"]} for page in pages)
    for key in ("GET", "/get"), ("POST", "/post"), ("", "Aggregated"):
        # The users of both wait most of the time, and differ by what the machine has left for them.
        assert 0.6 < ours[key]["num_requests"] / python[key]["num_requests"] < 1.7, (key, pages)
    assert ours["GET", "/start"]["num_requests"] == python["GET", "/start"]["num_requests"] == 16


@takes(15)
def test_a_worker_that_joins_moves_its_share_only(driver, cicada_worker, target):
    m = driver(
        "Reader:3", "Writer:1", users=40, rate=200, stop_timeout=3, host=target.url, expect=4
    )
    for _ in range(4):
        cicada_worker(m.port)
    m.has_workers(4, "ready", 20)
    m.start()
    m.has_users(40)
    classes = {"Reader": 30, "Writer": 10}
    assert m.show()["classes"] == classes
    assert served(target)["GET", "/start"] == 40
    cicada_worker(m.port)
    m.has_workers(5, "running")
    m.reaches("8 users each", lambda seen: [w["users"] for w in seen["workers"]] == [8] * 5)
    time.sleep(1)
    assert m.show()["classes"] == classes
    moved = served(target)
    assert moved["DELETE", "/stop"] <= 8, moved
    assert moved["GET", "/start"] == 40 + moved["DELETE", "/stop"], moved
    total = m.quit()
    refused = total - sum(served(target).values())
    assert 0 <= refused < 0.1 * total, (total, served(target))


def served_crashes(target):
    return target.counts()["GET /xml"]


@takes(25)
def test_a_crashed_process_is_named_and_restarted(starter, target):
    """--processes alone: the master is the parent."""
    folder = starter.place("all")
    folder.mkdir()
    file = folder / "crash"
    m = starter.keep(CicadaMaster(
        folder, "--processes", 3, "--expect-workers", 3, "-u", 9, "-r", 9, "-t", "14s", "-s", 2, "--csv", "run",
        "--crash", file, "-H", target.url, classes=["Crasher"], scenario="fleet.c",
    ))  # fmt: skip
    m.wait_for(r"All users spawned: .*\(9 total users\)", 20)
    file.touch()
    line = m.wait_for(r"^cicada: SIGSEGV .*", 5)[0]
    crashed = time.time()
    assert "class Crasher, task crash" in line, line
    m.wait_for(r"worker process \d \(pid \d+\) was ended by signal 11", 5)
    m.wait(40)
    # The dead one's users are shown until it is known to be missing, 4 to 5 s later.
    late = [users for second, users in user_history(folder) if second > crashed + 7][:-3]
    assert late and set(late) == {9}, user_history(folder)
    assert "missing" in m.log
    # The dead process had not told of up to 3 s of the work of three users.
    lost = served_crashes(target) - m.requests()["GET", "/xml"]
    assert 0 <= lost <= 3 * 3 * 10 + 1, lost


@takes(20)
def test_a_crashed_process_of_a_worker(driver, cicada_worker, target, tmp_path):
    """--worker --processes: the parent only starts them again."""
    file = tmp_path / "crash"
    m = driver("Crasher", users=9, rate=100, stop_timeout=2, host=target.url, expect=3)
    w = cicada_worker(m.port, "--processes", 3, "--crash", file)
    m.has_workers(3, "ready", 20)
    m.start()
    m.has_users(9)
    file.touch()
    assert "class Crasher, task crash" in w.wait_for(r"^cicada: SIGSEGV .*", 5)[0]
    crashed = time.monotonic()
    w.wait_for(r"worker process \d \(pid \d+\) was ended by signal 11", 5)
    m.has_workers(1, "missing", 7)

    def settled(seen):
        running = [worker["users"] for worker in seen["workers"] if worker["state"] == "running"]
        return running == [3, 3, 3]

    m.reaches("3 users each of 3", settled, 5)
    assert time.monotonic() - crashed < 10
    total = m.quit()
    assert 0 <= served_crashes(target) - total <= 3 * 3 * 10 + 1, (total, target.counts())
    assert w.wait(10) in (0, 1, 139), str(w)


@takes(25)
def test_drop_in_by_two_commands(starter, target, tmp_path):
    """cicada --print-locustfile > locustfile.py; locust -f locustfile.py --master; cicada --worker."""
    printed = subprocess.run(
        [need(CICADA), "--print-locustfile", "-f", SCENARIOS / "wire.c"],
        check=False, capture_output=True, text=True, env=environment(tmp_path), cwd=tmp_path,
    )  # fmt: skip
    assert printed.returncode == 0, printed.stderr
    file = tmp_path / "locustfile.py"
    file.write_text(printed.stdout)
    m = starter.keep(LocustMaster(NEW, starter.place("master"), "-H", target.url, "--greeting", "moin",
                                  "-T", "greeting", "nightly", "-s", 2, locustfile=file,
                                  classes=["Greeter", "Tagged"]))  # fmt: skip
    w = starter.keep(CicadaWorker(starter.place("worker"), m.port))
    m.ready()
    m.swarm(4)
    m.has_users(4)
    time.sleep(3)
    m.stop_test()
    m.reaches("stopped")
    expected = {
        ("GET", "/greet/moin"): "GET /get",
        ("GET", "/anything/nightly"): "GET /anything/{anything}",
    }
    wait_until(
        lambda: m.requests() == {key: target.counts()[route] for key, route in expected.items()}, 8,
        f"equality {m.requests()} {target.counts()}",
    )  # fmt: skip
    assert not m.complaints(), m.log
    assert w.running()


def curve_key(folder):
    """(file of the secret key, public key)"""
    folder.mkdir(parents=True)
    done = subprocess.run(
        [need(CICADA), "--print-curve-key"], capture_output=True, text=True, check=True
    )
    public = [line for line in done.stdout.splitlines() if re.fullmatch(r"# \S{40}", line)]
    (folder / "key").write_text(done.stdout)
    return folder / "key", public[0][2:]


@takes(25)
def test_an_encrypted_fleet(starter, cicada_worker, go_worker, target, tmp_path):
    """Workers without a key, or with another's, stay outside, and are told of now and then only."""
    file, public = curve_key(tmp_path / "ours")
    _, other = curve_key(tmp_path / "other")
    m = starter.keep(CicadaMaster(
        starter.place("master"), "--curve-key-file", file, "--expect-workers", 2, "-u", 4, "-r", 10, "-t", "10s",
        "-s", 2, "-H", target.url, classes=["Reader"], scenario="fleet.c",
    )).listening()  # fmt: skip
    strangers = [cicada_worker(m.port), cicada_worker(m.port, "--curve-server-key", other)]
    good = [cicada_worker(m.port, "--curve-server-key", public) for _ in range(2)]
    m.wait(40)
    for w in good:
        assert w.wait(10) == 0, str(w)
    assert m.requests() and without_nowhere(m.requests()) == served(target), str(m)
    assert m.log.count("reported as ready") == 2, m.log
    assert all(w.running() for w in strangers)
    refusals = re.findall(r".*turned away.*", m.log)
    assert 1 <= len(refusals) <= 5, refusals
    for w in strangers:
        assert w.log.count("keys do not match") <= 1, w.log
