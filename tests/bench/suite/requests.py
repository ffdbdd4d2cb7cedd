# SPDX-License-Identifier: MIT
"""CPU per request of a user with one check, beside wrk and Locust on the same server.

Everybody has a turn in each round and the median counts, since machines are noisy. The server's own
count says how many requests there were.
"""

import statistics
import time
from collections import defaultdict

from .programs import DESCRIPTORS

USERS = (100, 1000, 5000)
# At the fixed rate only. nginx closes idle connections once a sixteenth of its own is left.
CROWD = min(20000, DESCRIPTORS * 9 // 10)
FIXED_RATE = 4000  # of all users together: below what any core is busy with
LOCUST_RATE = 400  # what Locust can do without being saturated


class Client:
    """What to start, and when it has come up to speed."""

    def __init__(self, name, start, ready, settle_s=1.0, turn_s=0.0):
        self.name, self.start, self.ready, self.settle_s = name, start, ready, settle_s
        self.turn_s = turn_s  # from a user's request to its next: no shorter window is fair


def spawned(program):
    program.wait_for(r"All users spawned", 120)


def clients(server, quick: bool):
    for users in USERS[:1] if quick else USERS:
        yield Client(f"cicada, {users}", lambda u=users: server.cicada(u, u), spawned)
        yield Client(f"wrk, {users}", lambda u=users: server.wrk(u, 60), lambda p: None)
        yield Client(
            f"cicada at {FIXED_RATE}/s, {users}",
            lambda u=users: server.cicada(u, u, pace=u / FIXED_RATE), spawned,
            settle_s=1 + users / FIXED_RATE, turn_s=users / FIXED_RATE,
        )  # fmt: skip
        # Locust goes on connecting long after it says that all are spawned.
        yield Client(
            f"FastHttpUser, {users}", lambda u=users: server.locust(u, min(u, 500)), spawned,
            settle_s=1 + users / 500,
        )  # fmt: skip
    if not quick:
        # Slowly: with half of the local ports taken, each connect to the same address and port
        # makes the kernel look through all of them. That is not what is measured here.
        yield Client(
            f"cicada at {FIXED_RATE}/s, {CROWD}",
            lambda: server.cicada(CROWD, 1000, pace=CROWD / FIXED_RATE), spawned,
            settle_s=2 + 3 * CROWD / FIXED_RATE, turn_s=CROWD / FIXED_RATE,
        )  # fmt: skip
    for name, user_class in (("FastHttpUser", "FastItemUser"), ("HttpUser", "HttpItemUser")):
        yield Client(
            f"{name} at {LOCUST_RATE}/s, 100",
            lambda c=user_class: server.locust(100, 100, c, pace=100 / LOCUST_RATE), spawned,
        )  # fmt: skip
    yield Client(
        f"cicada at {LOCUST_RATE}/s, 100",
        lambda: server.cicada(100, 100, pace=100 / LOCUST_RATE), spawned,
    )  # fmt: skip
    yield Client(
        f"bare sockets at {LOCUST_RATE}/s, 100", lambda: server.bare(100, LOCUST_RATE), spawned
    )  # fmt: skip
    yield Client("HttpUser, 100", lambda: server.locust(100, 100, "HttpItemUser"), spawned)
    if not quick:
        yield Client(
            "HttpUser, 1000", lambda: server.locust(1000, 200, "HttpItemUser"), spawned, 3
        )  # fmt: skip


def measure(server, client: Client, seconds: float):
    """(microseconds of CPU per request, requests per second)"""
    program = client.start()
    try:
        client.ready(program)
        time.sleep(client.settle_s)
        cpu, requests, begin = program.cpu_s(), server.requests(), time.monotonic()
        time.sleep(max(seconds, client.turn_s))
        cpu = program.cpu_s() - cpu
        requests, lasted = server.requests() - requests, time.monotonic() - begin
    finally:
        program.stop()
    return cpu * 1e6 / max(requests, 1), requests / lasted


def run(server, say, rounds=3, seconds=3.0, quick=False, only="") -> dict:
    cpu, rate = defaultdict(list), defaultdict(list)
    for number in range(rounds):
        for client in clients(server, quick):
            if only and only not in client.name:
                continue
            us, per_second = measure(server, client, seconds)
            cpu[client.name].append(us)
            rate[client.name].append(per_second)
            say(f"round {number + 1}: {client.name}: {us:.1f} us, {per_second:.0f}/s")
    figures = {}
    for name, values in cpu.items():
        figures[f"CPU per request, {name}"] = (statistics.median(values), "us")
        figures[f"requests per second, {name}"] = (statistics.median(rate[name]), "/s")
    return {**figures, **ratios(figures)}


def ratios(figures: dict) -> dict:
    def us(name):
        return figures.get(f"CPU per request, {name}", (float("nan"), ""))[0]

    pairs = {
        "cicada / FastHttpUser, 100 users": ("cicada, 100", "FastHttpUser, 100"),
        "cicada / FastHttpUser, 1000 users": ("cicada, 1000", "FastHttpUser, 1000"),
        "cicada / FastHttpUser, 5000 users": ("cicada, 5000", "FastHttpUser, 5000"),
        f"cicada / FastHttpUser, 100 users at {LOCUST_RATE}/s": (
            f"cicada at {LOCUST_RATE}/s, 100", f"FastHttpUser at {LOCUST_RATE}/s, 100"),
        f"cicada / HttpUser, 100 users at {LOCUST_RATE}/s": (
            f"cicada at {LOCUST_RATE}/s, 100", f"HttpUser at {LOCUST_RATE}/s, 100"),
        f"bare sockets / FastHttpUser, 100 users at {LOCUST_RATE}/s": (
            f"bare sockets at {LOCUST_RATE}/s, 100", f"FastHttpUser at {LOCUST_RATE}/s, 100"),
        f"cicada / bare sockets, 100 users at {LOCUST_RATE}/s": (
            f"cicada at {LOCUST_RATE}/s, 100", f"bare sockets at {LOCUST_RATE}/s, 100"),
        "cicada / HttpUser, 100 users": ("cicada, 100", "HttpUser, 100"),
        "cicada / wrk, 100 users": ("cicada, 100", "wrk, 100"),
        "cicada / wrk, 1000 users": ("cicada, 1000", "wrk, 1000"),
        "cicada / wrk, 5000 users": ("cicada, 5000", "wrk, 5000"),
        "growth 100 to 1000 users": ("cicada, 1000", "cicada, 100"),
        "growth 100 to 5000 users": ("cicada, 5000", "cicada, 100"),
        f"growth 100 to 1000 users at {FIXED_RATE}/s": (
            f"cicada at {FIXED_RATE}/s, 1000", f"cicada at {FIXED_RATE}/s, 100"),
        f"growth 100 to 5000 users at {FIXED_RATE}/s": (
            f"cicada at {FIXED_RATE}/s, 5000", f"cicada at {FIXED_RATE}/s, 100"),
        f"growth 100 to {CROWD} users at {FIXED_RATE}/s": (
            f"cicada at {FIXED_RATE}/s, {CROWD}", f"cicada at {FIXED_RATE}/s, 100"),
        "growth 100 to 5000 users, wrk": ("wrk, 5000", "wrk, 100"),
    }  # fmt: skip
    values = {name: us(above) / us(below) for name, (above, below) in pairs.items()}
    return {name: (value, "x") for name, value in values.items() if value == value}
