# SPDX-License-Identifier: MIT
"""
Servers that can't be reached, names that can't be found, descriptors and ports that run out. No
packet leaves the loopback interface.
"""

import contextlib
import json
import resource
import socket
import sys
from urllib.parse import urlsplit

import pytest
from conftest import CICADA, TARGET, WRAPPER
from harness import nameserver
from harness.load import Generator
from harness.namespace import Namespace
from harness.peers import Target, need
from harness.process import Process, free_port

REFUSED = "GET /vain: ConnectionRefusedError(111, 'Connection refused')"
TIMED_OUT = "TimeoutError('timed out')"


@pytest.fixture
def net(cicada, scenarios):
    """net(*options): a run of classes of hostile_net.c."""

    def run(*args, **how):
        return cicada("-f", scenarios / "hostile_net.c", "--headless", "--only-summary", *args,
                      **how)  # fmt: skip

    return run


@contextlib.contextmanager
def black_hole():
    """A port whose queue of connections is full, so that the kernel drops whatever asks on."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


# ---- Connections ---------------------------------------------------------------------------------


def test_refused_connections(net):
    """Without a wait, and still no user turns faster than ten times a second."""
    result = net("-u", 50, "-r", 100, "-t", "2s", "-H", f"http://127.0.0.1:{free_port()}",
                 "--url", f"http://127.0.0.1:{free_port()}/", "Eager")  # fmt: skip
    assert result.code == 1, result
    assert result.errors() == {REFUSED: result.requests()}, result
    assert 50 * 5 < result.requests() < 50 * 25, result
    assert result.seconds < 6, result


@pytest.mark.figures
@pytest.mark.parametrize("name", ["Eager", "Patient"])
def test_refused_connections_cost_little(net, name):
    seconds = 3
    result = net("-u", 100, "-r", 1000, "-t", f"{seconds}s", "-H", "http://127.0.0.1:1", name)
    assert result.errors() == {REFUSED: result.requests()}, result
    assert result.cpu_seconds() < 0.3 * seconds, result


def test_dropped_connections(net, target):
    """Each fails at the connect timeout, and who asks another server does not notice."""
    with black_hole() as url:
        result = net("-u", 40, "-r", 1000, "-t", "3s", "--stop-timeout", 5, "--json", "--url", url,
                     "--connect-timeout", "500ms", "-H", target.url,
                     "Patient", "Steady")  # fmt: skip
    assert result.code == 1, result
    rows = {row["name"]: row for row in result.json()}
    vain, steady = rows["/vain"], rows["/get"]
    assert result.errors() == {f"GET /vain: {TIMED_OUT}": vain["num_requests"]}, result
    assert 20 * 3 <= vain["num_requests"] <= 20 * 6, result
    assert 400 <= vain["min_response_time"] and vain["max_response_time"] <= 900, result
    assert steady["num_failures"] == 0 and steady["num_requests"] == target.total(), result
    assert steady["num_requests"] > 20 * 8, result
    assert steady["total_response_time"] / steady["num_requests"] < 50, result


# ---- Names ---------------------------------------------------------------------------------------


@pytest.fixture
def island(tmp_path):
    """island(**options): a Namespace, a target and a cicada in it."""
    with contextlib.ExitStack() as stack:

        def make(**options):
            space = Namespace(tmp_path / "space", **options)
            stack.callback(space.stop)
            target = Target(TARGET, tmp_path / "target", within=space.command)
            stack.callback(target.stop)
            cicada = Generator([*space.command, *WRAPPER, need(CICADA)], tmp_path / "cicada")
            stack.callback(cicada.stop)
            return space, target, cicada

        yield make


@pytest.fixture
def names(island, tmp_path):
    """A Namespace with a name server."""
    space, target, cicada = island()
    server = Process([*space.command, sys.executable, nameserver.__file__], tmp_path / "names")
    server.wait_for("^ready")
    yield server, target, cicada
    server.stop()


def test_names_that_are_not_found(names, scenarios):
    server, target, cicada = names
    users, port = 30, urlsplit(target.url).port
    result = cicada("-f", scenarios / "hostile_net.c", "--headless", "-u", users, "-r", 1000,
                    "-i", users, "--only-summary", "--json", "--connect-timeout", "1s",
                    "--port", port, "-H", target.url, "Asker")  # fmt: skip
    assert result.code == 1, result
    assert result.errors() == {
        "GET /missing: gaierror(-2, 'Name or service not known')": users,
        "GET /broken: gaierror(-3, 'Temporary failure in name resolution')": users,
        f"GET /silent: {TIMED_OUT}": users,
    }, result
    rows = {row["name"]: row for row in result.json()}
    assert rows["/found"]["num_failures"] == 0, result
    assert 990 <= rows["/silent"]["min_response_time"], result
    assert rows["/silent"]["max_response_time"] < 1500, result
    # The look-up that never ends does not hold up the end.
    assert result.seconds < 6, result
    # All users ask at once, and it is one look-up, for both families of addresses.
    asked = server.out.split()
    assert asked.count("found") == asked.count("silent") == 2, asked


def test_a_host_that_is_not_found_is_said_before_the_test(names, scenarios):
    _, _, cicada = names
    result = cicada("-f", scenarios / "hostile_net.c", "--headless", "-u", 2, "-r", 10, "-t", "1s",
                    "-H", "http://missing.test", "Steady")  # fmt: skip
    assert result.code == 1, result
    warning = 'can\'t find host "missing.test": Name or service not known'
    assert ("WARNING", "locust.main", warning) in result.log(), result
    failure = "GET /get: gaierror(-2, 'Name or service not known')"
    assert result.errors() == {failure: result.requests()}, result
    assert result.requests() > 4, result


# ---- What runs out -------------------------------------------------------------------------------


def test_too_few_descriptors(net, target, tmp_path):
    """
    The limit is named at the start; who gets no descriptor fails, and the others go on. Enough are
    left for the outputs.
    """
    limits = (resource.RLIMIT_NOFILE, (256, 256))
    result = net("-u", 1000, "-r", 1000, "-t", "4s", "--stop-timeout", 5, "-H", target.url, "--csv",
                 tmp_path / "run", "--json-file", tmp_path / "run", "Steady",
                 prepare=lambda: resource.setrlimit(*limits))  # fmt: skip
    assert result.code == 1, result
    warnings = [text for level, _, text in result.log() if level == "WARNING"]
    assert warnings[0] == (
        "the limit of 256 open descriptors is too low for 1000 users: requests beyond it will fail "
        "with OSError(24, 'Too many open files'); raise it with ulimit -n"
    )
    failures = {"GET /get: OSError(24, 'Too many open files')": result.failures()}
    assert result.errors() == failures, result
    assert result.failures() > 1000, result
    answered = result.requests() - result.failures()
    assert answered == target.total() > 1000, result
    assert json.loads((tmp_path / "run.json").read_text())[0]["num_requests"] == result.requests()
    assert len(list(tmp_path.glob("run_*.csv"))) == 4
    assert result.seconds < 12, result


@pytest.mark.figures
def test_too_few_descriptors_cost_little(net, target):
    limits = (resource.RLIMIT_NOFILE, (256, 256))
    result = net("-u", 1000, "-r", 1000, "-t", "3s", "-H", target.url, "Steady",
                 prepare=lambda: resource.setrlimit(*limits))  # fmt: skip
    assert result.failures() > 1000, result
    assert result.cpu_seconds() < 0.5 * 3, result


def test_local_ports_used_up(island, scenarios):
    """Thirty-two ports for sixty connections: the rest fail, and one hint says why."""
    _, target, cicada = island(ports=range(40000, 40032))
    result = cicada("-f", scenarios / "hostile_net.c", "--headless", "-u", 60, "-r", 1000,
                    "-t", "2s", "--stop-timeout", 5, "--only-summary", "-H", target.url, "Steady")  # fmt: skip
    assert result.code == 1, result
    failure = "GET /get: OSError(99, 'Cannot assign requested address')"
    assert result.errors() == {failure: result.failures()}, result
    answered = result.requests() - result.failures()
    assert result.failures() > 28 * 3 and answered > 32 * 3, result
    hints = [text for level, _, text in result.log() if level == "WARNING" and "ports" in text]
    assert len(hints) == 1 and "ip_local_port_range" in hints[0], result
