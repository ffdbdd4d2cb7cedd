# SPDX-License-Identifier: MIT
"""What Locust prints without running a test, word for word."""

import json

import pytest

# Locust shows the ratios as if --tags and --equal-weights were absent, though it obeys them in a run;
# we show what will run, so those two are not here. Nor are several names, which it puts in any order.
RATIOS = [
    ("all",),
    ("by users", "-u", 9),
    ("one class", "WebUser"),
]


@pytest.fixture
def both(cicada, locust, scenarios, locustfiles):
    """both(*arguments): the same to both programs; their results."""

    def run(*args):
        started = (
            cicada.start("-f", scenarios / "ratios.c", *args),
            locust.start("-f", locustfiles / "ratios.py", *args),
        )
        return [process.finish(20) for process in started]

    return run


def test_list(both):
    ours, theirs = both("--list")
    assert (ours.code, ours.out) == (0, theirs.out), ours


@pytest.mark.parametrize("args", RATIOS, ids=lambda row: row[0])
def test_show_task_ratio(both, args):
    ours, theirs = both("--show-task-ratio", *args[1:])
    assert theirs.out.startswith("\n Task ratio per User class\n"), theirs
    assert (ours.code, ours.out) == (0, theirs.out), ours


@pytest.mark.parametrize("args", RATIOS, ids=lambda row: row[0])
def test_show_task_ratio_json(both, args):
    ours, theirs = both("--show-task-ratio-json", *args[1:])
    assert ours.code == 0, ours
    mine, other = ours.json(), json.loads(theirs.out)
    assert flat(mine) == pytest.approx(flat(other)), ours
    assert list(flat(mine)) == list(flat(other)), "the order differs"


def flat(document, path=""):
    """A nested document as path -> number."""
    rows = {}
    for key, value in document.items():
        if isinstance(value, dict):
            rows.update(flat(value, f"{path}/{key}"))
        else:
            rows[f"{path}/{key}"] = value
    return rows


@pytest.mark.parametrize(
    "args",
    [
        ("an unknown option", "--heedless"),
        ("an unknown class", "--headless", "Nope"),
        ("a bad time", "--headless", "-t", "abc"),
        ("a rate of zero", "--headless", "-r", "0"),
        ("a word for a number", "--headless", "-u", "many"),
        ("a negative rate", "--headless", "-r", "-1"),
        ("a history without a CSV prefix", "--headless", "--csv-full-history"),
        ("a bad log level", "--headless", "-L", "LOUD"),
        ("a removed option", "--slave"),
        ("an ambiguous prefix", "--head"),
        ("bad JSON for classes", "--headless", "--config-users", "{"),
        ("an unknown class to configure", "--headless", "--config-users",
         '{"user_class_name": "Nope"}'),
    ],
    ids=lambda row: row[0],
)  # fmt: skip
def test_refused_with_the_same_code(both, args):
    ours, theirs = both(*args[1:])
    assert theirs.code != 0, theirs
    assert ours.code == theirs.code, f"{ours}\n--- Locust:\n{theirs}"
    assert ours.err.strip(), "a refusal says why"
    if "Did you mean" in theirs.err:
        assert "Did you mean" in ours.err, ours


def test_a_missing_file(cicada, locust):
    results = [generator("-f", "nope.py", "--headless") for generator in (cicada, locust)]
    assert [result.code for result in results] == [1, 1], results[0]
    assert all("nope.py" in result.err for result in results), results[0]
