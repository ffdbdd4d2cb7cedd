# SPDX-License-Identifier: MIT
"""How our worker takes a spawn: counts, timestamps, overlaps, settings."""

import math
import os
import time

import pytest
from harness.locust import NEW
from harness.marks import ours, takes
from harness.process import wait_until

LOCUST = os.environ.get("WIRE_WORKER") == "locust"


@pytest.fixture
def registered(scripted, worker):
    """registered(*options): (master, worker id, worker)."""

    def start(*args, **how):
        m = scripted(**how)
        w = worker(m.port, *args)
        return m, m.worker(), w

    return start


def reported(m, name, users: int, seconds: float = 5):
    """Waits for a report of so many users."""
    m.expect("stats", seconds, name, m.mark(), lambda r: r.data["user_count"] == users)


def test_w07_ramp(registered, target):
    m, name, _ = registered()
    for alpha, beta in (3, 2), (12, 8), (3, 2), (0, 0):
        mark = m.spawn(name, {"Alpha": alpha, "Beta": beta}, host=target.url)
        began = m.expect("spawning", 2, name, mark)
        assert began.data is None
        done = m.expect("spawning_complete", 5, name, mark)
        counts = done.data["user_classes_count"]
        assert (counts["Alpha"], counts["Beta"]) == (alpha, beta)
        assert done.data["user_count"] == alpha + beta
        assert sum(counts.values()) == alpha + beta
        kinds = [x.type for x in m.received(sender=name, since=mark)]
        assert kinds.index("spawning") < kinds.index("spawning_complete")
        beat = m.expect("heartbeat", 3, name, m.mark())
        assert beat.data["state"] == "running"
    reported(m, name, 0)


def test_w08_old_timestamps(registered):
    m, name, _ = registered()
    now = time.time()
    m.spawned(name, {"Idle": 2}, timestamp=now)
    for old in now, now - 100:
        mark = m.spawn(name, {"Idle": 7}, timestamp=old)
        m.expect("spawning", 2, name, mark)
    m.quiet("spawning_complete", 1, name, mark)
    reported(m, name, 2)
    done = m.spawned(name, {"Idle": 3}, timestamp=math.ceil(now) + 1)
    assert done.data["user_count"] == 3
    mark = m.spawn(name, {"Idle": 9}, timestamp=math.ceil(now) + 1)
    m.quiet("spawning_complete", 1, name, mark)


def test_w09_absent_classes(registered):
    m, name, _ = registered()
    m.spawned(name, {"Idle": 2, "Slow": 0})
    done = m.spawned(name, {"Recorder": 1})
    assert done.data["user_classes_count"]["Idle"] == 2
    assert done.data["user_classes_count"]["Recorder"] == 1
    reported(m, name, 3)


@ours
def test_w09_unknown_classes(registered):
    m, name, w = registered()
    mark = m.spawn(name, {"Nobody": 2, "Idle": 2})
    done = m.expect("spawning_complete", 5, name, mark)
    assert done.data["user_classes_count"]["Idle"] == 2
    assert done.data["user_count"] == 2
    wait_until(lambda: "Nobody" in w.log, 3, f"word on Nobody {w}")
    reported(m, name, 2)


def test_w10_the_later_spawn_wins(registered, target):
    """The first one still waits for tasks to finish when the second comes."""
    m, name, _ = registered()
    m.spawned(name, {"Slow": 4, "Idle": 0}, host=target.url, stop_timeout=10)
    wait_until(lambda: target.total() >= 4, 5, "requests")
    mark = m.spawn(name, {"Slow": 0, "Idle": 0}, stop_timeout=10, host=target.url)
    time.sleep(0.2)
    m.spawn(name, {"Slow": 1, "Idle": 3}, stop_timeout=10, host=target.url)
    done = m.expect(
        "spawning_complete", 8, name, mark, lambda d: d.data["user_classes_count"]["Idle"] == 3
    )
    time.sleep(2)
    done = m.received("spawning_complete", name, mark)
    assert len(done) <= 2
    final = m.expect("stats", 5, name, m.mark()).data["user_classes_count"]
    assert final["Idle"] == 3
    assert final["Slow"] in ((0, 1) if LOCUST else (1,)), final


def test_w11_host(registered, target):
    m, name, _ = registered()
    m.spawned(name, {"Hosted": 2}, stop_timeout=None)
    report = m.expect("stats", 5, name, m.mark(), lambda r: r.data["errors"])
    assert all("refused" in e["error"] for e in report.data["errors"].values())
    m.spawned(name, {"Hosted": 0}, stop_timeout=0)
    m.spawned(name, {"Hosted": 2}, host=target.url, stop_timeout=1)
    wait_until(lambda: target.counts().get("GET /uuid", 0) > 4, 5, "requests to the other host")
    m.spawned(name, {"Hosted": 0}, host=target.url, stop_timeout=1.5)
    reported(m, name, 0)


