# SPDX-License-Identifier: MIT
"""Fixtures. CICADA and CICADA_TARGET name other builds of the programs under test."""

import os
import shlex
import signal
from pathlib import Path

import pytest
from harness.load import Generator
from harness.peers import CACHE, ROOT, Httpbin, Jsonplaceholder, Nginx, Target, need

CICADA = Path(os.environ.get("CICADA", ROOT / "build/engine/cli/cicada"))
TARGET = Path(os.environ.get("CICADA_TARGET", ROOT / "build/engine/target/cicada-target"))
WRAPPER = shlex.split(os.environ.get("CICADA_WRAPPER", ""))
HERE = Path(__file__).parent


def pytest_configure():
    """A polite end also ends what the tests started."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("asked to end", 143))


@pytest.fixture(scope="session")
def scenarios() -> Path:
    return HERE / "scenarios"


@pytest.fixture(scope="session")
def locustfiles() -> Path:
    return HERE / "locustfiles"


@pytest.fixture
def cicada(tmp_path):
    """cicada(*arguments) runs it to its end, cicada.start(*arguments) leaves it running."""
    generator = Generator([*WRAPPER, need(CICADA)], tmp_path / "cicada")
    yield generator
    generator.stop()


@pytest.fixture
def locust(tmp_path):
    """Locust itself, to be compared with."""
    generator = Generator([need(CACHE / "locust/bin/locust")], tmp_path / "locust")
    yield generator
    generator.stop()


@pytest.fixture
def target(tmp_path):
    """A fresh cicada-target: its counts start at zero."""
    server = Target(TARGET, tmp_path / "target")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def jsonplaceholder(tmp_path_factory):
    server = Jsonplaceholder(tmp_path_factory.mktemp("jsonplaceholder"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def httpbin(tmp_path_factory):
    server = Httpbin(tmp_path_factory.mktemp("httpbin"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def nginx(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    files = folder / "files"
    files.mkdir()
    (files / "index.html").write_text("<!DOCTYPE html><title>A page</title>" + "<p>text</p>" * 50)
    (files / "app.css").write_text("body { margin: 0; }\n" * 500)
    (files / "app.js").write_text("console.log('hello');\n" * 1000)
    (files / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1000)
    server = Nginx(folder / "server", files)
    yield server
    server.stop()
