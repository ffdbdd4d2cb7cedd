# SPDX-License-Identifier: MIT
"""What our worker reports: counts, errors, times, exceptions, logs."""

import os
import re
import statistics
import time
from collections import Counter

import pytest
from harness.locust import NEW, OLD
from harness.marks import real, takes
from harness.process import wait_until

LOCUST = os.environ.get("WIRE_WORKER") == "locust"

ROUTES = {
    ("GET", "/get"): "GET /get",
    ("POST", "/post"): "POST /post",
    ("PUT", "/put"): "PUT /put",
    ("GET", "/status/500"): "GET /status/{code}",
    ("GET", "/checked"): "GET /ip",
}

# ms -> the key it is counted under; ties go to the even one.
ROUNDING = [
    (0, 0), (0.4, 0), (0.5, 0), (0.6, 1), (1, 1), (1.5, 2), (2.5, 2), (99, 99), (99.4, 99), (99.5, 100),
    (99.6, 100), (100, 100), (104.9, 100), (105, 100), (115, 120), (145, 140), (147, 150), (155, 160),
    (994.9, 990), (995, 1000), (999.9, 1000), (1000, 1000), (1049.9, 1000), (1050, 1000), (1150, 1200),
    (3432, 3400), (9949, 9900), (9950, 10000), (9999, 10000), (10000, 10000), (10500, 10000),
    (11500, 12000), (58760, 59000), (99499, 99000), (99500, 100000), (123456, 123000), (123500, 124000),
    (124500, 124000),
]  # fmt: skip
TIMES = [ms for ms, _ in ROUNDING]
KEYS = Counter(key for _, key in ROUNDING)


def asked(target) -> dict:
    counts = target.counts()
    return {key: counts[route] for key, route in ROUTES.items() if route in counts}


def equal(m, target, before=None):
    """Waits until the master's rows are the server's counts."""

    def look():
        rows = m.requests()
        rows.pop(("GET", "/refused"), None)
        counts = Counter(asked(target))
        counts.subtract(before or {})
        return rows == {key: n for key, n in counts.items() if n}

    wait_until(
        look, 8, f"equality of {m.requests()} and {asked(target)} less {before}; {m.log[-1500:]}"
    )


@real
@takes(30)
def test_w13_w17_two_tests(version, python_master, worker, target):
    m = python_master(version, "-H", target.url, "-s", 5, classes=["Alpha", "Beta", "Failing"])
    worker(m.port)
    m.ready()
    m.swarm(12)
    m.has_users(12)
    time.sleep(5)
    m.stop_test()
    m.reaches("stopped", 15)
    m.ready()
    equal(m, target)
    before = asked(target)
    assert set(before) == set(ROUTES), before
    failed = sum(row["num_failures"] for row in m.rows().values())
    refused = m.requests()["GET", "/refused"]
    assert failed == before["GET", "/checked"] + before["GET", "/status/500"] + refused
    assert sum(e["occurrences"] for e in m.errors()) == failed

    m.swarm(4)
    m.has_users(4)
    time.sleep(3)
    m.stop_test()
    m.reaches("stopped", 15)
    equal(m, target, before)
    assert "missing" not in m.log
    assert not m.complaints(), m.complaints()


@real
@takes(25)
def test_w18_failures_of_a_mixed_fleet(version, python_master, python_worker, worker, target):
    m = python_master(version, "-H", target.url, "-s", 5, classes=["Failing"])
    worker(m.port)
    python_worker(version, m.port)
    m.ready(2)
    m.swarm(6)
    m.has_users(6)
    time.sleep(5)
    assert {w["user_count"] for w in m.workers().values()} == {3}
    m.stop_test()
    m.reaches("stopped", 15)
    equal(m, target)
    rows = Counter(e["name"] for e in m.errors())
    if version == OLD:  # it puts the full URL in the text
        rows["/status/500"] = min(rows["/status/500"], 1)
    assert rows == {"/status/500": 1, "/checked": 1, "/refused": 1}, m.errors()
    requests = m.requests()
    for error in m.errors():
        if error["name"] != "/status/500" or version == NEW:
            assert error["occurrences"] == requests["GET", error["name"]], m.errors()


def recorded(m, name, n):
    """The merged entry of the recorded samples."""
    found = {}

    def look():
        entries = [
            e for r in m.received("stats", name) for e in r.data["stats"] if e["name"] == "recorded"
        ]
        found["entries"] = entries
        return sum(e["num_requests"] for e in entries) == n

    wait_until(look, 8, f"{n} samples")
    return found["entries"]


def test_w19_w20_rounding(scripted, worker):
    m = scripted()
    worker(m.port)
    name = m.worker()
    texts = [str(ms) for ms in TIMES] + ["none"] * 3
    m.spawned(name, {"Recorder": 2}, options={"times": ",".join(texts)})
    entries = recorded(m, name, 2 * len(texts))
    keys = Counter()
    for entry in entries:
        keys.update(entry["response_times"])
        assert (entry["method"], entry["num_failures"]) == ("TEST", 0)
    assert keys == {key: 2 * n for key, n in KEYS.items()}
    assert sum(e["num_none_requests"] for e in entries) == 6
    assert sum(sum(e["num_reqs_per_sec"].values()) for e in entries) == 2 * len(texts)
    assert sum(e["total_response_time"] for e in entries) == pytest.approx(2 * sum(TIMES))
    assert sum(e["total_content_length"] for e in entries) == 20 * len(texts)
    assert max(e["max_response_time"] for e in entries) == pytest.approx(124500)
    assert min(e["min_response_time"] for e in entries) == 0
    total = [r.data["stats_total"] for r in m.received("stats", name)]
    assert sum(t["num_none_requests"] for t in total) == 6


