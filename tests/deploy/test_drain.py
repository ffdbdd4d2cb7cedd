# SPDX-License-Identifier: MIT
"""T18 and T19 with the programs that are in the image: what a scale-down, an eviction of the master and a
start in the wrong order do to a run. The server under load says what was really done."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CICADA = Path(os.environ.get("CICADA", ROOT / "build/engine/cli/cicada"))
TARGET = Path(os.environ.get("CICADA_TARGET", ROOT / "build/engine/target/cicada-target"))
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("LOCUST_", "CICADA_"))}

pytestmark = pytest.mark.medium


def wait_until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"after {seconds} s still no {what}"
        time.sleep(0.05)
    return value


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def fetch(url) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


class Program:
    def __init__(self, log, *argv):
        assert argv[0].exists(), f"{argv[0]} is not built"
        self.log = log
        with open(log, "wb") as out:
            self.child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=out, env=CLEAN, cwd=log.parent)  # fmt: skip

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def says(self, pattern, seconds=60):
        def look():
            found = re.search(pattern, self.text, re.M)
            assert found or self.child.poll() is None, self.text
            return found

        return wait_until(look, pattern, seconds)

    def ends(self, seconds) -> int:
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{self.child.args} still runs after {seconds} s\n{self.text}")


class Fleet:
    def __init__(self, folder):
        self.folder, self.programs, self.port = folder, [], free_port()
        self.target = self.start("target", TARGET, "--port", 0)
        self.url = self.target.says(r"listening on (http://\S+)")[1]

    def start(self, name, *argv):
        program = Program(self.folder / f"{name}{len(self.programs)}", *argv)
        self.programs.append(program)
        return program

    def master(self, *options):
        return self.start(
            "master", CICADA, "--master", "--headless", "--enable-rebalancing", "--master-bind-host", "127.0.0.1",
            "--master-bind-port", self.port, "-f", "jsonplaceholder", "-H", self.url, "-s", 20,
            "--csv", self.folder / "out/run", "--html", self.folder / "out/report.html",
            "--json-file", self.folder / "out/result", *options,
        )  # fmt: skip

    def worker(self, *options):
        return self.start("worker", CICADA, "--worker", "--master-host", "127.0.0.1", "--master-port", self.port,
                          "-f", "jsonplaceholder", "--health-host", "127.0.0.1", "--health-port", 0,
                          *options)  # fmt: skip

    def served(self) -> int:
        return json.loads(fetch(f"{self.url}/_count"))["total"]

    def counted(self) -> int:
        rows = json.loads((self.folder / "out/result.json").read_text())
        return sum(row["num_requests"] for row in rows)

    def stop(self):
        for program in reversed(self.programs):
            program.child.kill()
            program.child.wait()


@pytest.fixture
def fleet(tmp_path):
    fleet = Fleet(tmp_path)
    yield fleet
    fleet.stop()


def users(worker) -> int:
    """As the worker's own health port has it."""
    port = worker.says(r"health port: (\d+)")[1]
    text = fetch(f"http://127.0.0.1:{port}/metrics").decode()
    return int(re.search(r"^cicada_generator_users (\d+)$", text, re.M)[1])


def spread(workers, wanted):
    wait_until(lambda: [users(w) for w in workers] == wanted, f"users spread as {wanted}")


@pytest.mark.parametrize("when", ["during the ramp", "at full load", "twice"])
def test_t18_a_worker_that_is_scaled_down_loses_nothing(fleet, when):
    ramp = when == "during the ramp"
    master = fleet.master("--expect-workers", 3, "-u", 30, "-r", 5 if ramp else 100)
    workers = [fleet.worker() for _ in range(3)]
    if ramp:
        wait_until(lambda: sum(map(users, workers)) >= 9, "a third of the ramp")
    else:
        spread(workers, [10, 10, 10])
        wait_until(lambda: fleet.served() > 50, "load")
    leaving = workers.pop()
    leaving.child.send_signal(signal.SIGTERM)
    assert leaving.ends(20) == 0, leaving.text  # within the stop timeout
    spread(workers, [15, 15])
    if when == "twice":
        # One comes and one goes, as pods do when nodes are replaced.
        workers.append(fleet.worker())
        spread(workers, [10, 10, 10])
        leaving = workers.pop(0)
        leaving.child.send_signal(signal.SIGTERM)
        assert leaving.ends(20) == 0, leaving.text
        spread(workers, [15, 15])
    master.child.send_signal(signal.SIGTERM)
    assert master.ends(40) == 0, master.text
    for worker in workers:
        assert worker.ends(20) == 0, worker.text
    assert fleet.counted() == fleet.served() > 0
    assert "missing" not in master.text and "has not said that it stopped" not in master.text


def test_t18_a_master_that_is_evicted_leaves_its_files(fleet):
    master = fleet.master("--expect-workers", 2, "-u", 10, "-r", 100)
    workers = [fleet.worker() for _ in range(2)]
    wait_until(lambda: fleet.served() > 50, "load")
    master.child.send_signal(signal.SIGTERM)
    assert master.ends(40) == 0, master.text
    assert [worker.ends(20) for worker in workers] == [0, 0]
    assert fleet.counted() == fleet.served()
    out = fleet.folder / "out"
    names = {"run_stats.csv", "run_stats_history.csv", "run_failures.csv", "run_exceptions.csv", "report.html",
             "result.json"}  # fmt: skip
    assert {file.name for file in out.iterdir()} == names
    last = (out / "run_stats.csv").read_text().splitlines()[-1].split(",")
    assert last[1] == "Aggregated" and int(last[2]) == fleet.served()
    assert (out / "report.html").read_text().rstrip().endswith("</html>")


def test_t19_workers_that_start_before_their_master_connect(fleet):
    workers = [fleet.worker("-L", "DEBUG") for _ in range(2)]
    for worker in workers:
        port = worker.says(r"health port: (\d+)")[1]
        with pytest.raises(urllib.error.HTTPError, match="503"):
            fetch(f"http://127.0.0.1:{port}/readyz")
        worker.says("no answer from the master at .* yet, calling again")
    master = fleet.master("--expect-workers", 2, "-u", 4, "-r", 100, "-t", "1s")
    assert master.ends(60) == 0, master.text
    assert [worker.ends(20) for worker in workers] == [0, 0]
    assert fleet.counted() == fleet.served() > 0
