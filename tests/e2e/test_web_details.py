# SPDX-License-Identifier: MIT
"""What is shown beside counts, of one process and of a master with workers: who saw a failure and when,
compared with what the workers and the target say themselves."""

import time

import pytest
from harness.process import free_port, wait_until
from harness.web import web_of

LOCAL = ("--web-host", "127.0.0.1", "--web-port", 0)


@pytest.fixture
def run(cicada, target, scenarios):
    """run(workers, class): the web interface of a process, or of a master with so many workers."""

    def start(workers, user_class):
        what = ["-f", scenarios / "details.c", "-H", target.url, user_class]
        port = free_port()
        master = ["--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
        running = cicada.start(*what, *LOCAL, *(master if workers else []))
        web = web_of(running)
        web.run, web.workers = running, []
        for _ in range(workers):
            web.workers.append(cicada.start(*what, "--worker", "--master-port", port))
        if workers:
            ready = {"worker_count": workers}
            wait_until(lambda: web.get("/worker-count").json() == ready, 15, "workers")
        return web

    return start


def row(stats, name):
    return next((r for r in stats["stats"] if r["name"] == name), None)


def settled(web, target) -> dict:
    """The statistics once they have every request that the target answered."""
    return wait_until(
        lambda: (s := web.stats())["stats"][-1]["num_requests"] == target.total() and s,
        15,
        f"{target.counts()} in {web.stats()['stats']}",
    )


# ---- Moments and nodes ---------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [0, 2])
def test_who_failed_and_when(run, target, workers):
    web = run(workers, "Shopper")
    begin = time.time()
    web.start(4, stop_timeout="5s")
    wait_until(lambda: (row(web.stats(), "/buy") or {}).get("num_requests", 0) > 20, 20, "failures")
    ids = sorted(w["id"] for w in web.stats().get("workers", []))
    web.get("/stop")
    stats = settled(web, target)
    end = time.time()
    kind = next(e for e in stats["errors"] if e["name"] == "/buy")
    assert kind["occurrences"] == target.counts()["POST /status/{code}"]
    assert begin - 1 < kind["first_seen"] <= kind["last_seen"] < end + 1
    if workers:
        assert kind["workers"] == ids and len(ids) == kind["worker_count"] == 2
    else:
        assert "workers" not in kind
    for entry in stats["stats"]:
        assert begin - 1 < entry["max_at"] < end + 1, entry
    crash = web.get("/exceptions").json()["exceptions"][0]
    assert crash["msg"] == "tripped" and crash["count"] == target.counts()["GET /uuid"]
    assert begin - 1 < crash["first_seen"] <= crash["last_seen"] < end + 1
    assert crash["nodes"] == (", ".join(ids) if workers else "local")
