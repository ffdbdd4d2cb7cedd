# SPDX-License-Identifier: MIT
"""The HTML report: there after every kind of end, right, self-contained, and harmless."""

import base64
import hashlib
import json
import re
import signal
import time

import pytest
from harness.process import wait_until
from harness.report import Report
from harness.web import web_of

SECTIONS = ["timeline", "requests", "failures", "response-times", "heat-maps", "generator",
            "task-mix", "how-it-was-run"]  # fmt: skip


def read(path) -> Report:
    return Report(path.read_text(encoding="utf-8"))


def number(text: str) -> int:
    return int(text.replace(",", ""))


def check_self_contained(report: Report):
    """Loads nothing, submits nothing, and runs nothing but the one script it allows itself."""
    for tag, attributes in report.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form", "img"), tag
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("src", "srcset", "action", "xlink:href"), (tag, name)
            if name == "href":
                assert value.startswith("report?"), value
    assert "url(" not in re.sub(r"url\(#\w+\)", "", report.styles[0])
    assert "@import" not in report.styles[0]
    assert len(report.scripts) == len(report.styles) == 1
    digest = base64.b64encode(hashlib.sha256(report.scripts[0].encode()).digest()).decode()
    policies = [a["content"] for t, a in report.tags
                if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"]  # fmt: skip
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0] and f"script-src 'sha256-{digest}'" in policies[0]


def check_fitness(report: Report):
    """Not said to be fit while the charts hatch where it was not."""
    assert not ("never a bottleneck" in report.html and 'class="hatch"' in report.html)


def check_totals(report: Report, rows: list):
    """The same numbers as in the JSON of the same run."""
    table = {(r["Method"], r["Name"]): r for r in report.rows("requests")}
    total = table.pop(("", "Aggregated"))
    assert number(total["Requests"]) == sum(r["num_requests"] for r in rows) > 0
    assert number(total["Failures"]) == sum(r["num_failures"] for r in rows)
    assert len(table) == len(rows)
    for row in rows:
        shown = table[row["method"], row["name"]]
        assert number(shown["Requests"]) == row["num_requests"]
        assert number(shown["Failures"]) == row["num_failures"]


# ---- Ends ----------------------------------------------------------------------------------------


def test_headless(cicada, target, scenarios, tmp_path):
    path = tmp_path / "report.html"
    result = cicada("-f", scenarios / "steady.c", "--headless", "-t", "3s", "-u", "4", "-r", "4",
                    "-H", target.url, "--html", path, "--profile", "release 2.14",
                    "--json", "--description", "before the sale")  # fmt: skip
    assert result.code == 0, result
    report = read(path)
    assert report.sections() == SECTIONS
    check_self_contained(report)
    check_fitness(report)
    check_totals(report, result.json())
    assert "OK: no request failed" in report.texts["verdict"]
    assert report.texts["title"] == f"{target.url.removeprefix('http://')} · Cicada report"
    assert "release 2.14" in report.html and "before the sale" in report.html
    assert "Requests per second" in report.texts["timeline"]
    assert "All requests" in report.texts["heat-maps"] and 'class="heat' in report.html
    assert "Loop lag p99" in report.texts["generator"]
    assert "Run time reached" in report.texts["how-it-was-run"] or "Ended" in report.html
    assert "-u 4" in report.texts["command"] and "'release 2.14'" in report.texts["command"]
    assert '<html lang="en" data-theme="light">' in report.html


