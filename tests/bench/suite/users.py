# SPDX-License-Identifier: MIT
"""Memory of idle users, and how fast they come: each sends one request and waits."""

import re
import time

MANY, LOCUST_MANY = 10000, 500


def idle_bytes(server, start, users: int) -> float:
    """Resident bytes per user beyond the first."""
    resident = []
    for count in (1, users):
        before = server.requests()
        program = start(count)
        try:
            deadline = time.monotonic() + 60
            while server.requests() - before < count and time.monotonic() < deadline:
                before += 1  # the question itself
                time.sleep(0.2)
            time.sleep(1)
            resident.append(program.rss())
        finally:
            program.stop()
    return (resident[1] - resident[0]) / (users - 1)


def run_memory(server, say, **_) -> dict:
    programs = {
        f"cicada, {MANY}": (lambda n: server.cicada(n, min(n, 2000), "IdleUser"), MANY),
        f"FastHttpUser, {LOCUST_MANY}": (
            lambda n: server.locust(n, min(n, 100), "FastIdleUser"), LOCUST_MANY),
        f"HttpUser, {LOCUST_MANY}": (
            lambda n: server.locust(n, min(n, 100), "HttpIdleUser"), LOCUST_MANY),
    }  # fmt: skip
    figures = {}
    for name, (start, users) in programs.items():
        figures[f"memory per idle user, {name}"] = (idle_bytes(server, start, users) / 1024, "KB")
        say(f"{name}: {figures[f'memory per idle user, {name}'][0]:.1f} KB")
    return figures


def run_ramp(server, say, **_) -> dict:
    """Counted from the moment the program says that the ramp begins, by its own clock."""
    before = server.requests()
    program = server.cicada(MANY, 2000, "IdleUser")
    try:
        deadline = time.monotonic() + 60
        while server.requests() - before < MANY:
            before += 1  # the question itself
            if time.monotonic() > deadline:
                raise RuntimeError(program.text()[-2000:])
            time.sleep(0.05)
        answered = time.time()
        program.wait_for("All users spawned", 10)
        begin = program.logged_s("Ramping to")
        spawned = program.logged_s("All users spawned") - begin
        answered -= begin
        time.sleep(1)
    finally:
        program.stop()
    lag = re.search(r"event loop late by ([\d.]+) ms on average and ([\d.]+) ms", program.text())
    say(f"{MANY} users spawned in {spawned:.2f} s, answered in {answered:.2f} s, "
        f"loop late by {lag[2]} ms at most")  # fmt: skip
    return {
        f"time until {MANY} users at 2000/s are spawned": (spawned, "s"),
        f"time until {MANY} users at 2000/s have an answer": (answered, "s"),
        "loop lag in the ramp, average": (float(lag[1]), "ms"),
        "loop lag in the ramp, most": (float(lag[2]), "ms"),
    }
