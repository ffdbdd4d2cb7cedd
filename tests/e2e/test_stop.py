# SPDX-License-Identifier: MIT
"""Ends of a run, and the keys of the terminal: who is stopped when, and what is still recorded."""

import fcntl
import os
import pty
import re
import signal
import termios
import time

import pytest
from harness.process import wait_until


@pytest.fixture
def slow(cicada, target, scenarios):
    """slow(class, *options): a run without a limit, once its user has sent its request."""

    def start(name, *args, users=1):
        run = cicada.start("-f", scenarios / "slow.c", "--headless", "-u", users, "-r", 100,
                           "-H", target.url, *args, name)  # fmt: skip
        run.wait_for("All users spawned")
        wait_until(lambda: target.total() >= users, 10, "request")
        time.sleep(0.3)
        return run

    return start


def stop(run, number=signal.SIGINT, seconds=15):
    """Sends the signal; how the run ended and how long that took."""
    begin = time.monotonic()
    run.signal(number)
    return run.finish(seconds), time.monotonic() - begin


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_a_summary(slow, number):
    result, took = stop(slow("Waiting"), number)
    assert result.code == 0, result
    assert took < 3
    assert result.counts()["GET", "/get"] == 1, result
    assert "Response time percentiles" in result.err, result
    assert "Shutting down (exit code 0)" in result.err, result
    assert ("Got SIGTERM signal" in result.err) == (number == signal.SIGTERM), result


def test_a_failure_decides_the_code_after_a_signal_too(cicada, target, scenarios):
    run = cicada.start("-f", scenarios / "failing.c", "--headless", "-H", target.url)
    wait_until(lambda: target.total() >= 3, 10, "requests")
    result, _ = stop(run)
    assert result.code == 1, result


def test_without_grace_a_request_is_abandoned(slow, target):
    """Neither success nor failure; on_stop still runs to its end."""
    result, took = stop(slow("Slow", users=5))
    assert took < 2
    assert result.counts() == {("GET", "/goodbye"): 5}, result
    assert result.code == 0, result
    assert target.counts()["GET /delay/{n}"] == 5, target.counts()


def test_with_grace_a_request_is_finished(slow):
    result, took = stop(slow("Slow", "--stop-timeout", 10, users=3))
    assert 1.5 < took < 5
    assert result.counts() == {("GET", "/delay/{n}"): 3, ("GET", "/goodbye"): 3}, result


def test_grace_is_limited(slow):
    result, took = stop(slow("Slow", "--stop-timeout", 1))
    assert 0.8 < took < 2
    assert result.counts() == {("GET", "/goodbye"): 1}, result


def test_grace_is_not_for_those_who_wait(slow):
    result, took = stop(slow("Waiting", "--stop-timeout", 20, users=3))
    assert took < 2
    assert result.counts() == {("GET", "/get"): 3, ("GET", "/goodbye"): 3}, result


def test_a_second_signal_ends_the_grace(slow):
    run = slow("Slow", "--stop-timeout", 30)
    begin = time.monotonic()
    run.signal(signal.SIGINT)
    time.sleep(0.5)
    run.signal(signal.SIGINT)
    run.finish(15)
    assert time.monotonic() - begin < 2


def test_a_signal_while_users_are_started(cicada, target, scenarios):
    run = cicada.start("-f", scenarios / "steady.c", "--headless", "-u", 100, "-r", 5,
                       "-H", target.url)  # fmt: skip
    run.wait_for("Ramping to 100 users")
    time.sleep(1)
    result, took = stop(run)
    assert result.code == 0 and took < 2, result
    assert "All users spawned" not in result.err, result


def test_an_idle_run_costs_nothing(slow):
    """Users that wait need no processor: no busy loop anywhere."""
    run = slow("Waiting", users=50)
    before = run.cpu_seconds()
    time.sleep(2)
    assert run.cpu_seconds() - before < 0.2
    stop(run)


# ---- Keys ----------------------------------------------------------------------------------------


class Terminal:
    """A run whose standard input is a terminal of ours."""

    def __init__(self, cicada, *args):
        self.master, slave = pty.openpty()
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.run = cicada.start(
            *args, stdin=slave, prepare=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        )

    def press(self, keys: str):
        os.write(self.master, keys.encode())

    def restored(self) -> bool:
        return termios.tcgetattr(self.slave) == self.before

    def close(self):
        self.run.stop()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal(cicada, target, scenarios):
    opened = Terminal(cicada, "-f", scenarios / "steady.c", "--headless", "-u", 1, "-r", 1,
                      "-H", target.url)  # fmt: skip
    opened.run.wait_for(r"All users spawned: \{\"Steady\": 1\}")
    # A run without a single request would end with exit code 4.
    opened.run.wait_for(r"Aggregated +[1-9]", 10)
    yield opened
    opened.close()


def test_keys_change_the_number_of_users(terminal):
    ramps = [("w", 2), ("W", 12), ("s", 11), ("S", 1)]
    for key, users in ramps:
        terminal.press(key)
        terminal.run.wait_for(rf"Ramping to {users} users at a rate of 100\.00 per second", 5)
        terminal.run.wait_for(rf"All users spawned: \{{\"Steady\": {users}\}}", 5)
        time.sleep(0.1)
    assert re.findall(r"Ramping to (\d+)", terminal.run.err) == ["1", "2", "12", "11", "1"]
    result, _ = stop(terminal.run)
    assert result.code == 0, result


def test_the_terminal_is_given_back(terminal):
    assert not terminal.restored(), "keys work without Enter"
    stop(terminal.run)
    assert terminal.restored()


def test_q_stops_the_run(terminal):
    terminal.press("q")
    result = terminal.run.finish(5)
    assert result.code == 0, result


def test_other_keys_do_nothing(terminal):
    terminal.press("xyz\x00\xff")
    time.sleep(0.6)
    assert terminal.run.child.poll() is None
    result, _ = stop(terminal.run)
    assert result.code == 0, result
