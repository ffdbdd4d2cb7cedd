# SPDX-License-Identifier: MIT
"""T17, T18 and T19 with containers of the image: read-only, without capabilities, on a loopback of their own."""

import json
import time

import pytest
from harness.containers import ROOT
from harness.pod import MASTER, TARGET, wait_until

pytestmark = pytest.mark.medium

WORKER = "http://127.0.0.1:8090"


def swarm(pod, users, **more):
    fields = {"user_count": users, "spawn_rate": 100, "host": TARGET, **more}
    data = [word for key, value in fields.items() for word in ("--data-urlencode", f"{key}={value}")]
    answer = pod.json(f"{MASTER}/swarm", *data)
    assert answer["success"], answer


def total(pod) -> int:
    return next(row["num_requests"] for row in pod.json(f"{MASTER}/stats/requests")["stats"] if row["name"] == "Aggregated")


def written(volume) -> int:
    return sum(row["num_requests"] for row in json.loads((volume / "cicada.json").read_text()))


RESULTS = {"LOCUST_CSV": "/results/cicada", "LOCUST_HTML": "/results/cicada.html", "LOCUST_JSON_FILE": "/results/cicada"}
FILES = {"cicada_stats.csv", "cicada_stats_history.csv", "cicada_failures.csv", "cicada_exceptions.csv", "cicada.html",
         "cicada.json"}  # fmt: skip


def test_t17_t19_a_master_and_two_workers_complete_a_run(pod):
    """T17: /healthz, /readyz and `cicada healthcheck` say what is so at each step (X5, D34, B17); D38: the ports;
    T19: the first worker is there before its master."""
    first = pod.worker(1)
    wait_until(lambda: pod.get(f"{WORKER}/healthz")[0] == 200, "living worker")
    assert pod.get(f"{WORKER}/readyz")[0] == 503
    assert first.check("live")[0] == 0 and first.healthcheck() == 0
    code, line = first.check("ready")
    assert code == 1 and line.startswith("unhealthy: http://127.0.0.1:8090/readyz answers 503"), line

    master = pod.master(LOCUST_EXPECT_WORKERS="2")
    wait_until(lambda: pod.get(f"{MASTER}/healthz")[0] == 200, "living master")
    wait_until(lambda: pod.get(f"{WORKER}/readyz")[0] == 200, "worker that registered")
    assert first.check("ready")[0] == 0
    assert pod.get(f"{MASTER}/")[0] == 200
    assert pod.get(f"{MASTER}/readyz")[0] == 503  # one of two
    assert master.check("live")[0] == 0 and master.check("ready")[0] == 1

    second = pod.worker(2)
    wait_until(lambda: pod.get(f"{MASTER}/readyz")[0] == 200, "master with its workers")
    assert master.check("ready")[0] == 0 and master.healthcheck() == 0
    assert second.check("ready")[0] == 0 and second.healthcheck() == 0

    swarm(pod, 20)
    wait_until(lambda: pod.workers() == [10, 10], "users on both workers")
    wait_until(lambda: pod.served() > 40, "load")
    # A process that hangs is not healthy, whatever its ports say.
    second.signal("STOP")
    assert second.check("--health-timeout", "1s")[0] == 1
    second.signal("CONT")
    wait_until(lambda: second.check("live")[0] == 0, "worker that goes on")

    wait_until(lambda: pod.workers() == [10, 10], "users on both workers")
    pod.json(f"{MASTER}/stop")
    wait_until(lambda: pod.json(f"{MASTER}/stats/requests")["state"] == "stopped", "end of the test")
    assert total(pod) == pod.served() > 40

    master.signal("TERM")
    assert master.ends(40) == 0, master.log
    assert pod.get(f"{MASTER}/healthz")[0] == 0
    # The master's good-bye is theirs.
    assert [first.ends(40), second.ends(40)] == [0, 0], first.log + second.log


def test_t18_one_of_three_workers_is_scaled_down(pod, volume):
    """T18, B18, B19: it ends with 0 within the grace period, the others take its users, and the target counts no
    request that the master does not; SIGTERM to the master leaves the CSV on the volume."""
    master = pod.master(LOCUST_EXPECT_WORKERS="3", **RESULTS, options=("--volume", f"{volume}:/results"))
    workers = [pod.worker(number) for number in (1, 2, 3)]
    wait_until(lambda: pod.get(f"{MASTER}/readyz")[0] == 200, "master with its workers")
    swarm(pod, 30)
    wait_until(lambda: pod.workers() == [10, 10, 10], "users on three workers")
    wait_until(lambda: pod.served() > 60, "load")

    start = time.monotonic()
    workers[0].signal("TERM")
    assert workers[0].ends(30) == 0, workers[0].log
    assert time.monotonic() - start < 30  # the stop timeout of 20 s and ten
    wait_until(lambda: pod.workers() == [15, 15], "users on the two that are left")
    before = pod.served()
    wait_until(lambda: pod.served() > before + 40, "load from the two")

    master.signal("TERM")
    assert master.ends(40) == 0, master.log
    assert [worker.ends(30) for worker in workers[1:]] == [0, 0]
    assert {file.name for file in volume.iterdir()} == FILES
    last = (volume / "cicada_stats.csv").read_text().splitlines()[-1].split(",")
    assert last[1] == "Aggregated"
    assert int(last[2]) == written(volume) == pod.served() > 100


def test_a_module_from_outside_runs_headless(pod, volume):
    """D37: LOCUST_FILE is a module that is mounted; B20: a master without a page, asked on its health port."""
    module = ROOT / "build/scenarios/hello.so"
    mount = ("--volume", f"{module}:/scenarios/hello.so:ro")
    settings = {"LOCUST_FILE": "/scenarios/hello.so", "LOCUST_SCENARIO": ""}
    master = pod.master(LOCUST_HEADLESS="true", LOCUST_EXPECT_WORKERS="1", LOCUST_USERS="3", LOCUST_SPAWN_RATE="100",
                        LOCUST_RUN_TIME="3s", LOCUST_HEALTH_PORT="8099", **settings, **RESULTS,
                        options=(*mount, "--volume", f"{volume}:/results"))  # fmt: skip
    wait_until(lambda: pod.get("http://127.0.0.1:8099/healthz")[0] == 200, "living master")
    assert master.check("live")[0] == 0 and master.check("ready")[0] == 1 and master.healthcheck() == 0
    worker = pod.worker(1, **settings, options=mount)
    assert master.ends(60) == 0, master.log
    assert worker.ends(30) == 0, worker.log
    rows = json.loads((volume / "cicada.json").read_text())
    assert [row["name"] for row in rows] == ["/"]
    assert written(volume) == pod.served() > 0
