# SPDX-License-Identifier: MIT
"""What reads the web interface for Prometheus: promtool's own judgement, and locust_exporter."""

import json
import subprocess

import pytest
from harness.peers import CACHE, need
from harness.process import wait_until
from harness.web import web_of

INT, FLOAT, STRING = "int", "float64", "string"
# The structs of locust_exporter, which Go's JSON decoder fills.
EXPORTER = {
    "stats": [{
        "method": STRING, "name": STRING, "num_requests": INT, "num_failures": INT,
        "avg_response_time": FLOAT, "min_response_time": FLOAT, "max_response_time": FLOAT,
        "current_rps": FLOAT, "current_fail_per_sec": FLOAT, "median_response_time": FLOAT,
        "avg_content_length": FLOAT,
    }],
    "errors": [{"method": STRING, "name": STRING, "error": STRING, "occurrences": INT}],
    "total_rps": FLOAT, "fail_ratio": FLOAT, "state": STRING, "user_count": INT,
    "current_response_time_percentile_95": FLOAT, "current_response_time_percentile_50": FLOAT,
    "worker_count": INT, "workers": [{"id": STRING, "state": STRING, "user_count": INT}],
}  # fmt: skip


OF_A_MASTER = ("worker_count", "workers")
# The one thing that promtool would rather have called otherwise: the exporter calls it so.
KNOWN = b"locust_requests_current_fail_per_sec metric names should not contain abbreviated units\n"


class Number(str):
    """A number as it is written."""


def decode(struct, value, where="$"):
    """As encoding/json does into such a struct: unknown keys are skipped, an int has no fraction."""
    if isinstance(struct, dict):
        assert isinstance(value, dict), where
        missing = {key for key in struct if value.get(key) is None}
        assert not missing.difference(OF_A_MASTER), (where, missing)
        return {
            key: decode(kind, value[key], f"{where}.{key}")
            for key, kind in struct.items()
            if key not in missing
        }
    if isinstance(struct, list):
        assert isinstance(value, list), where
        return [decode(struct[0], item, f"{where}[{i}]") for i, item in enumerate(value)]
    if struct == STRING:
        assert isinstance(value, str) and not isinstance(value, Number), where
        return value
    assert isinstance(value, Number), where
    if struct == INT:
        assert value.lstrip("-").isdigit() and -(2**63) <= int(value) < 2**63, (where, value)
        return int(value)
    return float(value)


def exporter(web) -> dict:
    text = web.get("/stats/requests").text
    return decode(EXPORTER, json.loads(text, parse_int=Number, parse_float=Number))


@pytest.fixture(params=["one", "fleet"])
def watched(request, cicada, target, scenarios):
    """Requests, failures and exceptions, by one process and by a master with workers."""
    args = ("-f", scenarios / "contract.c", "-H", target.url)
    local = ("--web-host", "127.0.0.1", "--web-port", 0)
    if request.param == "one":
        web = web_of(cicada.start(*args, *local))
    else:
        master = cicada.start(*args, *local, "--master", "--master-bind-host", "127.0.0.1",
                              "--master-bind-port", 0)  # fmt: skip
        port = master.wait_for(r"[Ll]istening for workers on \S+:(\d+)")[1]
        web = web_of(master)
        for _ in range(2):
            cicada.start("-f", scenarios / "contract.c", "--worker", "--master-port", port)
        wait_until(lambda: web.get("/worker-count").json()["worker_count"] == 2, 15, "workers")
    web.distributed = request.param == "fleet"
    return web


def judge(web, path="/metrics") -> None:
    promtool = need(CACHE / "prometheus/usr/bin/promtool")
    done = subprocess.run([promtool, "check", "metrics"], input=web.get(path).body,
                          capture_output=True, timeout=30)  # fmt: skip
    said = done.stdout + done.stderr
    if path == "/metrics":
        assert said in (b"", KNOWN), said.decode()  # and not a word of what it can't parse
    else:
        assert (done.returncode, said) == (0, b""), said.decode()


def test_prometheus_accepts_the_metrics(watched):
    judge(watched)
    watched.start(10)
    wait_until(lambda: watched.stats()["errors"], 15, "a failure")
    judge(watched)
    judge(watched, "/metrics?native")
    watched.get("/stop")
    judge(watched)


def test_prometheus_accepts_any_name(cicada, target, scenarios):
    web = web_of(cicada.start("-f", scenarios / "hostile_page.c", "-H", target.url,
                              "--web-host", "127.0.0.1", "--web-port", 0))  # fmt: skip
    web.start(3)
    wait_until(lambda: len(web.stats()["errors"]) >= 3, 15, "hostile names")
    judge(web)


def test_locust_exporter_decodes_what_it_reads(watched):
    seen = exporter(watched)
    assert seen["state"] == "ready" and seen["user_count"] == 0
    assert len(seen.get("workers", [])) == seen.get("worker_count", 0)
    assert seen.get("worker_count", 0) == (2 if watched.distributed else 0)
    watched.start(10)
    wait_until(lambda: watched.stats()["errors"], 15, "a failure")
    seen = exporter(watched)
    assert seen["user_count"] == 10 and seen["state"] in ("running", "spawning")
    assert seen["stats"][-1]["name"] == "Aggregated" and seen["stats"][-1]["num_requests"] > 0
    assert seen["errors"][0]["name"] == "/status/404" and seen["errors"][0]["occurrences"] > 0
    if watched.distributed:
        assert sum(worker["user_count"] for worker in seen["workers"]) <= 10
    watched.get("/stop")
    assert exporter(watched)["state"] == "stopped"
