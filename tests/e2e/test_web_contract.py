# SPDX-License-Identifier: MIT
"""Every route beside Locust's own, under the same load: the same fields, types and words."""

import csv
import io
import json
import re
import time

import pytest
from harness.process import free_port, wait_until
from harness.web import Web, web_of


class Pair:
    def __init__(self, ours: Web, theirs: Web):
        self.ours, self.theirs = ours, theirs

    def both(self, ask):
        return ask(self.ours), ask(self.theirs)


def start(generator, file, target, distributed, *args):
    common = ("-f", file, "-H", target.url)
    if not distributed:
        run = generator.start(*common, "--web-host", "127.0.0.1", "--web-port", free_port(), *args)
        return web_of(run)
    port = free_port()
    run = generator.start(*common, "--web-host", "127.0.0.1", "--web-port", free_port(),
                          "--master", "--master-bind-host", "127.0.0.1",
                          "--master-bind-port", port, *args)  # fmt: skip
    web = web_of(run)
    generator.start(*common, "--worker", "--master-port", port)
    wait_until(lambda: ready(web), 20, "worker")
    return web


def ready(web: Web) -> bool:
    try:
        return web.get("/worker-count").json()["worker_count"] == 1
    except OSError:
        return False


@pytest.fixture(scope="module", params=["local", "distributed"])
def loaded(request, tmp_path_factory):
    """Both under the same load for some seconds, then stopped."""
    from conftest import CICADA, TARGET, WRAPPER, HERE  # the fixtures of one test do not last
    from harness.load import Generator
    from harness.peers import CACHE, Target, need

    folder = tmp_path_factory.mktemp("contract")
    target = Target(TARGET, folder / "target")
    cicada = Generator([*WRAPPER, need(CICADA)], folder / "cicada")
    locust = Generator([need(CACHE / "locust/bin/locust")], folder / "locust")
    distributed = request.param == "distributed"
    pair = Pair(
        start(cicada, HERE / "scenarios/contract.c", target, distributed),
        start(locust, HERE / "locustfiles/contract.py", target, distributed),
    )
    wait_until(lambda: serving(pair.theirs), 20, "Locust's page")
    pair.distributed = distributed
    pair.idle = pair.both(lambda web: web.stats())
    pair.started = pair.both(lambda web: web.start(4, 10, run_time="1h").copy())
    time.sleep(14)  # a ten second window, and a report by the worker
    pair.running = pair.both(lambda web: web.stats())
    yield pair
    cicada.stop()
    locust.stop()
    target.stop()


def serving(web: Web) -> bool:
    try:
        return web.get("/").status == 200
    except OSError:
        return False


def shape(value):
    """What a client decodes into: kinds and keys, not values."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return type(value).__name__


# An integer where the number happens to be whole, in Locust: both kinds are right.
EITHER = {"median_response_time", "cpu_usage"}


def compare(ours, theirs, where=""):
    """Ours has all that theirs has, of the same kinds; more is fine."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict), where
        for key, value in theirs.items():
            assert key in ours, f"{where}.{key} is missing"
            compare(ours[key], value, f"{where}.{key}")
    elif isinstance(theirs, list):
        assert isinstance(ours, list), where
        if theirs:
            assert ours, f"{where} is empty"
            compare(ours[0], theirs[0], f"{where}[0]")
    elif where.rpartition(".")[2] in EITHER:
        assert ours in ("int", "float"), f"{where}: {ours}, theirs {theirs}"
    else:
        assert ours == theirs, f"{where}: {ours}, theirs {theirs}"


def test_statistics_have_the_same_fields_and_kinds(loaded):
    ours, theirs = loaded.running
    compare(shape(ours), shape(theirs), "stats")
    for mine, other in zip(ours["stats"], theirs["stats"], strict=True):
        assert (mine["method"], mine["name"]) == (other["method"], other["name"])
        compare(shape(mine), shape(other), mine["name"])
    assert ours["state"] == theirs["state"] == "running"
    assert ours["user_count"] == theirs["user_count"] == 4


def test_failures_have_the_same_words(loaded):
    ours, theirs = loaded.running

    def words(stats):
        return {(e["method"], e["name"], e["error"]) for e in stats["errors"]}

    assert words(ours) == words(theirs)


def test_numbers_are_of_the_same_size(loaded):
    """The same waits and answers: rates within a quarter, ratios within a tenth."""
    ours, theirs = (s["stats"][-1] for s in loaded.running)
    assert 0.75 < ours["current_rps"] / theirs["current_rps"] < 1.35
    assert abs(loaded.running[0]["fail_ratio"] - loaded.running[1]["fail_ratio"]) < 0.12
    assert ours["avg_content_length"] == pytest.approx(theirs["avg_content_length"], rel=0.3)


