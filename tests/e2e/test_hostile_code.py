# SPDX-License-Identifier: MIT
"""Scenarios that crash, never return or flood the statistics: named, bounded, and the end comes."""

import csv
import signal
import time

import pytest

MEGABYTE = 1 << 20


@pytest.fixture
def code(cicada, target, scenarios):
    """code(class, *options) starts a run of one user of the class."""

    def start(name, *args):
        return cicada.start("-f", scenarios / "hostile_code.c", "--headless", "--only-summary",
                            "-H", target.url, *args, name)  # fmt: skip

    return start


@pytest.mark.parametrize(
    "name, number, words",
    [
        ("Writer", signal.SIGSEGV, "SIGSEGV (bad memory access)"),
        ("Aborter", signal.SIGABRT, "SIGABRT (abort)"),
        ("Divider", signal.SIGFPE, "SIGFPE (arithmetic error)"),
    ],
)
def test_a_crash_names_class_and_task(code, name, number, words):
    """And the process ends by that very signal, so that a core dump and a shell can tell."""
    task = {"Writer": "write_nowhere", "Aborter": "abort_all", "Divider": "divide"}[name]
    result = code(name, "-t", "30s").finish(15)
    assert result.code == -number, result
    line = f"cicada: {words} in the scenario's code: class {name}, task {task}, user 0"
    assert result.err.splitlines().count(line) == 1, result


def test_an_endless_loop_is_named_and_can_be_ended(code, target):
    run = code("Looper", "-t", "1s")
    place = "class Looper, task loop_for_ever, user 0"
    run.wait_for(f"^cicada: warning: {place} has not yielded for over 1 s and holds up all users: "
                 r"is there an endless loop\?$", 10)  # fmt: skip
    run.signal(signal.SIGINT)
    run.wait_for(f"^cicada: SIGINT: waiting for {place}; the next signal ends the process at once",
                 5)  # fmt: skip
    time.sleep(0.1)
    assert run.child.poll() is None
    run.signal(signal.SIGTERM)
    result = run.finish(5)
    assert result.code == -signal.SIGTERM, result
    assert f"cicada: SIGTERM: ended while {place} held up all users" in result.err, result
    assert target.total() == 1


def test_a_task_that_goes_on_after_the_stop_is_cut_off(code, target):
    result = code("Deaf", "-t", "1s").finish(10)
    assert result.code == 0, result
    warning = ("class Deaf, task never_return goes on after the user was stopped, and is cut off; "
               "loop while user_running(user)")  # fmt: skip
    assert ("WARNING", "locust.user.task", warning) in result.log(), result
    assert result.seconds < 5 and 5 < result.requests() == target.total(), result


def test_a_flood_of_names_and_failures_is_bounded(code):
    """100,000 of each: 10,000 names, 1,000 failures, the others together; all are counted."""
    run = code("Flooder", "-i", "1", "--csv", "flood", "--json")
    result = run.finish(40)
    assert result.code == 1, result
    warnings = [text for level, name, text in result.log() if name == "locust.stats"]
    assert warnings == [
        "statistics: more than 10000 request names, the others are counted as (other names); "
        "set name= to group requests",
        "failures: more than 1000 different ones, the others are counted as (other failures)",
    ], result
    names = {row["name"]: row for row in result.json()}
    assert len(names) == 10001
    others = names.pop("(other names)")
    assert set(names) == {f"/items/{i}" for i in range(10000)}
    assert {row["num_requests"] for row in names.values()} == {1}
    assert (others["num_requests"], others["num_failures"]) == (190000, 100000), others
    assert (result.requests(), result.failures()) == (200000, 100000)

    work = run.out_file.parent / "work"
    with open(work / "flood_failures.csv", newline="", encoding="utf-8") as file:
        failures = {row["Error"]: int(row["Occurrences"]) for row in csv.DictReader(file)}
    assert failures.pop("(other failures)") == 99000
    assert failures == {f"no item {i}": 1 for i in range(1000)}
    for file in (run.out_file, run.err_file, *work.iterdir()):
        assert file.stat().st_size < 16 * MEGABYTE, file
    assert result.peak_bytes() < 500 * MEGABYTE, result
