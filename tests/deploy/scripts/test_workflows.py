# SPDX-License-Identifier: MIT
"""CI for users: the workflow files, by actionlint, and the load test's steps run as they stand."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = ROOT / ".github/workflows"
ACTIONLINT = ROOT / ".cache/actionlint/actionlint"


def lint(file):
    return subprocess.run([ACTIONLINT, "-no-color", file], capture_output=True, text=True, check=False)


def steps(name, job):
    return yaml.safe_load((WORKFLOWS / name).read_text())["jobs"][job]["steps"]


def scripts(name, job):
    return "\n".join(step.get("run", "") for step in steps(name, job))


@pytest.mark.parametrize("file", sorted(WORKFLOWS.iterdir()), ids=lambda file: file.name)
def test_actionlint_finds_nothing(file):
    done = lint(file)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "old, new",
    [("runs-on:", "run-on:"), ("${{ matrix.debian }}", "${{ matrix.ubuntu }}"), ("github.ref }}", "github.ref }"),
     ("shell: bash", "shell: fish"), ("inputs.users", "inputs.user")],
)  # fmt: skip
def test_actionlint_finds_faults(tmp_path, old, new):
    found = 0
    for file in WORKFLOWS.iterdir():
        text = file.read_text()
        bad = tmp_path / file.name
        bad.write_text(text.replace(old, new))
        found += old in text and lint(bad).returncode != 0
    assert found > 0


def test_d76_the_pipeline_checks_form_tests_and_image():
    """D76 (CI/CD pipeline): fmt, validate, tests on both Debian releases, image build."""
    jobs = yaml.safe_load((WORKFLOWS / "ci.yml").read_text())["jobs"]
    assert "terraform fmt -check -recursive infra" in scripts("ci.yml", "infrastructure")
    assert "terraform -chdir=infra validate" in scripts("ci.yml", "infrastructure")
    assert jobs["test"]["strategy"]["matrix"]["debian"] == ["12", "13"]
    assert {"./dev lint", "./dev test"} <= set(scripts("ci.yml", "test").splitlines())
    assert "docker build -f docker/Dockerfile" in scripts("ci.yml", "image")
    assert "TESTS=yes" in scripts("ci.yml", "image")
    functions = (ROOT / "dev").read_text()
    for file in WORKFLOWS.iterdir():
        for command in re.findall(r"\./dev (\w+)", file.read_text()):
            assert f"do_{command}()" in functions, command
        permissions = yaml.safe_load(file.read_text())["permissions"]
        assert permissions == {"contents": "read"}


@pytest.fixture
def target(tmp_path):
    program = Path(os.environ.get("CICADA_TARGET", ROOT / "build/engine/target/cicada-target"))
    log = tmp_path / "target"
    with open(log, "wb") as out:
        child = subprocess.Popen([program, "--port", "0"], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    deadline = time.monotonic() + 20
    while not (found := re.search(r"listening on (http://\S+)", log.read_text())):
        assert time.monotonic() < deadline and child.poll() is None, log.read_text()
        time.sleep(0.02)
    yield found[1]
    child.kill()
    child.wait()


@pytest.mark.medium
@pytest.mark.parametrize(
    "what, settings, ok, says",
    [
        ("kept", {}, True, ["| kept |", "| failed, % | 0.00 |"]),
        ("too slow", {"P95_MS": "0"}, False, ["| BROKEN |"]),
        ("failures", {"SCENARIO": "custom", "TARGET": "http://127.0.0.1:1"}, False, ["| BROKEN |", "| 100.00 |"]),
        ("failures that are allowed", {"SCENARIO": "custom", "TARGET": "http://127.0.0.1:1", "FAIL_PERCENT": "100",
                                       "P95_MS": "60000"}, True, ["| failed, % | 100.00 | 100 | kept |"]),
        ("no such scenario", {"SCENARIO": "nope"}, False, []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_the_load_test_fails_by_its_limits(target, tmp_path, what, settings, ok, says):
    """The steps "load" and "limits", by the shell and options that the runner uses, on a real server."""
    cicada = Path(os.environ.get("CICADA", ROOT / "build/engine/cli/cicada"))
    summary = tmp_path / "summary"
    environment = {
        "PATH": f"{cicada.parent}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(summary), "TARGET": target,
        "SCENARIO": "jsonplaceholder", "USERS": "10", "SPAWN_RATE": "100", "RUN_TIME": "3s", "P95_MS": "5000",
        "FAIL_PERCENT": "1", **settings,
    }  # fmt: skip
    code = 0
    for step in steps("load-test.yml", "load"):
        if code == 0 and step.get("id"):
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=tmp_path,
                                  env=environment, capture_output=True, text=True, check=False)  # fmt: skip
            code = done.returncode
    assert (code == 0) == ok, done.stdout + done.stderr
    text = summary.read_text() if summary.exists() else ""
    assert all(word in text for word in says), text
    if says:
        assert (tmp_path / "results/report.html").exists()
