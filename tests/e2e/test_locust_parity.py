# SPDX-License-Identifier: MIT
"""
Locust itself beside us: the same users on the same server at the same time. Names, failure texts,
rates and the form of every file must be the same.
"""

import json
import math
import re

import pytest
from conftest import CICADA, TARGET
from harness.load import Generator, read_csv
from harness.peers import CACHE, Target, need

SECONDS = 40
USERS = {"jsonplaceholder": 100, "failing": 10}

# Options per pair of runs; between them they make every output.
OPTIONS = {
    "jsonplaceholder": ("--csv", "out/run", "--csv-full-history", "--json"),
    "failing": ("--csv", "run", "--json-file", "stats"),
}
TASKS = {
    ("GET", "/posts"): 5,
    ("GET", "/posts/{id}"): 3,
    ("GET", "/posts/{id}/comments"): 2,
    ("POST", "/posts"): 1,
    ("PUT", "/posts/{id}"): 1,
    ("GET", "/users"): 1,
}

# What a CSV column may hold; any other column holds text.
# Ours hold exact percentiles where Locust's are rounded to its buckets, so those may have a fraction.
INTEGER, NUMBER, TIME = r"\d+", r"-?\d+(\.\d+)?(e-\d+)?", r"\d{10}"
PERCENTILE = rf"{NUMBER}|N/A"
COLUMNS = {
    "Request Count": INTEGER,
    "Failure Count": INTEGER,
    "Median Response Time": NUMBER,
    "Average Response Time": NUMBER,
    "Min Response Time": NUMBER,
    "Max Response Time": NUMBER,
    "Average Content Size": NUMBER,
    "Requests/s": NUMBER,
    "Failures/s": NUMBER,
    "Timestamp": TIME,
    "User Count": INTEGER,
    "Total Request Count": INTEGER,
    "Total Failure Count": INTEGER,
    "Total Median Response Time": NUMBER,
    "Total Average Response Time": NUMBER,
    "Total Min Response Time": NUMBER,
    "Total Max Response Time": NUMBER,
    "Total Average Content Size": NUMBER,
    "Occurrences": INTEGER,
    "Count": INTEGER,
    "First Seen": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "Last Seen": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
}


class Pair:
    """The results of the two generators for one scenario."""

    def __init__(self, results, work):
        self.cicada, self.locust = results
        self.cicada_files, self.locust_files = work

    def both(self):
        return (("cicada", self.cicada, self.cicada_files),
                ("locust", self.locust, self.locust_files))  # fmt: skip

    def entries(self, name):
        """(method, name) -> entry of the JSON output."""
        _, result, folder = dict((row[0], row) for row in self.both())[name]
        file = folder / "stats.json"
        document = json.loads(file.read_text()) if file.exists() else result.json()
        return {(entry["method"], entry["name"]): entry for entry in document}

    def totals(self, name):
        """The row "Aggregated" of the statistics CSV."""
        folder = self.cicada_files if name == "cicada" else self.locust_files
        file = next(folder.rglob("run_stats.csv"))
        header, *rows = read_csv(file)
        return dict(zip(header, rows[-1], strict=True))


def run_pairs(base, scenarios, locustfiles):
    """All four runs at once, as they mostly wait."""
    target = Target(TARGET, base / "target")
    ours = Generator([need(CICADA)], base / "cicada")
    theirs = Generator([need(CACHE / "locust/bin/locust")], base / "locust")
    files = {
        "jsonplaceholder": (("JSONPlaceholderUser",), ("-f", locustfiles / "jsonplaceholder.py")),
        "failing": (("-f", scenarios / "failing.c"), ("-f", locustfiles / "failing.py")),
    }
    running = {}
    try:
        for name, (c_file, python_file) in files.items():
            common = ("--headless", "-u", USERS[name], "-r", 100, "-t", SECONDS, "-s", 5,
                      "-H", target.url, *OPTIONS[name])  # fmt: skip
            running[name] = (ours.start(*c_file, *common), theirs.start(*python_file, *common))
        return {
            name: Pair(
                [process.finish(SECONDS + 40) for process in processes],
                [process.out_file.parent / "work" for process in processes],
            )
            for name, processes in running.items()
        }
    finally:
        ours.stop()
        theirs.stop()
        target.stop()


def same_rate(pair):
    ours, theirs = (float(pair.totals(who)["Requests/s"]) for who in ("cicada", "locust"))
    return ours == pytest.approx(theirs, rel=0.05), (ours, theirs)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory, scenarios, locustfiles):
    """Locust falls behind its pace when the machine has other work: then they all run again."""
    for _ in range(3):
        pairs = run_pairs(tmp_path_factory.mktemp("parity"), scenarios, locustfiles)
        if all(same_rate(pair)[0] for pair in pairs.values()):
            break
    return pairs


BOTH = pytest.mark.parametrize("name", ["jsonplaceholder", "failing"])
pytestmark = pytest.mark.figures


@BOTH
def test_exit_code(pairs, name):
    pair = pairs[name]
    expected = 1 if name == "failing" else 0
    assert (pair.cicada.code, pair.locust.code) == (expected, expected), pair.cicada


@BOTH
def test_same_request_names(pairs, name):
    pair = pairs[name]
    assert set(pair.entries("cicada")) == set(pair.entries("locust"))


@BOTH
def test_same_rate(pairs, name):
    same, rates = same_rate(pairs[name])
    assert same, rates


