# SPDX-License-Identifier: MIT
"""What keeps programs running asks a worker's health port, or runs 'cicada healthcheck' beside either role."""

import random
import re
import signal
import socket
import subprocess

import pytest
from harness.peers import CACHE, need
from harness.process import free_port, wait_until
from harness.tls import Authority
from harness.web import Web, web_of

LOCAL = ("--web-host", "127.0.0.1", "--web-port", 0)


class Fleet:
    """A master with its web interface, and workers with health ports."""

    def __init__(self, cicada, scenario, host):
        self.cicada, self.scenario = cicada, scenario
        self.port = free_port()
        self.host = host

    def master(self, *classes, options=()):
        run = self.cicada.start(
            "-f", self.scenario, "-H", self.host, *LOCAL, "--master", "--master-bind-host", "127.0.0.1",
            "--master-bind-port", self.port, "-s", 20, *options, *classes,
        )  # fmt: skip
        self.web = web_of(run)
        self.web.run = run
        return self.web

    def worker(self, *options, port=0):
        run = self.cicada.start("-f", self.scenario, "--worker", "--master-port", self.port,
                                "--health-host", "127.0.0.1", "--health-port", port, *options)  # fmt: skip
        number = run.wait_for(r"health port: (\d+)", 30)[1]
        run.health = Web(f"http://127.0.0.1:{number}")
        return run


@pytest.fixture
def fleet(cicada, target, scenarios):
    return Fleet(cicada, scenarios / "health.c", target.url)


def says(web, path, status, pattern):
    answer = web.get(path)
    return answer.status == status and re.search(pattern, answer.text)


def judge(web) -> dict:
    """The metrics without labels, after promtool has accepted all."""
    text = web.get("/metrics").text
    done = subprocess.run([need(CACHE / "prometheus/usr/bin/promtool"), "check", "metrics"], input=text,
                          capture_output=True, text=True, timeout=30)  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, ""), done
    return {m[1]: float(m[2]) for m in re.finditer(r"^(\w+) (\S+)$", text, re.M)}


def state(web) -> str:
    return re.search(r'^cicada_generator_state\{state="(\w+)"\} 1$', web.get("/metrics").text, re.M)[1]  # fmt: skip


def test_readiness_follows_the_master(fleet):
    w = fleet.worker()
    assert says(w.health, "/readyz", 503, f"no connection to the master at 127.0.0.1:{fleet.port}")
    assert says(w.health, "/healthz", 200, "^ok$")
    assert judge(w.health)["cicada_master_connected"] == 0
    m = fleet.master("Asker").run
    wait_until(lambda: says(w.health, "/readyz", 200, "^ok$"), 20, "readiness")
    numbers = judge(w.health)
    assert numbers["cicada_master_registered"] == numbers["cicada_generator_ready"] == 1
    m.child.kill()
    wait_until(lambda: says(w.health, "/readyz", 503, "no connection"), 20, "the loss of the master")
    # Liveness does not depend on the link: a restart would help nobody.
    assert says(w.health, "/healthz", 200, "^ok$")


def test_metrics_add_up_over_reports_and_tests(fleet, target):
    web = fleet.master("Asker", options=("-s", 1))
    w = fleet.worker()
    wait_until(lambda: w.health.get("/readyz").status == 200, 20, "readiness")
    for test in (1, 2):
        web.start(4)
        before = target.total()
        wait_until(lambda: judge(w.health)["cicada_generator_users"] == 4, 20, "users")
        assert state(w.health) == "running"
        # More than one report has been sent then, and the worker's own statistics were cleared.
        wait_until(lambda: target.total() > before + 700, 40, "requests")  # noqa: B023
        web.get("/stop")
        web.wait_state("stopped")
        wait_until(lambda: state(w.health) == "ready", 20, "the end of the test")
        numbers = judge(w.health)
        assert numbers["cicada_generator_requests_total"] == target.total(), test
        assert numbers["cicada_generator_request_failures_total"] == 0
        assert numbers["cicada_generator_users"] == 0
        assert numbers["cicada_loop_lag_seconds_count"] > 0
    assert 'cicada_build_info{version="' in w.health.get("/metrics").text
    assert 'cicada_build_info{version="' in web.get("/metrics").text


def test_a_draining_worker_is_alive_but_not_ready(fleet, target):
    web = fleet.master("Lingerer")
    w = fleet.worker()
    wait_until(lambda: w.health.get("/readyz").status == 200, 20, "readiness")
    web.start(5, rate=2)  # at different times, so that somebody has more than a second to go
    wait_until(lambda: judge(w.health)["cicada_generator_users"] == 5, 20, "users")
    w.signal(signal.SIGTERM)
    wait_until(lambda: says(w.health, "/readyz", 503, "^draining"), 2, "draining")
    assert says(w.health, "/healthz", 200, "^ok$")
    assert state(w.health) == "draining"
    assert w.wait(30) == 0, w


