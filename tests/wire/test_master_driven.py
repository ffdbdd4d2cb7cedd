# SPDX-License-Identifier: MIT
"""The items of the master that no option of the program reaches: the master under test obeys
commands (master_driver.c), its workers are real."""

import pytest
from harness.cicada import CicadaWorker
from harness.driver import Driver
from harness.locust import NEW, OLD, LocustWorker
from harness.marks import ours, takes

pytestmark = ours


@pytest.fixture
def driver(starter):
    return lambda *classes, **options: starter.keep(
        Driver(starter.place("driver"), classes, **options)
    )


@takes(25)
def test_m11_stop_and_start_again(driver, starter, python_worker, target):
    """All workers are back in "ready", the state is "stopped", and the next test counts from zero."""
    m = driver("Alpha:3", "Beta", users=9, rate=9, stop_timeout=2, host=target.url, expect=3)
    for version in NEW, OLD:
        python_worker(version, m.port, locustfile="wire.py")
    starter.keep(CicadaWorker(starter.place("worker"), m.port, scenario="wire.c"))
    m.has_workers(3, "ready")
    for _ in range(2):
        before = target.total()
        m.start()
        m.says("spawned")
        m.has_users(9)
        m.reaches("requests", lambda seen: seen["requests"] > 30)
        m.tell("halt")
        counted = int(m.says("ended ", 20).split()[1])
        assert m.show()["state"] == "stopped"
        m.has_workers(3, "ready")
        # Python's workers send their last report after they said that they stopped.
        m.reaches(
            "the late reports",
            lambda seen, before=before: seen["requests"] == target.total() - before,
        )
        assert counted <= target.total() - before


@takes(20)
def test_m31_update_user_class(driver, python_worker, target):
    """New users of a 2.46.3 worker have the tasks left to them; 2.12.1 warns once and goes on."""
    m = driver("Beta", users=4, rate=4, host=target.url, expect=2)
    new = python_worker(NEW, m.port, locustfile="wire.py")
    old = python_worker(OLD, m.port, locustfile="wire.py")
    m.has_workers(2, "ready")
    m.tell("update", '{"user_class_name": "Beta", "tasks": ["put"]}')
    m.says("ok")
    m.tell("update", '{"host": "http://127.0.0.1:1"}')
    assert "user_class_name" in m.says("there is no")
    m.start()
    m.says("spawned")
    m.has_users(4)
    m.reaches("requests", lambda seen: seen["requests"] > 60)
    m.quit()
    counts = target.counts()
    # Half of the users are old ones, whose tasks are put and post in equal parts.
    assert counts["PUT /put"] > 1.8 * counts["POST /post"] > 0, counts
    assert old.err.count("Unknown message type") == 1, str(old)
    assert "Unknown message type" not in new.err, str(new)


@takes(25)
def test_m36_targets_in_the_middle_of_a_ramp(driver, starter, python_worker, target):
    m = driver("Alpha:3", "Beta", users=60, rate=5, host=target.url, expect=2)
    python_worker(NEW, m.port, locustfile="wire.py")
    starter.keep(CicadaWorker(starter.place("worker"), m.port, scenario="wire.c"))
    m.has_workers(2, "ready")
    m.start()
    m.reaches("the middle of the ramp", lambda seen: 5 <= seen["users"] < 50)
    for users, rate in ((30, 100), (4, 100), (0, 2.4), (10, 0.5), (12, 5000)):
        m.tell("target", users, rate)
        if users == 10:
            m.reaches("the middle of the ramp", lambda seen: seen["users"] >= 1, 10)
            continue
        m.says("spawned", 20)
        m.has_users(users)
    assert m.show()["classes"] == {"Alpha": 9, "Beta": 3}
    m.quit()
