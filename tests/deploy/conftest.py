# SPDX-License-Identifier: MIT
"""What all tests of the deployment share. Three lanes: fast (no mark), medium, slow."""

import os
import pathlib
import shutil
import signal

import pytest

pytest_plugins = ["harness.image"]

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pytest_configure(config):
    """A polite end also ends what the tests started."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("asked to end", 143))


def pytest_terminal_summary(terminalreporter):
    """The closing line of every runner of these lanes."""
    count = {name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
    terminalreporter.write_line(
        f"{count['passed']} passed, {count['failed'] + count['error']} failed, {count['skipped']} skipped"
    )


def tool(name):
    """The path of a program that comes from no package registry. Without it a test is skipped by that
    program's name on somebody's machine, and fails in CI, where a skip would be a silent pass."""
    path = shutil.which(name)
    if path:
        return path
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not on PATH, and CI must have it", pytrace=False)
    pytest.skip(f"{name} is not on PATH")


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def terraform():
    return tool("terraform")


@pytest.fixture(scope="session")
def kubectl():
    return tool("kubectl")


@pytest.fixture(scope="session")
def infra(terraform, tmp_path_factory):
    """A copy of infra/, initialised, beside a stand-in provider that runs as long as the tests."""
    from harness import standin
    from harness.infra import Infra

    folder = tmp_path_factory.mktemp("infra")
    with standin.provider(standin.environment(folder)) as env:
        yield Infra(folder, terraform, env)
