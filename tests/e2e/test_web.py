# SPDX-License-Identifier: MIT
"""The web interface of one process and of a master with a worker: every route, from start to end."""

import csv
import io
import json
import signal
import time

import pytest
from harness.process import free_port, wait_until
from harness.web import Web, web_of

LOCAL = ("--web-host", "127.0.0.1", "--web-port", 0)


def page_data(web: Web) -> dict:
    page = web.get("/").text
    _, _, rest = page.partition('<script type="application/json" id="page-data">')
    data, found, _ = rest.partition("</script>")
    assert found
    return json.loads(data)


# ---- Start, edit, stop ---------------------------------------------------------------------------


def test_a_test_from_start_to_stop(one, target):
    web = one()
    assert web.stats()["state"] == "ready"
    # A request that is cut off while it is under way counts at the target alone.
    assert web.start(5, stop_timeout=10) == {"success": True, "message": "Swarming started", "host": target.url}
    web.wait_state("running")
    web.wait_requests(60)
    assert web.get("/stop").json() == {"success": True, "message": "Test stopped"}
    stats = web.stats()
    assert stats["state"] == "stopped" and stats["user_count"] == 0  # the very next poll
    assert stats["stats"][-1]["num_requests"] == target.total()
    assert stats["stats"][0]["method"] == "GET" and stats["stats"][0]["name"] == "/get"
    assert stats["run"]["why_ended"].startswith("Stopped by hand after 0:")
    assert stats["run"]["host"] == target.url


def test_a_fleet_from_start_to_stop(fleet, target):
    web = fleet(2)
    # A request that is cut off while it is under way counts at the target alone.
    web.start(6, stop_timeout=10)
    web.wait_state("running")
    stats = web.wait_requests(60)
    assert stats["worker_count"] == 2
    assert sorted(w["user_count"] for w in stats["workers"]) == [3, 3]
    web.get("/stop")
    assert web.stats()["state"] == "stopped"
    assert web.stats()["stats"][-1]["num_requests"] == target.total()
    before = target.total()
    wait_until(lambda: web.get("/readyz").status == 200, 10, "workers that are ready again")
    web.start(4, stop_timeout=10)
    web.wait_requests(20)
    web.get("/stop")
    assert web.stats()["stats"][-1]["num_requests"] == target.total() - before
    web.run.signal(signal.SIGINT)
    assert web.run.finish().code == 0
    assert [worker.finish().code for worker in web.workers] == [0, 0]


def test_a_report_of_a_fleet_under_way(fleet):
    """Its parts look at the run more than once; under the sanitizers this finds stale pictures."""
    web = fleet(2)
    web.start(6)
    web.wait_requests(60)
    for path in ("/stats/report", "/metrics", "/workers", "/tasks"):
        answer = web.get(path)
        assert answer.status == 200, answer
    report = web.get("/stats/report").text
    for worker in web.stats()["workers"]:
        assert worker["id"] in report
    web.get("/stop")
    assert web.get("/stats/report").status == 200


def test_an_edit_keeps_what_was_counted(one):
    web = one()
    web.start(3)
    before = web.wait_requests(20)
    web.start(8)
    stats = web.wait_state("running")
    assert stats["user_count"] == 8 and stats["target_users"] == 8
    assert stats["stats"][-1]["num_requests"] >= before["stats"][-1]["num_requests"]
    assert stats["run"]["id"] == before["run"]["id"]
    assert stats["run"]["start"] == before["run"]["start"]
    assert "load" in [change["kind"] for change in stats["changes"]]


def test_a_second_test_begins_anew(one):
    web = one()
    web.start(5)
    first = web.wait_requests(50)
    web.get("/stop")
    web.start(1)
    second = web.stats()
    assert second["stats"][-1]["num_requests"] < 20
    assert second["run"]["id"] == first["run"]["id"] + 1