def test_same_rate_by_name(pairs):
    """In a fixed order at a fixed pace every name comes as often, but for the last turn."""
    pair = pairs["failing"]
    ours, theirs = pair.entries("cicada"), pair.entries("locust")
    for key in theirs:
        slack = USERS["failing"] + 0.05 * theirs[key]["num_requests"]
        for field in ("num_requests", "num_failures"):
            assert abs(ours[key][field] - theirs[key][field]) <= slack, (key, field)


@pytest.mark.parametrize("who", ["cicada", "locust"])
def test_tasks_are_picked_by_weight(pairs, who):
    entries = pairs["jsonplaceholder"].entries(who)
    total = sum(entry["num_requests"] for entry in entries.values())
    for key, weight in TASKS.items():
        share = weight / sum(TASKS.values())
        spread = 4.5 * math.sqrt(total * share * (1 - share))
        assert abs(entries[key]["num_requests"] - total * share) < spread, (key, total)


def test_same_failure_texts(pairs):
    def failures(folder):
        header, *rows = read_csv(next(folder.rglob("run_failures.csv")))
        assert header[:3] == ["Method", "Name", "Error"]
        return {tuple(row[:3]) for row in rows}

    pair = pairs["failing"]
    assert failures(pair.cicada_files) == failures(pair.locust_files)


def test_same_quoting(pairs):
    def lines(folder):
        text = next(folder.rglob("run_failures.csv")).read_bytes().decode()
        return {re.sub(r",\d+,[^,]*,[^,]*$", "", line) for line in text.split("\r\n")}

    pair = pairs["failing"]
    assert lines(pair.cicada_files) == lines(pair.locust_files)


def test_same_error_report(pairs):
    """Locust prints none together with --json-file, so ours is held against its CSV file."""
    pair = pairs["failing"]
    _, *rows = read_csv(next(pair.locust_files.rglob("run_failures.csv")))
    expected = set()
    for method, name, error, *_ in rows:
        plain = re.sub(r"^CatchResponseError\((.*)\)$", r"\1", error)
        expected.add(f"{method} {name}: {plain}")
    assert set(pair.cicada.errors()) == expected, pair.cicada


@BOTH
def test_same_files(pairs, name):
    def files(folder):
        return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}

    pair = pairs[name]
    assert files(pair.cicada_files) == files(pair.locust_files)


@BOTH
@pytest.mark.parametrize("kind", ["stats", "stats_history", "failures", "exceptions"])
def test_same_csv(pairs, name, kind):
    """The same header, and in each column the same kind of value, on both sides."""
    pair = pairs[name]
    headers = []
    for who, _, folder in pair.both():
        header, *rows = read_csv(next(folder.rglob(f"run_{kind}.csv")))
        headers.append(header)
        for row in rows:
            assert len(row) == len(header), (who, row)
            for column, value in zip(header, row, strict=True):
                pattern = PERCENTILE if column.endswith("%") else COLUMNS.get(column, r"(?s).*")
                assert re.fullmatch(pattern, value), (who, column, value)
    assert headers[0] == headers[1]


def test_same_history_rows(pairs):
    """About one block of rows a second; every entry with --csv-full-history, else the total alone."""
    for name, full in (("jsonplaceholder", True), ("failing", False)):
        for who, _, folder in pairs[name].both():
            header, *rows = read_csv(next(folder.rglob("run_stats_history.csv")))
            seconds = [int(row[0]) for row in rows if row[3] == "Aggregated"]
            assert seconds == sorted(seconds), (name, who)
            assert SECONDS - 3 <= len(set(seconds)) <= SECONDS + 8, (name, who)
            assert ({row[3] for row in rows} != {"Aggregated"}) == full, (name, who)
            for row in rows:
                for column in ("Requests/s", "Failures/s"):
                    assert re.fullmatch(r"\d+\.\d{6}", row[header.index(column)]), (who, row)


@BOTH
def test_same_json(pairs, name):
    """The same keys in the same order, the same types, the same layout of the text."""
    pair = pairs[name]
    shapes = []
    for who in ("cicada", "locust"):
        entries = pair.entries(who)
        shapes.append({
            tuple((key, type(value).__name__) for key, value in entry.items())
            for entry in entries.values()
        })  # fmt: skip
        for entry in entries.values():
            assert sum(entry["response_times"].values()) == entry["num_requests"], (who, entry)
            assert sum(entry["num_reqs_per_sec"].values()) == entry["num_requests"], (who, entry)
            assert sum(entry["num_fail_per_sec"].values()) == entry["num_failures"], (who, entry)
            assert all(re.fullmatch(r"\d+", key) for key in entry["response_times"]), (who, entry)
    assert shapes[0] == shapes[1]


def test_same_json_layout(pairs):
    pair = pairs["failing"]
    heads = [
        re.sub(r'(: )("[^"]*"|[\d.]+)', r"\1_", (folder / "stats.json").read_text())[:330]
        for _, _, folder in pair.both()
    ]
    assert heads[0] == heads[1]


def test_same_times(pairs):
    """The server is fast, so its medians agree within Python's own cost per request."""
    pair = pairs["failing"]
    ours, theirs = pair.entries("cicada"), pair.entries("locust")
    late = "GET", "/timeout"
    for entries in (ours, theirs):
        average = entries[late]["total_response_time"] / entries[late]["num_requests"]
        assert 490 <= average <= 560
    for key in set(theirs) - {late}:
        assert ours[key]["min_response_time"] <= theirs[key]["min_response_time"] + 5, key