@real
def test_w19_percentiles(version, python_master, worker):
    """The page's numbers are those of the exact sample."""
    texts = [str(ms) for ms in TIMES]
    m = python_master(version, "--times=" + ",".join(texts), classes=["Recorder"])
    worker(m.port)
    m.ready()
    m.swarm(1)
    wait_until(lambda: m.requests() == {("TEST", "recorded"): len(TIMES)}, 10, f"samples {m}")
    row = m.rows()["TEST", "recorded"]
    ordered = sorted(KEYS.elements())
    assert row["median_response_time"] == ordered[(len(ordered) - 1) // 2]
    assert row["avg_response_time"] == pytest.approx(statistics.fmean(TIMES))
    assert row["max_response_time"] == pytest.approx(124500)
    high = row.get("response_time_percentile_0.95", row.get("ninetieth_response_time"))
    at = 0.95 if "response_time_percentile_0.95" in row else 0.9
    n = len(ordered)
    left, expected = n, None
    for key in sorted(KEYS, reverse=True):
        left -= KEYS[key]
        if left <= int(n * at):
            expected = key
            break
    assert high == expected, row


@takes(20)
def test_w21_flood_of_exceptions(scripted, worker):
    m = scripted()
    worker(m.port)
    name = m.worker()
    m.spawned(name, {"Raising": 20})
    mark = m.mark()
    time.sleep(8)
    raised = m.received("exception", name)
    assert raised
    for exception in raised[:50]:
        assert "boom in task" in exception.data["msg"]
        assert isinstance(exception.data["traceback"], str)
    assert len({x.data["traceback"] for x in raised}) == 1
    beats = [b.time for b in m.received("heartbeat", name, mark)]
    gaps = [b - a for a, b in zip(beats, beats[1:])]
    assert max(gaps) < 1.7, gaps
    assert not m.requests(name)


@real
def test_w21_exceptions_are_listed(version, python_master, worker):
    m = python_master(version, classes=["Raising"])
    worker(m.port)
    [name] = m.ready()
    m.swarm(2)
    wait_until(m.exceptions, 10, f"exceptions {m}")
    time.sleep(2)
    [row] = m.exceptions()
    assert row["nodes"] == name and row["count"] >= 2 and "boom in task" in row["msg"], row


@takes(25)
def test_w22_logs(python_master, worker):
    m = python_master(NEW, classes=["Idle"])
    worker(m.port)
    [name] = m.ready()
    m.swarm(1)
    wait_until(lambda: (m.logs().get("workers") or {}).get(name), 20, f"logs: {m.logs()}")
    lines = m.logs()["workers"][name]
    assert all(
        re.match(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] \S+/[A-Z]+/\S+: ", line)
        for line in lines[:1]
    ), lines


@takes(25)
def test_w22_old_masters_are_spared(python_master, worker):
    m = python_master(OLD, classes=["Idle"])
    w = worker(m.port)
    m.ready()
    m.swarm(1)
    m.has_users(1)
    time.sleep(13)
    if not LOCUST:
        assert not m.complaints(), m.complaints()
    assert w.running()


MESSAGES = [
    {"a": 1, "b": {"c": [1, 2, {"d": None}]}},
    ["x", 1, 2.5, None, True, ["y"]],
    "text é",
    None,
    0,
    -5,
    1 << 40,
    2.5,
    [],
    {},
    {"__datetime__": True, "as_str": "20261125T20:00:00.123456"},
]


def test_w23_custom_messages(scripted, worker):
    m = scripted()
    worker(m.port)
    name = m.worker()
    m.expect("stats", 5)
    for data in MESSAGES:
        mark = m.mark()
        m.send(name, "echo", data)
        answer = m.expect("echo-answer", 3, name, mark)
        assert answer.data == data
        assert answer.node_id == name
    m.send(name, "nobody-knows-this", {"a": 1})
    m.expect("heartbeat", 3, name, m.mark())


@real
@takes(25)
def test_w25_reset(version, python_master, worker, target):
    m = python_master(version, "--reset-stats", "-H", target.url, "-s", 5, classes=["Alpha"])
    worker(m.port, "--reset-stats")
    m.ready()
    m.swarm(10, 3)
    wait_until(lambda: "All users spawned" in m.log, 15, f"end of the ramp {m}")
    at_end = target.total()
    assert at_end > 20
    time.sleep(3)
    m.stop_test()
    m.reaches("stopped", 15)
    time.sleep(3.5)
    counted = m.requests()["GET", "/get"]
    after = target.total() - at_end
    # The ramp's end is seen by the worker a little before or after it is logged.
    assert after * 0.75 <= counted <= after * 1.25 + 10, (counted, after, at_end)
