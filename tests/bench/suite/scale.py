# SPDX-License-Identifier: MIT
"""One master and thousands of workers, which sim_workers.c simulates, beside a Python master."""

import bisect
import json
import socket
import time

from .programs import BUILD, CICADA, CLIENT_CORE, LOCUST, SCENARIOS, SERVER_CORE, Program

SIMULATOR = BUILD / "tests/bench/sim_workers"
WORKERS, LOCUST_WORKERS = (1000, 5000), (100, 500, 1000, 2000)
SAME = 1000  # both bear them
NAMES, BUCKETS = 50, 100
SETTLE_S, WINDOW_S = 5, 24
STARVED_MS = 250  # then the simulator had no CPU when it needed it
BARS = (
    (f"master of {WORKERS[0]}: CPU", 15.0),
    *((f"master of {count}: latest heartbeat answer", 0.5) for count in WORKERS),
    *((f"master of {count}: growth of memory in the second half", 5.0) for count in WORKERS),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_cicada(workers: int, port: int, folder) -> Program:
    return Program(
        [CICADA, "--master", "--headless", "--class", "SimulatedUser", "--only-summary",
         "--master-bind-port", port, "--expect-workers", workers, "-u", workers, "-r", workers,
         "-t", "10m", "--csv", "master"],
        CLIENT_CORE, folder,
    )  # fmt: skip


def start_locust(workers: int, port: int, folder) -> Program:
    return Program(
        [*LOCUST[:3], "-f", SCENARIOS / "masterfile.py", "--master", "--headless",
         "--only-summary", "--master-bind-port", port, "--expect-workers", workers, "-u", workers,
         "-r", workers, "-t", "10m", "--csv", "master"],
        CLIENT_CORE, folder,
    )  # fmt: skip


class History:
    """The master's CSV file as it grows: when how many requests were first seen in it."""

    def __init__(self, file):
        self.file, self.at, self.rest, self.rows = file, 0, "", []

    def look(self) -> None:
        if not self.file.exists():
            return
        with open(self.file, newline="") as file:
            file.seek(self.at)
            self.rest += file.read()
            self.at = file.tell()
        *lines, self.rest = self.rest.split("\n")
        for line in lines:
            fields = line.split(",")
            if len(fields) > 17 and fields[3] == "Aggregated":
                self.rows.append((time.time(), int(fields[17])))


def snapshot_ages(rows: list, log: list) -> list:
    """How long before a row was seen everything had been sent that it holds."""
    counts = [count for _time, count in log]
    ages = []
    for seen, count in rows:
        at = bisect.bisect_right(counts, count)
        if 0 < at < len(log):
            ages.append(seen - log[at - 1][0])
    return sorted(ages)


def watch(master: Program, history: History) -> dict:
    """The steady window: CPU, memory, and the rows that come."""
    history.look()
    begin, cpu, first_row = time.monotonic(), master.cpu_s(), len(history.rows)
    resident = []
    while time.monotonic() - begin < WINDOW_S:
        history.look()
        if time.monotonic() - begin >= WINDOW_S * len(resident) / 24:
            resident.append(master.rss())
        time.sleep(0.01)
    half = len(resident) // 2
    return {
        "cpu": (master.cpu_s() - cpu) / (time.monotonic() - begin) * 100,
        "resident": max(resident) / 2**20,
        "growth": (max(resident[half:]) / max(resident[:half]) - 1) * 100,
        "rows": history.rows[first_row:],
    }


def lead(start, workers: int, folder) -> dict:
    folder.mkdir()
    port = free_port()
    master = start(workers, port, folder)
    history = History(folder / "master_stats_history.csv")
    simulator = None
    try:
        master.wait_for(r"[Ll]istening for workers|Waiting for workers", 20)
        simulator = Program(
            [SIMULATOR, port, workers, NAMES, BUCKETS, "sent.log", 300], SERVER_CORE, folder
        )
        master.wait_for(r"All users (spawned|are dealt out)", 60)
        time.sleep(SETTLE_S)
        seen = watch(master, history)
        master.child.terminate()
        simulator.child.wait(60)
        master.stop()
    finally:
        master.stop()
        if simulator:
            simulator.stop()
    history.look()
    log = [tuple(map(float, line.split())) for line in open(folder / "sent.log")]
    seen.update(json.loads(simulator.text()))
    seen["ages"] = snapshot_ages(seen["rows"], log)
    seen["missing"] = seen["requests"] - history.rows[-1][1]
    seen["lost"] = master.text().count("failed to send heartbeat")
    return seen


def tell(say, name: str, seen: dict) -> None:
    say(
        f"{name}: {seen['cpu']:.1f} % of a core, {seen['resident']:.0f} MB "
        f"{seen['growth']:+.1f} %, answers {seen['answer_ms']['median']:.1f} ms, 99 % "
        f"{seen['answer_ms']['p99']:.0f}, worst {seen['answer_ms']['max']:.0f}; rows "
        f"{seen['ages'][len(seen['ages']) // 2] * 1000:.0f} ms old, worst "
        f"{seen['ages'][-1] * 1000:.0f}; {seen['lost']} held to be missing, "
        f"{seen['missing']} of {seen['requests']} requests not in the last row"
    )
    if seen["own_delay_ms"]["max"] > STARVED_MS:
        say(f"  the simulator itself was held up for {seen['own_delay_ms']['max']:.0f} ms")


def figures_of(name: str, seen: dict) -> dict:
    return {
        f"{name}: CPU": (seen["cpu"], "%"),
        f"{name}: memory": (seen["resident"], "MB"),
        f"{name}: growth of memory in the second half": (seen["growth"], "%"),
        f"{name}: latest heartbeat answer": (seen["answer_ms"]["max"] / 1000, "s"),
        f"{name}: report to row, median": (seen["ages"][len(seen["ages"]) // 2], "s"),
        f"{name}: report to row, worst": (seen["ages"][-1], "s"),
    }


def run(server, say, only="", **_) -> dict:
    figures, each = {}, {}
    plan = [("master", start_cicada, count) for count in WORKERS]
    plan += [("Python master", start_locust, count) for count in LOCUST_WORKERS]
    for kind, start, count in plan:
        name = f"{kind} of {count}"
        if only not in name:
            continue
        seen = lead(start, count, server.folder / name.replace(" ", "-"))
        tell(say, name, seen)
        figures.update(figures_of(name, seen))
        if kind == "master":
            figures[f"{name}: requests lost"] = (seen["missing"], "")
        if count == SAME:
            each[kind] = seen["cpu"]
    if len(each) == 2:
        ratio = each["master"] / each["Python master"]
        figures[f"master / Python master, CPU, {SAME} workers"] = (ratio, "")
    return figures