def test_a_loop_that_hangs_does_not_say_that_it_is_well(fleet, cicada, tmp_path):
    file = tmp_path / "held"
    file.write_text("")
    web = fleet.master("Holder", options=("--hold", file))
    w = fleet.worker()

    def check(path="live"):
        return cicada("healthcheck", path, "--worker", "--health-port", w.health.port,
                      "--health-timeout", "0.5s")  # fmt: skip

    wait_until(lambda: check("ready").code == 0, 20, "readiness")
    web.start(1)
    wait_until(lambda: check().code == 1, 20, "an unhealthy worker")
    assert "imed out" in check().out
    file.unlink()
    wait_until(lambda: check().code == 0, 20, "a healthy worker")


def test_strangers_do_no_harm(fleet, target):
    web = fleet.master("Asker")
    w = fleet.worker()
    wait_until(lambda: w.health.get("/readyz").status == 200, 20, "readiness")
    web.start(4)
    rubbish = [b"\x00" * 100_000, b"GET /healthz\r\n\r\n" * 50, b"GET /" + b"x" * 200_000,
               b"POST /metrics HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
               b"GET /readyz HTTP/1.1\r\nX: " + b"y" * 100_000, b"\x16\x03\x01\x02\x00\x01"]  # fmt: skip
    for bytes_ in rubbish:
        with w.health.socket() as s:
            try:
                s.sendall(bytes_)
                s.shutdown(socket.SHUT_WR)
                s.settimeout(10)
                while s.recv(65536):
                    pass
            except OSError:
                pass
    assert w.health.get("/elsewhere").status == 404
    assert w.health.post("/healthz").status == 405
    assert w.health.ask("HEAD", "/healthz").status == 200
    idle = [w.health.socket() for _ in range(60)]
    at = target.total()
    wait_until(lambda: target.total() > at + 100, 20, "load while strangers hold connections")
    # They are cut, and the probe gets through while they still believe to be connected.
    wait_until(lambda: answers(w.health), 30, "an answer beside idle strangers")
    for s in idle:
        s.close()
    w.signal(signal.SIGTERM)
    assert w.wait(30) == 0, w


def answers(web) -> bool:
    try:
        return web.get("/healthz").status == 200
    except OSError:
        return False


def test_a_busy_port_is_said_at_the_start(cicada, scenarios):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = cicada("-f", scenarios / "health.c", "--worker", "--health-host", "127.0.0.1",
                      "--health-port", port)  # fmt: skip
    assert done.code == 1
    assert re.search(rf"health port can't listen .* port {port}: .*--health-port takes", done.err)


def test_each_process_has_its_port(fleet, cicada):
    fleet.master("Asker")
    first = two_ports()
    run = cicada.start("-f", fleet.scenario, "--worker", "--master-port", fleet.port, "--processes", 2,
                       "--health-host", "127.0.0.1", "--health-port", first)  # fmt: skip
    for port in (first, first + 1):
        run.wait_for(rf"health port: {port}$", 30)
        wait_until(lambda: Web(f"http://127.0.0.1:{port}").get("/readyz").status == 200, 20, "readiness")  # noqa: B023  # fmt: skip


def two_ports() -> int:
    """The first of two that nobody listens on, below those that the kernel gives to everybody who asks
    for any: the tests beside this one do."""
    for _ in range(50):
        first = random.randrange(10240, 32000, 2)
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", first))
                other.bind(("127.0.0.1", first + 1))
            except OSError:
                continue
            return first
    raise AssertionError("no two ports are free")


# ---- healthcheck ----


def test_healthcheck_of_a_worker_by_its_environment(fleet, cicada):
    w = fleet.worker()
    env = {"LOCUST_MODE": "worker", "LOCUST_HEALTH_PORT": str(w.health.port),
           "LOCUST_HEALTH_HOST": "127.0.0.1", "http_proxy": "http://127.0.0.1:1"}  # fmt: skip
    done = cicada("healthcheck", env=env)
    url = f"http://127.0.0.1:{w.health.port}"
    assert (done.code, done.out, done.err) == (0, f"healthy: {url}/healthz answers 200: ok\n", "")
    done = cicada("healthcheck", "ready", env=env)
    assert done.code == 1 and done.out.startswith(f"unhealthy: {url}/readyz answers 503: there is no")
    assert done.out.count("\n") == 1 and done.err == ""
    fleet.master("Asker")
    wait_until(lambda: cicada("healthcheck", "ready", env=env).code == 0, 20, "readiness")
    # The mode of the command line is stronger.
    done = cicada("healthcheck", "--master", "--web-port", free_port(), env=env)
    assert done.code == 1 and "onnect" in done.out


