# SPDX-License-Identifier: MIT
"""Waiting for what programs do, and ports for them."""

import socket
import time


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def wait_until(condition, what, seconds=120):
    """The first true answer; what says what was waited for when there is none."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return answer
