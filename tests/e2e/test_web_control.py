# SPDX-License-Identifier: MIT
"""Stopping with a time of its own, and pausing: in one process, and with workers of every kind."""

import threading
import time

import pytest
from harness.process import wait_until
from harness.web import Web


PYTHON_STEADY = """
from locust import HttpUser, constant, task


class Steady(HttpUser):
    wait_time = constant(0.05)

    @task
    def get(self):
        self.client.get("/get")
"""


@pytest.fixture
def busy(one, fleet):
    """busy(kind, scenario, *options): one process, or a master with two workers."""

    def start(kind, scenario, *args) -> Web:
        if kind == "local":
            return one(*args, scenario=scenario)
        return fleet(2, *args, scenario=scenario)

    return start


def kinds(web: Web) -> list:
    return [change["kind"] for change in web.stats()["changes"]]


def in_the_background(ask) -> threading.Thread:
    thread = threading.Thread(target=ask)
    thread.start()
    return thread


# ---- Stop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["local", "fleet"])
def test_stop_now_cuts_tasks(busy, kind, target):
    """Whatever the stop timeout is, at workers too."""
    web = busy(kind, "slow.c", "--stop-timeout", 60, "Slow")
    web.start(4)
    wait_until(lambda: target.total() >= 4, 15, "requests under way")
    begin = time.monotonic()
    assert web.post("/stop", {"timeout": "0"}).json()["success"] is True
    assert time.monotonic() - begin < 2.5  # /delay/3 takes longer
    stats = web.stats()
    assert stats["state"] == "stopped" and stats["user_count"] == 0
    assert stats["run"]["stopping"] is None


@pytest.mark.parametrize("kind", ["local", "fleet"])
def test_tasks_may_finish_although_no_timeout_was_given(busy, kind, target):
    web = busy(kind, "slow.c", "Slow")
    web.start(4)
    wait_until(lambda: target.total() >= 4, 15, "requests under way")
    asking = in_the_background(lambda: web.post("/stop", {"timeout": "20s"}))
    stats = wait_until(lambda: (s := web.stats())["run"]["stopping"] and s, 5, "stopping")
    assert stats["state"] in ("stopping", "cleanup")
    stopping = stats["run"]["stopping"]
    assert stopping["of"] == 4 and stopping["users"] == stats["user_count"] <= 4
    assert 10 < stopping["left_s"] <= 20
    asking.join()
    stats = web.stats()
    assert stats["state"] == "stopped"
    delayed = next(row for row in stats["stats"] if row["name"] == "/delay/{n}")
    assert delayed["num_requests"] >= 4 and delayed["num_failures"] == 0
    assert stats["stats"][-1]["num_requests"] == target.total()  # none was cut


@pytest.mark.parametrize("kind", ["local", "fleet"])
def test_patience_may_run_out(busy, kind, target):
    web = busy(kind, "slow.c", "--stop-timeout", 60, "Slow")
    web.start(4)
    wait_until(lambda: target.total() >= 4, 15, "requests under way")
    asking = in_the_background(lambda: web.post("/stop"))
    wait_until(lambda: web.stats()["run"]["stopping"], 5, "stopping")
    begin = time.monotonic()
    web.post("/stop", {"timeout": "0"})
    asking.join()
    assert time.monotonic() - begin < 2.5
    assert web.stats()["state"] == "stopped"


@pytest.mark.parametrize("timeout", ["soon", "-1", "nan", "1e300"])
def test_a_timeout_that_is_none(one, timeout):
    web = one()
    web.start(2)
    answer = web.post("/stop", {"timeout": timeout})
    assert answer.status == 400 and answer.json()["field"] == "timeout"
    assert web.stats()["state"] in ("spawning", "running")


# ---- Pause ---------------------------------------------------------------------------------------


def settled(target, web: Web) -> int:
    """Requests that the target has had, once no more come."""
    before = [-1]

    def quiet():
        last, before[0] = before[0], target.total()
        time.sleep(0.3)
        return last == before[0] == target.total()

    wait_until(quiet, 10, "no more requests")
    assert web.stats()["state"] == "running"
    return target.total()