def test_an_old_run_time_does_not_stop_a_new_test(one):
    web = one()
    assert web.start(2, run_time="2")["run_time"] == 2
    web.get("/stop")
    web.start(2)
    time.sleep(3)
    assert web.stats()["state"] == "running"
    web.get("/stop")
    web.start(2, run_time="1s")
    stats = web.wait_state("stopped", 5)
    assert stats["run"]["why_ended"] == "Run time reached after 0:01"


def test_stop_waits_for_users_that_finish_their_task(one):
    web = one("--stop-timeout", 5, "Slow", scenario="slow.c")
    web.start(1)
    web.wait_state("running")
    time.sleep(0.5)
    web.get("/stop")
    assert web.stats()["state"] == "stopped"


def test_stop_without_grace(one):
    web = one("--stop-timeout", 60, "Slow", scenario="slow.c")
    web.start(1)
    web.wait_state("running")
    time.sleep(0.5)
    begin = time.monotonic()
    assert web.post("/stop", {"timeout": "0"}).status == 200
    assert time.monotonic() - begin < 2
    assert web.stats()["state"] == "stopped"


def test_stop_without_a_test_does_nothing(one):
    web = one()
    assert web.post("/stop").json()["success"] is True
    assert web.stats()["state"] == "ready"


def test_reset_clears_and_goes_on(one):
    web = one()
    web.start(5)
    web.wait_requests(50)
    answer = web.get("/stats/reset")
    assert (answer.status, answer.text) == (200, "ok")
    assert web.stats()["stats"][-1]["num_requests"] < 40
    assert web.stats()["state"] == "running"
    web.wait_requests(10)


# ---- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"user_count": "2.5"}, "user_count"),
        ({"user_count": "-1"}, "user_count"),
        ({"user_count": "many"}, "user_count"),
        ({"user_count": "99999999999999999999"}, "user_count"),
        ({"spawn_rate": "fast"}, "spawn_rate"),
        ({"spawn_rate": "nan"}, "spawn_rate"),
        ({"spawn_rate": "-3"}, "spawn_rate"),
        ({"run_time": "soon"}, "run_time"),
        ({"stop_timeout": "never"}, "stop_timeout"),
        ({"host": "http://a b"}, "host"),
        ({"host": "http://a\r\nX: y"}, "host"),
    ],
)
def test_bad_values_are_named(one, fields, field):
    web = one()
    answer = web.post("/swarm", {"user_count": 1, "spawn_rate": 1, **fields})
    assert answer.status == 400, answer
    said = answer.json()
    assert said["success"] is False and said["field"] == field and said["message"]
    assert web.stats()["state"] == "ready"


def test_missing_fields_are_a_failure_as_in_locust(one):
    answer = one().post("/swarm", {"user_count": 1})
    assert answer.status == 200
    assert answer.json()["success"] is False
    assert answer.json()["message"] == "Missing user_count or spawn_rate from /swarm request"


def test_a_master_without_workers_starts_nothing(fleet):
    web = fleet(0)
    answer = web.swarm(1)
    assert answer.status == 409 and answer.json()["success"] is False
    assert "workers" in answer.json()["message"]
    assert web.stats()["state"] == "ready"
    assert web.get("/readyz").status == 503 and web.get("/healthz").status == 200


def test_options_of_the_program_can_not_be_set(one, tmp_path):
    web = one()
    web.start(1, csv=str(tmp_path / "x"), exit_code_on_error="7", logfile=str(tmp_path / "log"))
    web.get("/stop")
    assert list(tmp_path.glob("x*")) == [] and not (tmp_path / "log").exists()


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("POST", "/stats/requests", 405, "GET, HEAD, OPTIONS"),
        ("GET", "/swarm", 405, "OPTIONS, POST"),
        ("DELETE", "/", 405, "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/stats/requests", 200, "GET, HEAD, OPTIONS"),
        ("GET", "/nothing", 404, None),
        ("HEAD", "/stats/requests", 200, None),
        ("HEAD", "/", 200, None),
    ],
)
def test_methods(one, method, path, status, allowed):
    answer = one().ask(method, path)
    assert answer.status == status
    assert answer.headers["Allow"] == allowed


