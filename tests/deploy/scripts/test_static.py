# SPDX-License-Identifier: MIT
"""The scripts as text, and what they do with what is typed (arguments.bats): seconds."""

import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCRIPTS = ("deploy", "destroy", "build-and-push", "verify-deployment")


def run(*command):
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=120)


def need(name):
    path = shutil.which(name)
    assert path, f"{name} is missing; ./dev test installs it"
    return path


@pytest.fixture(scope="module")
def scripts():
    """Every shell script in the tree, and its mode in git's index."""
    lines = run("git", "ls-files", "--stage", "*.sh").stdout.splitlines()
    found = {line.split("\t")[1]: line.split()[0] for line in lines}
    assert {f"infra/scripts/{name}.sh" for name in SCRIPTS} < set(found)
    return found


def test_all_scripts_are_executable_in_the_index(scripts):
    """D61, T6: a checkout on any system can run them."""
    assert {path: mode for path, mode in scripts.items() if mode != "100755"} == {}


def test_shellcheck(scripts):
    """T6."""
    result = run(need("shellcheck"), *scripts)
    assert result.returncode == 0, result.stdout


def test_shellcheck_of_the_bats_files():
    """T6."""
    files = run("git", "ls-files", "*.bats").stdout.split()
    assert files
    result = run(need("shellcheck"), "-s", "bash", *files)
    assert result.returncode == 0, result.stdout


def test_shfmt(scripts):
    """T6."""
    result = run(need("shfmt"), "-i", "4", "-d", *scripts)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_begin_as_they_should(name):
    """D61: the interpreter of the caller's PATH; strict, by lib.sh before anything else."""
    lines = (ROOT / f"infra/scripts/{name}.sh").read_text().splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    code = [line for line in lines if line and not line.startswith("#")]
    assert code[0] == 'source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"'
    assert "\nset -euo pipefail\n" in (ROOT / "infra/scripts/lib.sh").read_text()


def test_arguments():
    """D61, D62, D63, D64, D65, D71, X12: arguments.bats."""
    result = run(need("bats"), "--jobs", "1", "tests/deploy/scripts/arguments.bats")
    assert result.returncode == 0, result.stdout + result.stderr