@pytest.mark.parametrize("kind", ["local", "fleet"])
def test_pause_and_resume(busy, kind, target):
    web = busy(kind, "steady.c")
    refused = web.post("/pause")
    assert refused.status == 409 and refused.json()["success"] is False
    web.start(6)
    web.wait_state("running")
    stats = web.wait_requests(60)
    assert stats["run"]["paused"] is None
    wait_until(lambda: web.stats()["can"]["pause"], 5, "workers that have said that they can")
    assert web.post("/pause").json() == {"success": True, "message": "Test paused"}
    stats = web.stats()
    since = stats["run"]["paused"]["since"]
    assert abs(since - stats["now"]) < 5
    assert kinds(web)[0] == "pause"

    count = settled(target, web)
    stats = wait_until(lambda: (s := web.stats())["stats"][-1]["num_requests"] == count and s, 8,
                       "the last reports")  # fmt: skip
    assert stats["user_count"] == 6 and stats["target_users"] == 6
    assert stats["run"]["paused"]["since"] == since
    wait_until(lambda: web.stats()["verdict"]["target"]["word"] == "Paused", 5, "a verdict")

    assert web.post("/resume").json() == {"success": True, "message": "Test resumed"}
    wait_until(lambda: target.total() > count + 60, 10, "requests again")
    stats = web.stats()
    assert stats["run"]["paused"] is None and stats["user_count"] == 6
    assert kinds(web)[0] == "resume"
    spans = wait_until(lambda: web.get("/stats/history").json()["paused"], 8, "a span")
    assert len(spans) == 1 and since - 2 <= spans[0][0] <= since + 2
    report = web.get("/stats/report").text
    assert 'class="paused"' in report and "Paused for" in report
    web.get("/stop")
    assert web.stats()["stats"][-1]["num_requests"] == target.total()  # nothing was lost


@pytest.mark.parametrize("kind", ["local", "fleet"])
def test_the_run_time_goes_on(busy, kind):
    web = busy(kind, "steady.c")
    web.start(4, run_time="4s")
    web.wait_state("running")
    wait_until(lambda: web.post("/pause").status == 200, 5, "a pause")
    stats = web.wait_state("stopped", 10)
    assert stats["run"]["paused"] is None
    assert stats["run"]["why_ended"].startswith("Run time reached after 0:0")
    assert web.post("/resume").status == 409


def test_a_worker_that_comes_during_a_pause(fleet, target, scenarios):
    web = fleet(1)
    web.start(6)
    web.wait_state("running")
    wait_until(lambda: web.post("/pause").status == 200, 5, "a pause")
    count = settled(target, web)
    web.add_worker()
    wait_until(
        lambda: [w["user_count"] for w in web.stats()["workers"]] == [3, 3], 10, "its share"
    )
    assert settled(target, web) == count
    assert web.post("/resume").status == 200
    wait_until(lambda: target.total() > count + 60, 10, "requests again")


def test_python_workers_can_not(fleet, locust, tmp_path):
    """A Locust worker goes on as ever, and hears nothing that it does not know."""
    web = fleet(1)
    file = tmp_path / "locustfile.py"
    file.write_text(PYTHON_STEADY)
    other = locust.start("-f", file, "--worker", "--master-port", web.master_port)
    wait_until(lambda: web.get("/worker-count").json()["worker_count"] == 2, 20, "both workers")
    web.start(6)
    web.wait_state("running")
    assert web.stats()["can"] == {"pause": False}
    answer = web.post("/pause")
    assert answer.status == 409 and "can't pause" in answer.json()["message"]
    assert web.stats()["run"]["paused"] is None
    web.wait_requests(60)
    assert web.post("/stop", {"timeout": "5"}).status == 200
    assert web.stats()["state"] == "stopped"
    wait_until(lambda: web.get("/readyz").status == 200, 10, "workers that are ready again")
    web.start(4)
    web.wait_requests(20)
    web.post("/stop", {"timeout": "0"})
    assert "Unknown message" not in other.out + other.err


def test_a_locust_worker_that_comes_during_a_pause_waits(fleet, locust, target, tmp_path):
    web = fleet(1)
    file = tmp_path / "locustfile.py"
    file.write_text(PYTHON_STEADY)
    web.start(4)
    web.wait_state("running")
    wait_until(lambda: web.post("/pause").status == 200, 5, "a pause")
    count = settled(target, web)
    locust.start("-f", file, "--worker", "--master-port", web.master_port)
    wait_until(lambda: web.get("/worker-count").json()["worker_count"] == 2, 20, "both workers")
    assert settled(target, web) == count
    assert web.post("/resume").status == 200
    wait_until(
        lambda: [w["user_count"] for w in web.stats()["workers"]] == [2, 2], 10, "its share"
    )


def test_pausing_is_as_guarded_as_stopping(one):
    web = one()
    web.start(2)
    assert web.get("/pause").status == 405
    for path in ("/pause", "/resume"):
        assert web.post(path, headers={"Origin": "http://evil.example"}).status == 403
