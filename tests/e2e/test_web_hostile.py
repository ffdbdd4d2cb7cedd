# SPDX-License-Identifier: MIT
"""Clients of the web interface that mean no good: the test that runs must not notice them."""

import http.client
import json
import random
import resource
import socket
import time

import pytest
from harness.process import wait_until
from harness.web import web_of


@pytest.fixture
def busy(cicada, target, scenarios):
    """A test under way: ten users that ask every tenth of a second."""
    run = cicada.start("-f", scenarios / "steady.c", "-H", target.url, "--web-host", "127.0.0.1",
                       "--web-port", 0, "--autostart", "-u", 10, "-r", 100)  # fmt: skip
    web = web_of(run)
    web.wait_state("running")
    yield web
    assert run.child.poll() is None, run
    before = web.stats()["stats"][-1]["num_requests"]
    time.sleep(1)
    after = web.stats()
    assert after["state"] == "running" and after["user_count"] == 10
    assert after["stats"][-1]["num_requests"] - before > 70
    assert after["fail_ratio"] == 0


def talk(web, data: bytes, seconds: float = 3) -> bytes:
    with web.socket() as s:
        s.settimeout(seconds)
        got = b""
        try:
            s.sendall(data)
            while part := s.recv(65536):
                got += part
        except OSError:
            pass
        return got


HEAD = b"GET /stats/requests HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"\x00" * 1000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        HEAD + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n",
        HEAD + b"X: y\r\n" * 100_000 + b"\r\n",
        HEAD + b"Cookie: cicada_session=" + b"\xff" * 64 + b"\r\n\r\n",
        b"GET /stats/requests?%ff%00%zz=%&&==& HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /stats/history?since=nan&points=1e999 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /stats/history?points=99999999999 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /stats/heatmap?cols=-1&from=-1e300 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /assets/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /assets/%2e%2e/%2e%2e/etc/passwd%00.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /swarm HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /swarm HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /swarm HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        b"POST /user HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n"
        + b"[" * 200_000,
        b"BREW /pot HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
)  # fmt: skip
def test_bytes_that_make_no_sense(busy, data):
    got = talk(busy, data, 2)
    assert b"root:" not in got
    assert b" 500 " not in got.split(b"\r\n")[0]


def test_random_bytes(busy):
    chance = random.Random(4)
    for _ in range(200):
        cut = chance.randrange(len(HEAD))
        noise = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 200)))
        talk(busy, HEAD[:cut] + noise + b"\r\n\r\n", 0.05)


@pytest.mark.parametrize("size", [1_000_000, 20_000_000])
def test_huge_forms(busy, size):
    body = b"user_count=1&spawn_rate=1&x=" + b"y" * size
    head = b"POST /swarm HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
    got = talk(busy, head + kind + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert size < 1_048_000 or got == b"" or b" 413 " in got.split(b"\r\n")[0], got[:200]
    if size < 1_048_000:
        busy.post("/swarm", {"user_count": 10, "spawn_rate": 100})


def test_forms_with_many_fields(busy):
    body = b"&".join(b"f%d=1" % i for i in range(50_000))
    got = talk(busy, b"POST /swarm HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
                     b"application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
                     % len(body) + body)  # fmt: skip
    assert b" 400 " in got.split(b"\r\n")[0], got[:200]


def test_hosts_and_profiles_are_text_only(busy):
    evil = "</script><script>alert(1)</script>\u2028"
    busy.post("/swarm", {"user_count": 10, "spawn_rate": 100, "profile": evil})
    page = busy.get("/").text
    assert "<script>alert(1)" not in page and "\u2028" not in page
    assert busy.stats()["run"]["profile"] == evil


def test_slow_clients_are_cut(busy):
    """A byte now and then keeps no connection for longer than a request may take."""
    slow = [busy.socket() for _ in range(50)]
    begin = time.monotonic()
    cut = 0
    while cut < len(slow) and time.monotonic() - begin < 40:
        for s in list(slow):
            try:
                s.send(b"G")
                s.setblocking(False)
                if s.recv(1) == b"":
                    raise OSError
            except BlockingIOError:
                pass
            except OSError:
                s.close()
                slow.remove(s)
                if not slow:
                    break
        if not slow:
            break
        time.sleep(1)
    assert not slow
    assert time.monotonic() - begin < 30


def answers(web) -> bool:
    try:
        return web.get("/healthz").status == 200
    except OSError:  # those before are still being closed
        return False


COUNT = 10_000


@pytest.fixture
def descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard == resource.RLIM_INFINITY or hard > COUNT + 1000, "ulimit -Hn is too low"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, COUNT + 1000), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def requests_by(connection: http.client.HTTPConnection) -> int:
    connection.request("GET", "/stats/requests")
    return json.loads(connection.getresponse().read())["stats"][-1]["num_requests"]


def test_ten_thousand_connections(busy, descriptors):
    """More than are let in: the others wait or are refused; who was there before is served."""
    before = http.client.HTTPConnection(busy.host, busy.port, timeout=30)
    start, count = time.monotonic(), requests_by(before)
    sockets = []
    for n in range(COUNT):
        s = socket.socket()
        s.setblocking(False)
        s.bind((f"127.0.1.{1 + n % 40}", 0))  # as many as are let in from one
        s.connect_ex((busy.host, busy.port))
        sockets.append(s)
    for n, s in enumerate(sockets):
        try:
            s.send(HEAD[: n % len(HEAD)])  # some say nothing, some a part
        except OSError:
            pass
    time.sleep(3)
    done, passed = requests_by(before) - count, time.monotonic() - start
    assert done > 70 * passed, f"{done} requests in {passed:.1f} s"  # of 100 a second
    for s in sockets:
        s.close()
    wait_until(lambda: answers(busy), 20, "answer")


def test_streams_that_nobody_reads(busy):
    sockets = []
    for _ in range(60):
        s = busy.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        sockets.append(s)
    time.sleep(4)
    assert busy.stats()["state"] == "running"
    for s in sockets:
        s.close()
    time.sleep(2)