@pytest.mark.parametrize("number_", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_signals(cicada, target, scenarios, tmp_path, number_):
    path = tmp_path / "report.html"
    process = cicada.start("-f", scenarios / "steady.c", "--headless", "-H", target.url,
                           "--html", path, "--json-file", tmp_path / "stats")  # fmt: skip
    wait_until(lambda: target.total() > 5, 15, "requests")
    time.sleep(1)
    process.signal(number_)
    process.wait(20)
    report = read(path)
    assert report.sections() == SECTIONS
    check_totals(report, json.loads((tmp_path / "stats.json").read_text()))


def test_master_and_workers(cicada, target, scenarios, tmp_path):
    path = tmp_path / "report.html"
    result = cicada("-f", scenarios / "failing.c", "--headless", "--processes", "2", "-u", "4",
                    "-r", "4", "-t", "5s", "-H", target.url, "--html", path, "--json",
                    timeout=60)  # fmt: skip
    assert result.code == 1, result
    report = read(path)
    check_self_contained(report)
    check_fitness(report)
    check_totals(report, result.json())
    assert "workers" in report.sections()
    workers = report.rows("workers")
    assert len(workers) == 2 and all(w["There"] == "to the end" for w in workers)
    assert sum(number(w["Users"]) for w in workers) == 4
    assert re.match(r"\d+ requests failed|Failing", report.texts["verdict"])
    kinds = report.rows("failures")
    assert sum(number(k["Count"]) for k in kinds) == sum(r["num_failures"] for r in result.json())
    assert any("404 Client Error" in k["What happened"] for k in kinds)
    mix = report.rows("task-mix")
    assert float(mix[0]["Measured%"]) == 100
    assert sum(float(row["Measured%"]) for row in mix[1:]) == pytest.approx(100, abs=0.5)
    assert all(float(row["Planned%"]) > 0 for row in mix)


def test_without_requests(cicada, target, tmp_path):
    path = tmp_path / "report.html"
    result = cicada("-f", "jsonplaceholder", "--headless", "-u", "0", "-t", "1s", "-H", target.url, "--html",
                    path)  # fmt: skip
    report = read(path)
    assert result.code == 4, result
    assert "Ended without one request" in report.texts["verdict"]


# ---- Names and places ----------------------------------------------------------------------------


def test_placeholders(cicada, target, scenarios, tmp_path):
    cicada("-f", scenarios / "steady.c", "--headless", "-t", "1s", "-u", "3", "-r", "2.5", "-H",
           target.url, "--profile", "a/b", "--html",
           tmp_path / "{u}u-{r}r-{t}t-{profile}-{ts}-{x}.html")  # fmt: skip
    (path,) = tmp_path.glob("*.html")
    assert re.fullmatch(r"3u-2r-1t-a-b-\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d-\{x\}\.html", path.name)


def test_unwritable(cicada, target, scenarios, tmp_path):
    """Said, with the exit code of other outputs; the run's other results are there."""
    stats = tmp_path / "stats.json"
    stats.symlink_to("/dev/full")
    result = cicada("-f", scenarios / "steady.c", "--headless", "-t", "1s", "-H", target.url,
                    "--html", "/dev/full", "--json")  # fmt: skip
    lost = cicada("-f", scenarios / "steady.c", "--headless", "-t", "1s", "-H", target.url,
                  "--json-file", tmp_path / "stats")  # fmt: skip
    assert result.code == lost.code != 0, result
    assert "can't write the report /dev/full: No space left" in result.err
    assert result.json()[0]["num_requests"] > 0
    assert lost.requests() > 0


@pytest.mark.parametrize("option, name", [("--html", "r.html"), ("--json-file", "r"), ("--csv", "r")])
def test_places_are_tried_before_the_run(cicada, target, scenarios, tmp_path, option, name):
    """Folders are made; what can't be written ends the program before it asked anybody anything."""
    run = ("-f", scenarios / "steady.c", "--headless", "-t", "1s", "-H", target.url)
    done = cicada(*run, option, tmp_path / "results/of/today" / name)
    assert done.code == 0 and list((tmp_path / "results/of/today").iterdir()), done
    before = target.total()
    (tmp_path / "file").write_text("old")
    done = cicada(*run, option, tmp_path / "file" / name)
    assert done.code == 1 and f"can't write {tmp_path}/file/r" in done.err, done
    assert target.total() == before
    assert (tmp_path / "file").read_text() == "old"


def test_secrets_are_masked(cicada, target, scenarios, tmp_path):
    path = tmp_path / "report.html"
    host = target.url.replace("http://", "http://joe:hunter2@")
    cicada("-f", scenarios / "steady.c", "--headless", "-t", "1s", "-H", host, "--html", path)
    assert "hunter2" not in path.read_text()
    assert "***@" in read(path).texts["command"]


# ---- Hostile text and size -----------------------------------------------------------------------


def test_hostile_text(cicada, target, scenarios, tmp_path):
    """Nothing of it becomes an element, an attribute or a control character."""
    path = tmp_path / "report.html"
    evil = "</style><script>document.title='owned'</script>"
    result = cicada("-f", scenarios / "hostile_names.c", "--headless", "-t", "2s", "-u", "2", "-r",
                    "2", "-H", target.url, "--html", path, "--profile", evil, "--description",
                    evil)  # fmt: skip
    assert result.code == 1, result
    report = read(path)
    check_self_contained(report)
    assert "</title></style></script><script>document.title='owned'" in report.texts["requests"]
    assert "onerror=" in report.texts["failures"] and "onerror=" in report.texts["exceptions"]
    clock = re.compile(r"\d\d:\d\d:\d\d")
    for row in report.rows("exceptions"):
        assert clock.fullmatch(row["First"]) and row["First"] <= row["Last"], row
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", report.html)
    assert "␛[2J" in report.html and "\ufffd" in report.html
    assert evil in report.texts["how-it-was-run"]
    assert report.html.count("<script") == report.html.count("</script") == 1
    assert report.html.count("<style") == report.html.count("</style") == 1


def test_many_names(cicada, target, scenarios, tmp_path):
    path = tmp_path / "report.html"
    result = cicada("-f", scenarios / "many_names.c", "--headless", "-t", "3s", "-H", target.url,
                    "--html", path, "--json")  # fmt: skip
    check_totals(read(path), result.json())
    assert len(result.json()) == 500
    assert path.stat().st_size < 1_000_000, path.stat().st_size


# ---- The web interface ---------------------------------------------------------------------------


def test_web(cicada, target, scenarios, tmp_path):
    path = tmp_path / "report.html"
    process = cicada.start("-f", scenarios / "steady.c", "-u", "2", "-r", "2", "-t", "3s", "-H",
                           target.url, "--autostart", "--autoquit", "3", "--web-host", "127.0.0.1",
                           "--web-port", "0", "--html", path)  # fmt: skip
    web = web_of(process)
    wait_until(lambda: web.get("/stats/requests").json()["stats"][-1]["num_requests"] > 0, 15,
               "requests")  # fmt: skip
    shown = web.get("/stats/report")
    assert shown.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "still running" in shown.text and 'data-theme="light">\n' in shown.text
    report = Report(shown.text)
    check_self_contained(report)
    assert any(t == "a" and "download=1" in a["href"] for t, a in report.tags)
    dark = web.get("/stats/report?theme=dark&download=1")
    assert '<html lang="en" data-theme="dark">' in dark.text
    assert dark.headers["Content-Disposition"].startswith("attachment")
    assert dark.headers["Content-Disposition"].endswith(".html")
    assert not any(tag == "a" for tag, _ in Report(dark.text).tags)
    wait_until(path.exists, 15, "the report, at the end of the test")
    assert "still running" not in path.read_text()
    process.wait(20)
    assert read(path).sections() == SECTIONS
