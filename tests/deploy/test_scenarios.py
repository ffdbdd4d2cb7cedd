# SPDX-License-Identifier: MIT
"""The scenarios that LOCUST_SCENARIO chooses, as the deployment promises them: tasks, weights, and that
the template really logs in and out."""

import json
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CICADA = os.environ.get("CICADA", str(ROOT / "build/engine/cli/cicada"))
TARGET = os.environ.get("CICADA_TARGET", str(ROOT / "build/engine/target/cicada-target"))

# Class, and its tasks' weights, largest first.
SCENARIOS = {
    "jsonplaceholder": ("JSONPlaceholderUser", [5, 3, 2, 1, 1, 1]),
    "httpbin": ("HTTPBinUser", [5, 3, 2, 2, 1, 1, 1, 1, 1]),
    "custom": ("CustomUser", [5, 3, 1]),
}


def cicada(scenario, *arguments):
    env = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    command = [CICADA, *arguments]
    return subprocess.run(command, env=env | {"LOCUST_SCENARIO": scenario}, text=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_tasks_and_weights(scenario):
    """D56, D57, D58, D59: chosen by name; tasks by weight, as the seed's."""
    name, weights = SCENARIOS[scenario]
    result = cicada(scenario, "--show-task-ratio-json")
    assert result.returncode == 0, result.stderr
    classes = json.loads(result.stdout)["per_class"]
    assert list(classes) == [name]
    shares = sorted((task["ratio"] for task in classes[name]["tasks"].values()), reverse=True)
    assert shares == pytest.approx([weight / sum(weights) for weight in weights])


def test_an_unknown_name_is_refused_with_those_there_are():
    """D56."""
    result = cicada("nonsense", "--headless", "-t", "1s", "-H", "http://127.0.0.1:1")
    assert result.returncode == 1
    assert "nonsense" in result.stderr and all(name in result.stderr for name in SCENARIOS)


@pytest.fixture(scope="module")
def target():
    process = subprocess.Popen([TARGET, "--port", "0"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    line = process.stdout.readline()
    yield "http://127.0.0.1:" + re.search(r":(\d+)", line)[1]
    process.terminate()
    process.wait(20)
    process.stdout.close()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_it_runs_without_a_failure(scenario, target):
    """D57, D58, D59: every check holds against a server that answers right; the template logs in and out."""
    result = cicada(scenario, "--headless", "-u", "20", "-r", "20", "-t", "3s", "-H", target, "--json", "-s", "10")
    assert result.returncode == 0, result.stderr[-2000:]
    rows = json.loads(result.stdout)
    assert sum(row["num_requests"] for row in rows) > 10
    if scenario == "custom":
        done = {row["name"]: row["num_requests"] for row in rows}
        assert done["/login"] == 20 and done["/logout"] == 20, done