@pytest.mark.parametrize("dressed", [False, True], ids=["plain", "path, login and TLS"])
def test_healthcheck_of_a_master(fleet, cicada, tmp_path, dressed):
    options = ()
    if dressed:
        cert, key = Authority(tmp_path / "ca").sign_itself("server")
        made = subprocess.run([*map(str, cicada.command), "--print-web-user", "ann"], input="secret",
                              capture_output=True, text=True, check=True)  # fmt: skip
        users = tmp_path / "users"
        users.write_text(made.stdout)
        users.chmod(0o600)
        options = ("--web-base-path", "/load/", "--web-login", "--web-users-file", users,
                   "--tls-cert", cert, "--tls-key", key)  # fmt: skip
    web = fleet.master("Asker", options=options)
    known = ("--web-host", "127.0.0.1", "--web-port", web.port, *options)
    done = cicada("healthcheck", *known)
    assert done.code == 0, done
    assert re.fullmatch(r"healthy: https?://127\.0\.0\.1:\d+(/load)?/healthz answers 200: ok\n", done.out)
    done = cicada("healthcheck", "ready", *known, env={"LOCUST_MODE": "master"})
    assert done.code == 1 and "0 of 1 workers are connected" in done.out
    w = fleet.worker()
    wait_until(lambda: cicada("healthcheck", "ready", *known).code == 0, 20, "readiness")
    w.signal(signal.SIGTERM)
    wait_until(lambda: cicada("healthcheck", "ready", *known).code == 1, 20, "unreadiness")
    # A master that hangs, as a stopped process does, does not answer in time.
    web.run.signal(signal.SIGSTOP)
    try:
        done = cicada("healthcheck", "--health-timeout", 0.3, *known)
    finally:
        web.run.signal(signal.SIGCONT)
    assert done.code == 1 and "imed out" in done.out, done


@pytest.mark.parametrize("web", [False, True], ids=["headless", "web"])
def test_a_headless_master_has_a_health_port(fleet, cicada, target, web):
    """Beside a web interface, which has the same paths, there is none."""
    mode = ("--web-host", "127.0.0.1", "--web-port", 0) if web else ("--headless",)
    health = ("--health-host", "127.0.0.1", "--health-port")
    master = cicada.start("-f", fleet.scenario, "-H", target.url, "--master", "--master-bind-host", "127.0.0.1",
                          "--master-bind-port", fleet.port, "-u", 3, *mode, *health, 0, "Asker")  # fmt: skip
    if web:
        web_of(master)
        assert "health port" not in master.err
        return
    port = master.wait_for(r"health port: (\d+)", 30)[1]
    done = cicada("healthcheck", "--headless", *health, port)
    assert done.code == 0, done
    done = cicada("healthcheck", "ready", "--headless", *health, port)
    assert done.code == 1 and "0 of 1 workers are connected" in done.out
    fleet.worker()
    wait_until(lambda: cicada("healthcheck", "ready", "--headless", *health, port).code == 0, 20, "readiness")
    asked = Web(f"http://127.0.0.1:{port}")
    wait_until(lambda: judge(asked)["cicada_users"] == 3, 20, "users")
    wait_until(lambda: 'cicada_requests_total{method="GET",name="/get"}' in asked.get("/metrics").text, 20, "requests")
    assert judge(asked)["cicada_workers"] == 1
    master.signal(signal.SIGTERM)
    assert master.wait(40) == 0, master


@pytest.mark.parametrize(
    "arguments, why",
    [
        (("--web-port", "0"), "port 0"),
        (("--web-port", "many"), "many"),
        (("--worker", "--health-timeout", "never"), "never"),
        (("--web-base-path", "/" + "x" * 3000), "too long"),
    ],
)
def test_healthcheck_says_what_it_cannot_do(cicada, arguments, why):
    port = () if "--web-port" in arguments else ("--web-port", free_port())
    done = cicada("healthcheck", *port, *arguments)
    assert done.code == 1 and done.out.startswith("unhealthy: ") and done.out.count("\n") == 1, done
    assert why in done.out, done


def test_healthcheck_has_a_help(cicada):
    done = cicada("healthcheck", "--help")
    assert done.code == 0 and done.out.startswith("Usage: cicada healthcheck [live|ready]")
    assert "cicada healthcheck [live|ready]" in cicada("--help").out
    assert "HEALTH CHECKS" in cicada("--print-man").out
