# SPDX-License-Identifier: MIT
"""Fixtures. CICADA and CICADA_TARGET name other builds of the programs under test."""

import os
import shlex
import signal
from pathlib import Path

import pytest
from harness.load import Generator
from harness.peers import CACHE, ROOT, Httpbin, Jsonplaceholder, Nginx, Target, need
from harness.process import free_port, wait_until
from harness.web import web_of

CICADA = Path(os.environ.get("CICADA", ROOT / "build/engine/cli/cicada"))
TARGET = Path(os.environ.get("CICADA_TARGET", ROOT / "build/engine/target/cicada-target"))
WRAPPER = shlex.split(os.environ.get("CICADA_WRAPPER", ""))
HERE = Path(__file__).parent
WEB = ("--web-host", "127.0.0.1", "--web-port", 0)


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


@pytest.fixture
def one(cicada, target, scenarios):
    """one(*options): a process with its web interface, no test yet."""

    def start(*args, scenario="steady.c", **how):
        run = cicada.start("-f", scenarios / scenario, "-H", target.url, *WEB, *args, **how)
        web = web_of(run)
        web.run = run
        return web

    return start


@pytest.fixture
def fleet(cicada, target, scenarios):
    """fleet(workers): a master with its web interface, and workers."""

    def start(workers=1, *args, scenario="steady.c"):
        port = free_port()
        run = cicada.start("-f", scenarios / scenario, "-H", target.url, *WEB, "--master",
                           "--master-bind-host", "127.0.0.1", "--master-bind-port", port,
                           *args)  # fmt: skip
        web = web_of(run)
        web.run, web.workers, web.master_port = run, [], port

        def add_worker():
            web.workers.append(cicada.start("-f", scenarios / scenario, "--worker",
                                            "--master-port", port))  # fmt: skip

        web.add_worker = add_worker
        for _ in range(workers):
            add_worker()
        wait_until(
            lambda: web.get("/worker-count").json() == {"worker_count": workers}, 15, "workers"
        )
        return web

    return start