def test_w11_stop_timeout(registered, target):
    """The one that came with the spawn holds for the stop."""
    m, name, _ = registered()
    m.spawned(name, {"Slow": 3}, host=target.url, stop_timeout=5)
    wait_until(lambda: target.total() >= 3, 5, "requests")
    mark = m.mark()
    m.send(name, "stop")
    stopped = m.expect("client_stopped", 5, name, mark)
    m.expect("client_ready", 8, name, mark)
    wait_until(lambda: m.total(name) == target.total(), 5, f"{target.total()} requests")
    assert stopped.time - m.messages[mark - 1].time < 6


@pytest.mark.parametrize("only", [True, False])
def test_w12_options_reach_the_users(registered, target, only):
    m, name, _ = registered()
    options = {
        "greeting": "moin", "tags": ["plain", "greeting"] if only else None,
        "exclude_tags": None if only else ["plain"], "expect_workers": 1, "users": 77,
        "loglevel": "DEBUG", "unknown": {"deep": [1, {"er": None}]}, "host": "http://x", "times": "",
    }  # fmt: skip
    wanted, other = ["/anything/plain", "/anything/nightly"][:: 1 if only else -1]
    m.spawned(name, {"Greeter": 1, "Tagged": 2}, host=target.url, options=options)
    wait_until(lambda: m.requests(name).get(("GET", "/greet/moin"), 0) > 2, 8, "greetings")
    assert m.requests(name).get(("GET", wanted), 0) > 5
    assert ("GET", other) not in m.requests(name)
    assert not m.received("exception")
    mark = m.mark()
    m.send(name, "stop")
    m.expect("client_ready", 8, name, mark)
    mark = m.mark()
    options.update(greeting="hoi", tags=None)
    m.spawned(name, {"Greeter": 1, "Tagged": 0}, host=target.url, options=options)
    wait_until(lambda: m.requests(name, mark).get(("GET", "/greet/hoi"), 0) > 2, 8, "greetings")
    # What came before the new test started is not in its reports.
    assert ("GET", wanted) not in m.requests(name, mark)


@ours
def test_w13_stop_in_order(registered, target):
    m, name, _ = registered()
    m.spawned(name, {"Slow": 3}, host=target.url, stop_timeout=5)
    wait_until(lambda: target.total() >= 3, 5, "requests")
    time.sleep(0.3)
    mark = m.mark()
    m.send(name, "stop")
    m.expect("client_ready", 8, name, mark)
    kinds = [x.type for x in m.received(sender=name, since=mark)]
    stopped = kinds.index("client_stopped")
    assert "stats" in kinds[:stopped] and kinds.index("client_ready") > stopped, kinds
    # All of it was told before "client_stopped".
    before = m.messages[: mark + stopped + 1]
    assert (
        sum(x.data["stats_total"]["num_requests"] for x in before if x.type == "stats")
        == target.total()
    )
    assert m.total(name) == target.total()
    for beat in m.received("heartbeat", name, mark):
        assert beat.data["state"] in ("running", "ready")
    m.expect("heartbeat", 3, name, m.mark(), lambda b: b.data["state"] == "ready")


@takes(20)
def test_w24_update_user_class(registered, target, python_master, worker):
    m, name, w = registered()
    m.spawned(name, {"Picky": 0}, host=target.url)
    m.send(
        name, "update_user_class", {"user_class_name": "Picky", "weight": 3, "tasks": ["second"]}
    )
    time.sleep(0.3)
    m.spawned(name, {"Picky": 2}, host=target.url)
    wait_until(lambda: m.requests(name).get(("GET", "/anything/second"), 0) > 10, 8, "second task")
    assert ("GET", "/anything/first") not in m.requests(name)
    m.spawned(name, {"Picky": 0}, host=target.url)
    m.send(name, "update_user_class", {"user_class_name": "Picky", "tasks": ["first", "second"]})
    time.sleep(0.3)
    m.spawned(name, {"Picky": 2}, host=target.url)
    wait_until(lambda: m.requests(name).get(("GET", "/anything/first"), 0) > 2, 8, "first task")
    if not LOCUST:
        m.send(name, "update_user_class", {"user_class_name": "Nobody", "weight": 3})
        wait_until(lambda: "Nobody" in w.log, 3, f"word on Nobody {w}")
    assert w.running()
    m.spawned(name, {"Picky": 0}, host=target.url)


def test_w24_host_of_a_class(registered, target):
    m, name, _ = registered()
    m.send(name, "update_user_class", {"user_class_name": "Hosted", "host": target.url})
    time.sleep(0.3)
    m.spawned(name, {"Hosted": 2})
    wait_until(lambda: target.counts().get("GET /uuid", 0) > 4, 5, "requests to the new host")


@takes(20)
def test_w24_from_the_web_page(python_master, worker, target):
    m = python_master(NEW, "-H", target.url, "--class-picker")
    w = worker(m.port)
    m.ready()
    m.update_user(user_class_name="Picky", tasks=["second"])
    m.swarm(2, user_classes="Picky")
    wait_until(
        lambda: m.requests().get(("GET", "/anything/second"), 0) > 10, 10, f"second task {m}"
    )
    assert ("GET", "/anything/first") not in m.requests()
    assert w.running()
