# SPDX-License-Identifier: MIT
"""Fixtures. WIRE_WORKER=locust and WIRE_MASTER=locust put a real Locust in the place of the subject, to
check the tests themselves. WIRE_SLOW=1 also runs what takes minutes."""

import os
import signal

import pytest
from harness.cicada import TARGET, CicadaMaster, CicadaWorker
from harness.locust import NEW, OLD, LocustMaster, LocustWorker
from harness.peer import ScriptedMaster, ScriptedWorker
from harness.peers import CACHE, Target, need
from harness.process import Process
from harness.proxy import Proxy

WORKER = os.environ.get("WIRE_WORKER", "cicada")
MASTER = os.environ.get("WIRE_MASTER", "cicada")


def pytest_configure(config):
    """A polite end also ends what the tests started."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("asked to end", 143))
    config.addinivalue_line("markers", "ours: says what Locust itself does not do")


def pytest_collection_modifyitems(items):
    # The longest first, so that the others run beside them.
    items.sort(key=lambda item: -getattr(item.function, "takes", 10))
    for item in items:
        subject = MASTER if item.path.name.startswith("test_master") else WORKER
        if subject == "locust" and item.get_closest_marker("ours"):
            item.add_marker(pytest.mark.skip(reason="Locust does otherwise"))
        if item.get_closest_marker("slow") and not os.environ.get("WIRE_SLOW"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; WIRE_SLOW=1 runs it"))


class Starter:
    """Starts things, each in a folder of its own, and ends them all."""

    def __init__(self, folder):
        self.folder = folder
        self.things = []

    def place(self, name):
        return self.folder / f"{name}{len(self.things)}"

    def keep(self, thing):
        self.things.append(thing)
        return thing

    def stop(self):
        for thing in reversed(self.things):
            if isinstance(thing, Process) and thing.child.poll() is None:
                thing.signal(signal.SIGCONT)  # it may have been stopped
            thing.stop()


@pytest.fixture
def starter(tmp_path):
    starter = Starter(tmp_path)
    yield starter
    starter.stop()


@pytest.fixture
def worker(starter, request):
    """worker(port, *options) starts the worker under test."""
    params = request.node.callspec.params if hasattr(request.node, "callspec") else {}

    def start(port, *args, **how):
        if WORKER == "locust":
            version = params.get("version", NEW)
            if how.get("scenario"):
                how["locustfile"] = how.pop("scenario").replace(".c", ".py")
            return starter.keep(LocustWorker(version, starter.place("worker"), port, *args, **how))
        return starter.keep(CicadaWorker(starter.place("worker"), port, *args, **how))

    return start


@pytest.fixture
def python_worker(starter):
    """python_worker(version, port, *options): a real Locust worker."""

    def start(version, port, *args, **how):
        return starter.keep(LocustWorker(version, starter.place("python"), port, *args, **how))

    return start


@pytest.fixture
def go_worker(starter):
    """go_worker(port, url, NAME=PATH...): a boomer."""

    def start(port, url, *tasks, messages=()):
        options = [word for task in tasks for word in ("--task", task)]
        options += [word for message in messages for word in ("--message", message)]
        return starter.keep(Process(
            [need(CACHE / "boomer/boomer"), "--master-port", port, "--url", url, *options],
            starter.place("boomer"),
        ))  # fmt: skip

    return start


@pytest.fixture
def python_master(starter):
    """python_master(version, *options): a real Locust master with its web page."""

    def start(version, *args, **how):
        return starter.keep(LocustMaster(version, starter.place("master"), *args, **how))

    return start


@pytest.fixture
def master(starter):
    """master(*options) starts the headless master under test."""

    def start(*args, **how):
        if MASTER == "locust":
            how.pop("host", None)
            return starter.keep(LocustMaster(NEW, starter.place("master"), "--json-file", "result",
                                             "--enable-rebalancing", *args, web=False, **how))  # fmt: skip
        return starter.keep(CicadaMaster(starter.place("master"), *args, **how)).listening()

    return start


@pytest.fixture
def scripted(starter):
    """scripted(**how): a ScriptedMaster."""
    return lambda *args, **how: starter.keep(ScriptedMaster(*args, **how))


@pytest.fixture
def scripted_worker(starter):
    """scripted_worker(port, **how): a ScriptedWorker."""
    return lambda *args, **how: starter.keep(ScriptedWorker(*args, **how))


@pytest.fixture
def proxy(starter):
    return lambda port: starter.keep(Proxy(port))


@pytest.fixture
def target(tmp_path):
    server = Target(TARGET, tmp_path / "target")
    yield server
    server.stop()


__all__ = ["NEW", "OLD"]
