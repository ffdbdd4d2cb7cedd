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

    def start(workers, *classes, scenario="details.c"):
        what = ["-f", scenarios / scenario, "-H", target.url, *classes]
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


# ---- The generator -------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [0, 2])
def test_users_who_wait(run, target, workers):
    web = run(workers, "Patient")
    web.start(6)
    seen = wait_until(
        lambda: (s := web.stats()).get("oldest_wait_s", 0) > 2 and s["waiting_users"] == 6 and s,
        20,
        "6 users who wait",
    )
    assert target.counts()["GET /delay/{n}"] == 6
    assert seen["oldest_wait_s"] < 9.5 and seen["user_count"] == 6
    generator = seen["generator"]
    assert generator["lag_p99_ms"] >= 0 and generator["ports_limit"] > 100
    if workers:
        wait_until(
            lambda: sum(w["connections"] or 0 for w in web.stats()["workers"]) == 6, 5, "connections"
        )
        for worker in web.stats()["workers"]:
            assert worker["lag_p99_ms"] >= 0 and worker["connections"] == 3
            assert worker["connections"] <= worker["ports_used"] < worker["ports_limit"]
        history = wait_until(
            lambda: any(v is not None for v in web.get("/stats/history").json()["lag_p99_ms"]), 10, "lag"
        )
        assert history
    web.get("/stop?timeout=0" if not workers else "/stop")
    wait_until(lambda: web.stats()["waiting_users"] == 0, 10, "nobody waits")


def test_a_worker_whose_loop_is_late(cicada, target, scenarios):
    """Its lag, not its CPU, makes the generator busy, and the master says so."""
    port = free_port()
    what = ["-f", scenarios / "crash.c", "-H", target.url, "Hogger"]
    master = cicada.start(*what, *LOCAL, "--master", "--master-bind-host", "127.0.0.1",
                          "--master-bind-port", port)  # fmt: skip
    web = web_of(master)
    cicada.start(*what, "--worker", "--master-port", port)
    wait_until(lambda: web.get("/worker-count").json() == {"worker_count": 1}, 15, "a worker")
    web.start(1)
    busy = wait_until(
        lambda: (s := web.stats())["verdict"]["generator"]["word"] in ("Busy", "Overloaded")
        and (s["generator"]["lag_p99_ms"] or 0) > 10
        and s,
        25,
        "a busy generator",
    )
    assert busy["workers"][0]["lag_p99_ms"] == busy["generator"]["lag_p99_ms"]
    assert "lag" in busy["verdict"]["generator"]["detail"]


# ---- Phases --------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [0, 2])
def test_where_the_time_went(run, target, workers):
    """Every answered request waits and downloads; every connection is made once."""
    web = run(workers, "Shopper")
    assert '"phases":true' in web.get("/").text
    web.start(4, stop_timeout="5s")
    wait_until(lambda: web.stats()["stats"][-1]["num_requests"] > 60, 20, "requests")
    web.get("/stop")
    stats = settled(web, target)
    of_all = web.get("/stats/phases").json()
    assert of_all["first_byte"]["count"] == of_all["download"]["count"] == target.total()
    assert of_all["connect"]["count"] == 4
    for name in ("GET /get", "POST /buy"):
        phases = web.get(f"/stats/phases?request={name.replace(' ', '%20')}").json()
        entry = row(stats, name.split()[1])
        assert phases["first_byte"]["count"] == entry["num_requests"], name
        for step in filter(None, phases.values()):
            assert 0 <= step["median"] <= step["p95"] <= step["max"] and step["mean"] <= step["max"]
        assert phases["first_byte"]["max"] <= entry["max_response_time"] + 1
        # Both are medians of nearly the same times, each to within a slot.
        assert phases["first_byte"]["median"] <= 1.1 * entry["p50"] + 0.1


# ---- Samples -------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [0, 2])
def test_samples_without_secrets(run, workers):
    web = run(workers, "Shopper")
    assert '"samples":true' in web.get("/").text
    web.start(4)

    def samples():
        kind = next((e for e in web.stats()["errors"] if e["name"] == "/buy"), None)
        found = kind and web.get("/failures/samples?key=" + kind["key"]).json()["samples"]
        return len(found or []) == 5 and found

    found = wait_until(samples, 20, "five samples")
    ids = {w["id"] for w in web.stats().get("workers", [])} or {None}
    assert {s["worker"] for s in found} <= ids
    for sample in found:
        assert sample["method"] == "POST" and sample["status"] == 404
        assert sample["url"].endswith("/status/404?token=***")
        assert sample["request_body"] == '{"lamp": 7, "password": "***"}'
        assert "X-Api-Key: ***" in sample["request_headers"]
        assert "X-Shop: lamps" in sample["request_headers"]
        assert "Content-Type: text/html" in sample["response_headers"]
        assert abs(sample["t"] - time.time()) < 30
        assert "hunter" not in str(sample)
    if workers:  # they go on sending some, for a master that has forgotten
        assert web.get("/stats/reset").status == 200
        wait_until(lambda: web.stats()["errors"], 10, "failures after the reset")


# ---- Task mix ------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [0, 2])
def test_the_measured_mix(run, target, workers):
    """Shares of starts are shares of what the target was asked."""
    web = run(workers, "Shopper")
    nothing = web.get("/tasks").json()["per_class"]
    assert not nothing or nothing["Shopper"]["measured"] is None
    web.start(4, stop_timeout="5s")
    wait_until(lambda: web.stats()["stats"][-1]["num_requests"] > 100, 20, "requests")
    web.get("/stop")
    settled(web, target)
    counts = target.counts()
    mix = web.get("/tasks").json()
    for shares in (mix["per_class"], mix["total"]):
        assert shares["Shopper"]["measured"] == 1
        tasks = shares["Shopper"]["tasks"]
        for name, route in (("browse", "GET /get"), ("buy", "POST /status/{code}"), ("trip", "GET /uuid")):
            assert tasks[name]["measured"] == pytest.approx(counts[route] / target.total(), abs=1e-6)
    assert mix["per_class"]["Shopper"]["tasks"]["browse"]["ratio"] == 0.6


@pytest.mark.parametrize("workers", [0, 1])
def test_the_measured_mix_of_sets(run, workers):
    web = run(workers, scenario="ratios.c")
    web.start(5, stop_timeout="5s")
    wait_until(lambda: web.stats()["stats"][-1]["num_requests"] > 150, 20, "requests")
    mix = web.get("/tasks").json()
    forum = mix["per_class"]["WebUser"]["tasks"]["Forum"]
    assert forum["tasks"]["look"]["measured"] + forum["tasks"]["reply"]["measured"] == pytest.approx(1)
    classes = mix["total"]
    assert sum(c["measured"] for c in classes.values()) == pytest.approx(1)
    for shares in classes.values():
        below = sum(t["measured"] for t in shares["tasks"].values())
        assert below == pytest.approx(shares["measured"])
