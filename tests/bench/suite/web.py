# SPDX-License-Identifier: MIT
"""The web page in a browser, and what watching a test costs the process that runs it."""

import json
import statistics
import subprocess
import sys
import time
import urllib.request

from .programs import CICADA, CLIENT_CORE, ITEM, ROOT, SERVER_CORE, Program

CLIENTS = ROOT / "tests/bench/web_clients.py"
TIMINGS = ROOT / "engine/web/ui/browser/timings.mjs"
POLLERS, STREAMS = 200, 50
USERS, RATE = 100, 2000  # of all users together
WINDOW_S, SETTLE_S = 11, 1.5  # the percentiles are those of the last ten seconds
COST = f"CPU of {POLLERS} pollers and {STREAMS} streams"
P99 = "p99 with those watching / without"
BUNDLE, UPDATE = "page, compressed", "script per update of 500 names"
BARS = ((BUNDLE, 150.0), (COST, 10.0), (P99, 1.1))


def start(server) -> tuple:
    program = Program(
        [CICADA, "-f", ITEM, "--web-host", "127.0.0.1", "--web-port", 0, "--autostart",
         "-u", USERS, "-r", USERS, "-H", server.url, "--pace", USERS / RATE, "ItemUser"],
        CLIENT_CORE, server.folder,
    )  # fmt: skip
    url = program.wait_for(r"Starting web interface at ([^\s,]+)", 20)[1]
    program.wait_for(r"All users spawned", 20)
    return program, url


def watched(server, program, url, watchers: bool) -> dict:
    clients = None
    if watchers:
        clients = Program(
            [sys.executable, CLIENTS, url, POLLERS, STREAMS], SERVER_CORE, server.folder
        )
    try:
        time.sleep(SETTLE_S + (2 if watchers else 0))
        cpu, begin = program.cpu_s(), time.monotonic()
        time.sleep(WINDOW_S)
        cpu = (program.cpu_s() - cpu) / (time.monotonic() - begin) * 100
        with urllib.request.urlopen(f"{url}/stats/histogram", timeout=10) as answer:
            p99 = json.load(answer)["current"]["percentiles"]["99"]
    finally:
        if clients:
            clients.stop()
    seen = {"cpu": cpu, "p99": p99}
    if clients:
        seen.update(json.loads(clients.text()))
        seen["expected"] = (WINDOW_S + SETTLE_S) * (POLLERS / 2 + STREAMS)
    return seen


def run(server, say, rounds=3, **_) -> dict:
    program, url = start(server)
    alone, crowd = [], []
    try:
        for number in range(rounds):
            for watchers, list_ in ((False, alone), (True, crowd)):
                seen = watched(server, program, url, watchers)
                list_.append(seen)
                say(f"round {number + 1}, {'watched' if watchers else 'alone'}: "
                    f"{seen['cpu']:.1f} % of a core, p99 {seen['p99']:.2f} ms")  # fmt: skip
            came = seen["answers"] + seen["events"]
            if seen["refused"] or came < 0.9 * seen["expected"]:
                raise RuntimeError(f"the watchers were not served: {seen}")
        done = subprocess.run(["node", TIMINGS, url], capture_output=True, text=True, check=True)
    finally:
        program.stop()
    page = json.loads(done.stdout)

    def middle(list_, key):
        return statistics.median(seen[key] for seen in list_)

    costs = [with_["cpu"] - without["cpu"] for with_, without in zip(crowd, alone)]
    return {
        BUNDLE: (page["bytes"] / 1024, "KB"),
        "first paint": (page["paint_ms"], "ms"),
        "page loaded": (page["load_ms"], "ms"),
        UPDATE: (page["update_ms"], "ms"),
        f"CPU at {RATE}/s, nobody watching": (middle(alone, "cpu"), "%"),
        f"CPU at {RATE}/s, watched": (middle(crowd, "cpu"), "%"),
        COST: (statistics.median(costs), "%"),
        "p99, nobody watching": (middle(alone, "p99"), "ms"),
        "p99, watched": (middle(crowd, "p99"), "ms"),
        P99: (middle(crowd, "p99") / middle(alone, "p99"), "x"),
    }