def test_before_a_test(loaded):
    ours, theirs = loaded.idle
    assert ours["state"] == theirs["state"] == "ready"
    assert theirs.keys() <= ours.keys()
    assert theirs["stats"][0].keys() <= ours["stats"][0].keys()


def test_the_answer_to_a_start(loaded):
    ours, theirs = loaded.started
    assert ours == theirs


def without_measured(shares):
    """The planned shares alone, as Locust has them; each of ours has the measured one too."""
    if not isinstance(shares, dict):
        return shares
    assert "ratio" not in shares or 0 <= shares["measured"] <= 1
    return {key: without_measured(value) for key, value in shares.items() if key != "measured"}


@pytest.mark.parametrize("path", ["/exceptions", "/tasks", "/logs", "/worker-count"])
def test_details(loaded, path):
    ours, theirs = loaded.both(lambda web: web.get(path).json())
    if path == "/logs":  # whose keys are workers
        assert ours.keys() == theirs.keys()
        assert all(isinstance(line, str) for line in ours["master"])
        return
    if path == "/exceptions":
        assert ours["exceptions"] and theirs["exceptions"]
    compare(shape(ours), shape(theirs), path)
    if path == "/tasks":
        assert without_measured(ours) == theirs


@pytest.mark.parametrize(
    "path", ["/stats/requests/csv", "/stats/failures/csv", "/exceptions/csv"]
)
def test_downloads(loaded, path):
    ours, theirs = loaded.both(lambda web: web.get(path))
    assert ours.headers["Content-Type"].split(";")[0] == theirs.headers["Content-Type"].split(";")[0]
    pattern = r"attachment;filename=Locust_\d{4}-\d\d-\d\d-\d\dh\d\d_contract\.(c|py)_http://.*\.csv"
    assert re.fullmatch(pattern, theirs.headers["Content-Disposition"])
    assert re.fullmatch(pattern, ours.headers["Content-Disposition"])
    rows = [list(csv.reader(io.StringIO(answer.text, newline=""))) for answer in (ours, theirs)]
    assert rows[0][0] == rows[1][0]
    if path == "/stats/requests/csv":
        assert [row[:2] for row in rows[0]] == [row[:2] for row in rows[1]]
    if path == "/stats/failures/csv":
        assert [row[:3] for row in rows[0]] == [row[:3] for row in rows[1]]


def test_page_data(loaded):
    ours = loaded.ours.get("/").text
    theirs = loaded.theirs.get("/").text
    mine = json.loads(re.search(r'id="page-data">(.*?)</script>', ours, re.S)[1])
    other = json.loads(re.search(r"window\.templateArgs = (\{.*?\});?\s*(window|</script>)", theirs, re.S)[1])
    missing = other.keys() - mine.keys() - {"all_profiles"}
    assert not missing
    for key in ("state", "host", "is_distributed", "worker_count", "user_count", "num_users",
                "available_user_classes", "percentiles_to_chart", "percentiles_to_statistics",
                "show_userclass_picker", "available_shape_classes"):  # fmt: skip
        if key == "num_users" or key == "available_user_classes":
            continue
        assert mine[key] == other[key], key
    compare(shape(mine["history"]), shape(other["history"]), "history")


def test_exporters_decode_integers(loaded):
    """As a Go program with struct fields of type int does: no fraction, no exponent."""
    text = loaded.ours.get("/stats/requests").text
    for key in ("num_requests", "num_failures", "occurrences", "user_count", "worker_count",
                "current_response_time_percentile_50", "current_response_time_percentile_95"):  # fmt: skip
        for value in re.findall(rf'"{key}":([^,}}\]]+)', text):
            assert re.fullmatch(r"\d+", value), (key, value)


def test_methods_and_errors(loaded):
    for method, path in (("GET", "/swarm"), ("POST", "/stats/requests"), ("GET", "/nothing")):
        ours, theirs = loaded.both(lambda web, m=method, p=path: web.ask(m, p))
        assert ours.status == theirs.status, (method, path)
    ours, theirs = loaded.both(lambda web: web.post("/swarm", {"user_count": 1}).json())
    assert {key: ours[key] for key in ("success", "message")} == {
        key: theirs[key] for key in ("success", "message")}  # fmt: skip


def test_the_end(loaded):
    ours, theirs = loaded.both(lambda web: web.get("/stop"))
    assert ours.json() == theirs.json()
    ours, theirs = loaded.both(lambda web: web.get("/stats/reset"))
    assert (ours.status, ours.text) == (theirs.status, theirs.text) == (200, "ok")