def test_pages_of_other_sites_may_not_drive_the_test(one):
    web = one()
    for headers in (
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ):
        answer = web.post("/swarm", {"user_count": 1, "spawn_rate": 1}, headers)
        assert answer.status == 403, headers
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert web.ask("GET", "/stop", headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    own = {"Origin": f"http://{web.host}:{web.port}"}
    assert web.post("/swarm", {"user_count": 1, "spawn_rate": 1}, own).status == 200


def test_one_other_site_can_be_let_in(one):
    web = one("--web-cors", "https://dash.example")
    good = {"Origin": "https://dash.example"}
    answer = web.post("/swarm", {"user_count": 1, "spawn_rate": 1}, good)
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://dash.example"
    assert web.post("/swarm", {}, {"Origin": "https://other.example"}).status == 403


# ---- Details -------------------------------------------------------------------------------------


def test_downloads_are_the_files(one, tmp_path):
    web = one("--csv", tmp_path / "out", "--csv-full-history")
    web.start(5)
    web.wait_requests(20)
    web.get("/stop")
    time.sleep(1.2)
    for path, file in (
        ("/stats/requests/csv", "out_stats.csv"),
        ("/stats/failures/csv", "out_failures.csv"),
        ("/exceptions/csv", "out_exceptions.csv"),
        ("/stats/requests_full_history/csv", "out_stats_history.csv"),
    ):
        answer = web.get(path)
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/csv")
        assert answer.headers["Content-Disposition"].startswith("attachment;filename=Locust_2")
        assert answer.body == (tmp_path / file).read_bytes(), path
        assert list(csv.reader(io.StringIO(answer.text, newline="")))
    tag = answer.headers["ETag"]
    assert web.ask("GET", "/stats/requests_full_history/csv", headers={"If-None-Match": tag}).status == 304


def test_a_full_history_has_to_be_asked_for(one):
    answer = one().get("/stats/requests_full_history/csv")
    assert answer.status == 404
    assert answer.text == "Error: Server was not started with option to generate full history."


def test_failures_and_exceptions(one):
    web = one(scenario="failing.c")
    web.start(1)
    stats = wait_until(lambda: (s := web.stats())["errors"] and s, 10, "errors")
    error = stats["errors"][0]
    assert set(error) >= {"method", "name", "error", "occurrences", "first_seen", "last_seen", "key"}
    assert isinstance(error["occurrences"], int)
    wait_until(lambda: web.stats()["verdict"]["target"]["level"] in ("warn", "bad"), 15, "verdict")
    assert "failure" in [change["kind"] for change in web.stats()["changes"]]
    assert web.get("/exceptions").json().keys() == {"exceptions"}


def test_tasks_logs_and_workers(fleet):
    web = fleet(1)
    web.start(2)
    web.wait_state("running")
    mix = web.get("/tasks").json()
    assert mix.keys() == {"per_class", "total"}
    for part in mix.values():
        assert part.keys() == {"Steady"} and part["Steady"]["tasks"].keys() == {"ask"}
        for node in (part["Steady"], part["Steady"]["tasks"]["ask"]):
            # What was measured comes with the worker's reports.
            assert node["ratio"] == 1.0 and node["measured"] in (None, 1.0)
    logs = web.get("/logs").json()
    assert any("Ramping to 2 users" in line for line in logs["master"])
    worker = web.get("/workers").json()["workers"][0]
    assert worker["state"] == "running" and worker["user_count"] == 2
    wait_until(lambda: web.get("/logs").json()["workers"].get(worker["id"]), 25, "a worker's log")


def test_a_lost_worker_is_news(fleet):
    web = fleet(2)
    web.start(4)
    web.wait_state("running")
    web.workers[0].child.kill()
    kinds = wait_until(
        lambda: "lost" in (k := [c["kind"] for c in web.stats()["changes"]]) and k, 15, "news"
    )
    assert "start" in kinds
    wait_until(lambda: web.stats()["user_count"] == 4, 15, "its users elsewhere")


def test_user_classes_can_be_changed(one):
    web = one()
    body = json.dumps({"user_class_name": "Steady", "fixed_count": 2, "weight": 3})
    answer = web.ask("POST", "/user", body, {"Content-Type": "application/json"})
    assert (answer.status, answer.json()) == (201, {})
    for bad in ("", "[]", "{}", '{"user_class_name": "Nobody"}',
                '{"user_class_name": "Steady", "weight": -1}',
                '{"user_class_name": "Steady", "tasks": []}'):  # fmt: skip
        answer = web.ask("POST", "/user", bad, {"Content-Type": "application/json"})
        assert answer.status == 400 and answer.json()["success"] is False, bad


def test_changed_classes_reach_workers(fleet):
    web = fleet(1)
    body = json.dumps({"user_class_name": "Steady", "fixed_count": 2})
    assert web.ask("POST", "/user", body, {"Content-Type": "application/json"}).status == 201
    web.start(5)
    assert web.wait_state("running")["user_count"] == 2
    body = json.dumps({"user_class_name": "Nobody"})
    assert web.ask("POST", "/user", body, {"Content-Type": "application/json"}).status == 400


def test_class_picker(one):
    web = one("--class-picker", scenario="slow.c")
    classes = page_data(web)["available_user_classes"]
    said = web.start(1, user_classes=[classes[0]])
    assert said["user_classes"] == [classes[0]]
    web.get("/stop")
    assert web.start(1)["user_classes"] == classes
    web.get("/stop")
    assert web.swarm(1, user_classes=["Nobody"]).status == 400


# ---- The page ------------------------------------------------------------------------------------


def test_page_data(one, target):
    web = one("-u", 7, "-r", 2, "-t", "90s", "--profile", "nightly</script>")
    data = page_data(web)
    assert data["num_users"] == 7 and data["spawn_rate"] == 2 and data["run_time"] == 90
    assert data["profile"] == "nightly</script>" and data["host"] == target.url
    assert data["state"] == "ready" and data["history"] == []
    assert data["users"]["Steady"] == {
        "host": target.url, "weight": 1, "fixed_count": 0, "tasks": ["ask"]}  # fmt: skip
    assert data["snapshot"]["state"] == "ready"
    answer = web.get("/")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    web.start(3)
    time.sleep(3.5)
    data = page_data(web)
    assert data["history"][0]["current_rps"][1] > 0
    assert any(p99 > 0 for p99 in data["curve"]["p99"] if p99 is not None)
    assert set(data["curve"]) == set(web.get("/stats/history").json())


def test_another_page_can_be_given(one, tmp_path):
    script = "document.title = 'x'"
    (tmp_path / "index.html").write_text(f"<head><!--PAGE_DATA--><script>{script}</script></head>")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/app-1a2b.js").write_text("1")
    (tmp_path / ".secret").write_text("no")
    web = one("--build-path", tmp_path)
    assert page_data(web)["state"] == "ready"
    assert "'sha256-" in web.get("/").headers["Content-Security-Policy"]
    asset = web.get("/assets/app-1a2b.js")
    assert asset.status == 200 and "immutable" in asset.headers["Cache-Control"]
    tag = asset.headers["ETag"]
    assert web.ask("GET", "/assets/app-1a2b.js", headers={"If-None-Match": tag}).status == 304
    assert web.get("/.secret").status == 404
    assert web.ask("GET", "/assets/../../../../etc/passwd").status == 404
    assert web.ask("GET", "/assets/..%2f..%2f..%2fetc/passwd").status == 404


def test_a_base_path(one):
    web = one("--web-base-path", "/load")
    assert web.base == "/load"
    assert web.stats()["state"] == "ready"
    answer = web.ask("GET", "")
    assert answer.status == 308 and answer.headers["Location"] == "/load/"
    assert web.ask("GET", "/", base=False).status == 404
    assert web.ask("GET", "/loader/", base=False).status == 404


# ---- Live ----------------------------------------------------------------------------------------


def test_events_come_every_second(one):
    web = one()
    web.start(5)
    connection = web.connect()
    connection.request("GET", "/events")
    response = connection.getresponse()
    assert response.headers["Content-Type"] == "text/event-stream"
    seen = []
    begin = time.monotonic()
    while len(seen) < 4:
        line = response.readline().decode()
        if line.startswith("data: "):
            seen.append(json.loads(line[6:]))
    assert 1.5 < time.monotonic() - begin < 6
    counts = [event["stats"][-1]["num_requests"] for event in seen]
    assert counts == sorted(counts) and counts[-1] > counts[0]
    assert set(seen[-1]) == set(web.stats())
    connection.close()
    web.stats()


def test_history_histogram_and_heat_map(one):
    web = one()
    web.start(10)
    time.sleep(5.2)
    history = web.get("/stats/history?points=100").json()
    assert len(history["time"]) == len(history["rps"]) == len(history["p99"]) >= 3
    assert 60 < max(history["rps"]) < 140 and history["users"][-1] == 10
    assert web.get("/stats/history?request=GET%20/get").json()["rps"]
    assert web.get("/stats/history?request=GET%20/nowhere").status == 404
    for column in ("cpu_max", "cpu_median", "cpu_min", "lag_p99_ms"):
        assert len(history[column]) == len(history["time"]) and history[column][-1] >= 0
    assert set(history["workers"]) == {1}
    new = web.get("/stats/history?request=GET%20/get&since=9999999999").json()
    assert new["time"] == new["rps"] == [] and new["from"] is None
    since = history["time"][-1]
    assert all(t >= since for t in web.get(f"/stats/history?since={since}").json()["time"])
    total = web.get("/stats/histogram").json()
    assert total["count"] == sum(bucket[2] for bucket in total["buckets"])
    assert total["min"] <= total["percentiles"]["50"] <= total["percentiles"]["100"] == total["max"]
    assert web.get("/stats/histogram?method=GET&name=/get").json()["current"]["count"] > 0
    heat = web.get("/stats/heatmap").json()
    assert all(len(column) == len(heat["edges_ms"]) - 1 for column in heat["columns"])
    assert sum(map(sum, heat["columns"])) > 100
    for total in ("request=", "request=Aggregated", "request=%20Aggregated"):
        assert sum(map(sum, web.get(f"/stats/heatmap?{total}").json()["columns"])) > 100
    assert web.get("/stats/heatmap?cols=x").status == 400


def test_a_request_has_a_history_once_it_is_listed(one):
    """No page may be told that a name does not exist which it has just been shown."""
    web = one()
    web.start(1)
    asked = 0
    while asked < 20:
        if len(web.stats()["stats"]) > 1:
            asked += 1
            assert web.get("/stats/history?request=GET%20/get").status == 200
            assert web.get("/stats/heatmap?request=GET%20/get").status == 200
            assert web.get("/stats/histogram?method=GET&name=/get").status == 200


def test_failure_samples(one):
    web = one(scenario="failing.c")
    assert page_data(web)["can"]["samples"] is True
    web.start(2)
    errors = wait_until(lambda: web.stats()["errors"], 10, "a failure")
    web.get("/stop")
    samples = web.get("/failures/samples?key=" + errors[0]["key"]).json()["samples"]
    assert 1 <= len(samples) <= 5
    assert samples[0]["method"] == errors[0]["method"] and samples[0]["name"] == errors[0]["name"]
    assert samples[0]["error"] == errors[0]["error"] and samples[0]["url"].startswith("http")
    assert abs(samples[0]["t"] - time.time()) < 60
    assert web.get("/failures/samples?key=0").status == 404
    assert web.get("/failures/samples").status == 404


def test_phases(one):
    web = one()
    assert page_data(web)["can"]["phases"] is True
    web.start(4)
    web.wait_requests(40)
    web.get("/stop")
    total = web.get("/stats/phases").json()
    assert web.get("/stats/phases?request=GET%20/get").json() == total
    assert list(total) == ["dns", "connect", "first_byte", "download"]  # no TLS
    assert total["connect"]["count"] == 4  # the others were kept
    assert total["first_byte"]["count"] == web.stats()["stats"][-1]["num_requests"]
    assert 0 < total["first_byte"]["mean"] <= total["first_byte"]["max"]
    assert web.get("/stats/phases?request=GET%20/nowhere").status == 404
    web.get("/stats/reset")
    assert web.get("/stats/phases").json()["first_byte"] is None


def test_the_page_tells_how_to_add_a_worker(fleet, one):
    web = fleet(1)
    command = page_data(web)["worker_command"]
    assert command.startswith("cicada --worker --master-host 127.0.0.1 --master-port ")
    assert int(command.split()[-1]) > 0
    web.headers = {"Host": "[::1]:8089"}
    assert "--master-host ::1 " in page_data(web)["worker_command"]
    web.headers = {"Host": "x;reboot"}
    assert "--master-host HOST " in page_data(web)["worker_command"]
    assert "worker_command" not in page_data(one())


def test_metrics(one, target):
    web = one()
    web.start(5)
    web.wait_requests(30)
    web.get("/stop")
    text = web.get("/metrics").text
    count = target.total()
    assert f'cicada_requests_total{{method="GET",name="/get"}} {count}\n' in text
    assert f'cicada_response_time_seconds_count{{method="GET",name="/get"}} {count}\n' in text
    assert f'locust_requests_num_requests{{method="GET",name="/get"}} {count}\n' in text
    assert 'cicada_state{state="stopped"} 1' in text
    families = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(families) == len(set(families))


# ---- The program ---------------------------------------------------------------------------------


def test_autostart_and_autoquit(cicada, target, scenarios):
    run = cicada.start("-f", scenarios / "steady.c", "-H", target.url, *LOCAL, "--autostart",
                       "--autoquit", 1, "-u", 3, "-r", 10, "-t", "2s")  # fmt: skip
    web = web_of(run)
    web.wait_state("running")
    web.wait_state("stopped")
    result = run.finish(10)
    assert result.code == 0, result
    assert result.requests() == target.total()
    assert "--autoquit time reached, shutting down" in result.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--autoquit", 1), "--autoquit is only meaningful in combination with --autostart"),
        (("--web-base-path", "load"), "must start with a slash"),
        (("--web-login",), "--web-users-file"),
    ],
)
def test_options_that_make_no_sense(cicada, scenarios, options, words):
    result = cicada("-f", scenarios / "steady.c", *LOCAL, *options)
    assert result.code == 1 and words in result.err, result


def test_half_a_certificate_is_refused(cicada, scenarios):
    result = cicada("-f", scenarios / "steady.c", *LOCAL, "--tls-cert", "x")
    assert result.code == 2 and "--tls-key" in result.err, result


def test_a_port_in_use(one, cicada, scenarios):
    web = one()
    result = cicada("-f", scenarios / "steady.c", "--web-host", "127.0.0.1", "--web-port", web.port)
    assert result.code == 1 and "in use" in result.err, result


def test_a_warning_when_everybody_may(cicada, scenarios):
    run = cicada.start("-f", scenarios / "steady.c", "--web-port", 0)
    web_of(run)
    run.wait_for("everybody who can reach this machine can drive the test")
    run.signal(signal.SIGTERM)
    assert run.finish().code == 0
