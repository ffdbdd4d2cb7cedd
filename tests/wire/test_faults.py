# SPDX-License-Identifier: MIT
"""What happens to processes, and what strangers do to the master's port: rows 21 to 26, 29 and 30 of the
catalogue of failures. Everywhere the server under load says what was really done."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import time

import msgpack
import pytest
import zmq
from harness.cicada import CICADA, SCENARIOS, CicadaMaster, CicadaWorker
from harness.driver import Driver
from harness.locust import Program, environment
from harness.marks import takes
from harness.peers import need
from harness.ports import free_port
from harness.process import wait_until

PER_USER = 10  # requests a second that a Reader can do at most


@pytest.fixture
def driver(starter):
    return lambda *classes, **options: starter.keep(
        Driver(starter.place("driver"), classes, **options)
    )


@pytest.fixture
def cicada_worker(starter):
    return lambda port, *args, **how: starter.keep(
        CicadaWorker(starter.place("worker"), port, *args, **{"scenario": "fleet.c", **how})
    )


@pytest.fixture
def fleet(driver, cicada_worker, target):
    """A master and so many cicadas with so many users of class Reader, all running."""

    def start(workers, users, **options):
        m = driver("Reader", **{"users": users, "rate": 1000, "stop_timeout": 5, "host": target.url,
                                "expect": workers, **options})  # fmt: skip
        made = [cicada_worker(m.port) for _ in range(workers)]
        m.has_workers(workers, "ready", 20)
        m.start()
        m.has_users(users)
        return m, made

    return start


def served(target) -> int:
    return sum(n for route, n in target.counts().items() if "_count" not in route)


def running(m) -> list:
    return [w["users"] for w in m.show()["workers"] if w["state"] == "running"]


@takes(20)
def test_a_worker_is_killed(fleet, cicada_worker, target):
    m, workers = fleet(3, 30)
    time.sleep(4)
    workers[0].signal(signal.SIGKILL)
    killed = time.monotonic()
    m.has_workers(1, "missing", 6)
    assert time.monotonic() - killed < 5.6
    assert m.has_users(30, 5) < 2
    assert running(m) == [15, 15]
    cicada_worker(m.port)
    m.reaches("ten users each", lambda seen: running(m) == [10, 10, 10])
    total = m.quit()
    # It took with it what ten users did in 3 s, and what they were doing.
    assert 0 <= served(target) - total <= 3.2 * 10 * PER_USER + 10, (total, target.counts())


@takes(30)
def test_a_worker_is_stopped_and_goes_on(fleet, target):
    m, workers = fleet(3, 30)
    time.sleep(1)
    workers[0].signal(signal.SIGSTOP)
    stopped = time.monotonic()
    m.has_workers(1, "missing", 6)
    m.has_users(30, 5)
    time.sleep(stopped + 10 - time.monotonic())
    workers[0].signal(signal.SIGCONT)
    m.reaches("three workers running", lambda seen: running(m) == [10, 10, 10], 5)
    assert "self-healed" in m.log
    time.sleep(3.5)
    assert running(m) == [10, 10, 10]
    total = m.quit()
    assert total == served(target), (total, target.counts())
    assert "the clock of worker" not in m.log, m.log


@takes(20)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_is_asked_to_end(number, fleet, target):
    """Its users finish, its last report counts, the others take over."""
    m, workers = fleet(2, 10)
    time.sleep(1)
    workers[0].signal(number)
    asked = time.monotonic()
    assert workers[0].wait(5) == 0, str(workers[0])
    assert time.monotonic() - asked < 1.5
    assert m.has_users(10, 5) < 2
    assert running(m) == [10]
    total = m.quit()
    assert total == served(target), (total, target.counts())
    assert "missing" not in m.log


@takes(15)
def test_a_second_signal_ends_at_once(driver, cicada_worker, target):
    m = driver("Slow", users=5, rate=100, stop_timeout=20, host=target.url)
    w = cicada_worker(m.port, scenario="wire.c")
    m.has_workers(1, "ready", 20)
    m.start()
    m.has_users(5)
    time.sleep(0.3)
    w.signal(signal.SIGTERM)
    time.sleep(0.1)
    assert w.running()
    w.signal(signal.SIGTERM)
    assert w.wait(0.6) in (0, 1), str(w)
    wait_until(lambda: "quit" in m.log, 3, f"good-bye {m}")


@takes(25)
def test_the_master_is_killed_and_started_again(fleet, driver, target):
    m, workers = fleet(2, 20)
    time.sleep(3)
    m.signal(signal.SIGKILL)
    m.wait(5)
    time.sleep(3)
    again = driver(
        "Reader", port=m.port, users=20, rate=1000, stop_timeout=5, host=target.url, expect=2
    )
    again.has_workers(2, "ready", 8)
    before = served(target)
    assert [w["users"] for w in again.show()["workers"]] == [0, 0]
    time.sleep(0.5)
    assert served(target) == before, "the old master's users still run"
    again.start()
    again.has_users(20, 5)
    time.sleep(2)
    assert running(again) == [10, 10]
    total = again.quit()
    # Nothing of the old test is in the new one's figures.
    assert total == served(target) - before, (total, before, target.counts())
    for w in workers:
        assert w.wait(10) == 0, str(w)


@takes(15)
def test_a_call_that_a_stop_undoes(scripted, worker):
    """The answer to a call before client_stopped is none to the one after it."""
    m = scripted()
    worker(m.port)
    name = m.worker()
    m.spawned(name, {"Idle": 2})
    m.expect("heartbeat", 3, name, m.mark())
    m.heartbeats, m.ack = False, None
    m.expect("client_ready", 15, name, m.mark())
    mark = m.mark()
    m.send(name, "stop")
    m.expect("client_stopped", 3, name, mark)
    m.send(name, "ack", {"index": 0})
    m.expect("client_ready", 8, name, mark)


# ---- Strangers on the port ----


class Strangers:
    """Connections that say something and stay."""

    def __init__(self, port):
        self.port = port
        self.open = []

    def call(self, words: bytes):
        s = socket.socket()
        s.settimeout(5)
        s.connect(("127.0.0.1", self.port))
        try:
            s.sendall(words)
        except OSError:
            pass  # the noise before was enough
        self.open.append(s)

    def stop(self):
        for s in self.open:
            s.close()


@takes(70)
def test_noise_on_the_port(starter, cicada_worker, target):
    """5,000 strangers: web browsers, noise, and greetings that are never finished."""
    m = starter.keep(CicadaMaster(
        starter.place("master"), "-u", 10, "-r", 100, "-t", "46s", "-s", 4, "--expect-workers", 2, "--csv", "run",
        "-H", target.url, classes=["Reader"], scenario="fleet.c",
    )).listening()  # fmt: skip
    workers = [cicada_worker(m.port) for _ in range(2)]
    m.wait_for(r"All users spawned: .*\(10 total users\)", 20)
    descriptors = f"/proc/{m.child.pid}/fd"
    before = len(os.listdir(descriptors))
    strangers = starter.keep(Strangers(m.port))
    noise = random.Random(5)
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x01NULL" + bytes(16 + 1 + 31)
    for i in range(5000):
        strangers.call([
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", noise.randbytes(100), greeting[: noise.randrange(64)],
            greeting, greeting + b"\x04\xff" + bytes(7) + b"\x10",
        ][i % 5])  # fmt: skip
    most = len(os.listdir(descriptors))
    assert most > before + 500, "hardly anybody was let in"
    # All of them keep their end open: it is the master who closes, after ZeroMQ's 30 s at the latest.
    wait_until(
        lambda: len(os.listdir(descriptors)) <= before + 2,
        40,
        f"descriptors {before}, at most {most}",
    )
    assert m.wait(60) == 0, str(m)
    for w in workers:
        assert w.wait(10) == 0, str(w)
    rows = m.requests()
    assert rows["GET", "/get"] == target.counts()["GET /get"], (rows, target.counts())
    assert "missing" not in m.log, m.log
    assert m.log.count("turned away") < 5, m.log


def hostile():
    """(what, body): each as bad as it can be."""
    stats = {
        "stats": [],
        "stats_total": {},
        "errors": {},
        "user_classes_count": {},
        "user_count": 0,
    }
    good = msgpack.packb(["heartbeat", {"state": "ready", "current_cpu_usage": 1.0}, "x"])
    entry = {"name": "/a", "method": "GET", "num_requests": 2**63, "num_none_requests": 0, "num_failures": 0,
             "total_response_time": 1, "max_response_time": 1, "min_response_time": 1, "response_times": {},
             "total_content_length": 0, "start_time": 1.0, "last_request_timestamp": 1.0,
             "num_reqs_per_sec": {}, "num_fail_per_sec": {}}  # fmt: skip
    yield "empty", b""
    yield "truncated", good[:-3]
    yield "trailing", good + b"\x00"
    yield "deep", b"\x91" * 100_000
    yield "deep within", b"\x93\xa5stats" + b"\x91" * 100_000
    yield "array of 4 G", b"\xdd\xff\x00\x00\x00"
    yield "map of 4 G", b"\x93\xa5stats\xdf\xff\xff\xff\xff"
    yield "text of 4 G", b"\x93\xdb\xff\xff\xff\xff"
    yield "two elements", msgpack.packb(["heartbeat", None])
    yield "type is a number", msgpack.packb([1, None, "x"])
    yield "type is no UTF-8", b"\x93\xa2\xff\xfe\xc0\xa1x"
    yield "id is a map", msgpack.packb(["heartbeat", None, {}])
    yield "a number", msgpack.packb(7)
    yield "heartbeat without data", msgpack.packb(["heartbeat", None, "x"])
    yield "report without keys", msgpack.packb(["stats", {}, "x"])
    yield "report of a text", msgpack.packb(["stats", "report", "x"])
    yield "stats is a map", msgpack.packb(["stats", {**stats, "stats": {"a": 1}}, "x"])
    yield (
        "entry without name",
        msgpack.packb(["stats", {**stats, "stats": [{"method": "GET"}]}, "x"]),
    )
    yield (
        "huge count",
        msgpack.packb(["stats", {**stats, "stats": [entry], "stats_total": entry}, "x"]),
    )
    yield (
        "name is a list",
        msgpack.packb(["stats", {**stats, "stats": [{**entry, "name": []}]}, "x"]),
    )


@pytest.mark.figures
@takes(15)
def test_hostile_messages(starter, cicada_worker, target):
    """Dropped with a line each that names the sender; nobody else notices."""
    m = starter.keep(CicadaMaster(
        starter.place("master"), "-u", 4, "-r", 100, "-t", "9s", "-s", 4, "-H", target.url, classes=["Reader"],
        scenario="fleet.c",
    )).listening()  # fmt: skip
    w = cicada_worker(m.port)
    m.wait_for(r"All users spawned: .*\(4 total users\)", 20)
    context = zmq.Context()
    names = []

    def rss():
        with open(f"/proc/{m.child.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def attack(name, body):
        s = context.socket(zmq.DEALER)
        s.setsockopt(zmq.IDENTITY, name)
        s.linger = 500
        s.connect(f"tcp://127.0.0.1:{m.port}")
        s.send(body)
        s.close()

    attack(b"first", b"\xc1")
    m.wait_for("first makes no sense", 5)
    before = rss()
    for i, (_, body) in enumerate(hostile()):
        names.append(f"evil{i}.")
        attack(names[-1].encode(), body)
    attack(b"\x1b[31mred\n[2026-01-01 00:00:00,000] vm/ERROR/locust.main: forged", b"\xc1")
    for i, (what, _) in enumerate(hostile()):
        if what == "huge count":
            continue  # well formed: of an id that has not registered
        wait_until(
            lambda i=i: f"worker {names[i]} makes no sense" in m.log, 5, f"line about {what}: {m}"
        )
        assert m.log.count(names[i]) == 1, (what, m.log)
    assert rss() - before < 1 << 20
    assert m.wait(30) == 0, str(m)
    assert w.wait(10) == 0, str(w)
    context.destroy(0)
    assert "control characters" in m.log, m.log
    assert "\x1b" not in m.log and not re.search(
        r"^\[2026-01-01 00:00:00,000\] vm/ERROR", m.log, re.MULTILINE
    ), m.log
    assert m.requests()["GET", "/get"] == target.counts()["GET /get"]
    assert set(m.requests()) <= {("GET", "/get"), ("GET", "/uuid"), ("GET", "/start"), ("DELETE", "/stop"),
                                 ("", "Aggregated")}  # fmt: skip


# ---- Clocks, names ----


@takes(20)
@pytest.mark.parametrize("ahead", [3600, -3600])
def test_a_worker_of_another_time(ahead, starter, scripted_worker):
    """Its clock is an hour off, from the first report or from the second; the figures are of our time."""
    from harness.peer import report

    begin = time.time()
    m = starter.keep(CicadaMaster(starter.place("master"), "-u", 2, "-r", 10, "-t", "8s", "--csv", "run",
                                  "--expect-workers", 2, scenario=None, classes=[],
                                  )).listening()  # fmt: skip
    right, wrong = scripted_worker(m.port, reports=None), scripted_worker(m.port, reports=None)
    off = {right: 0, wrong: ahead}
    last = {}

    def tell(w, requests):
        now = time.time() + off[w]
        data = report(requests, w.counts, now=now)
        for entry in [*data["stats"], data["stats_total"]]:
            entry["start_time"] = last.get(w, now)
        last[w] = now
        w.send("stats", data)

    for w in right, wrong:
        tell(w, {})
    for w in right, wrong:
        w.expect("spawn", 10)
    for _ in range(2):
        time.sleep(3)
        for w in right, wrong:
            tell(w, {("GET", "/a"): 30})
    assert m.wait(20) in (0, 1), str(m)
    [row] = [row for row in m.json() if row["name"] == "/a"]
    end = time.time()
    assert row["num_requests"] == 120
    assert begin - 5 < row["start_time"] <= row["last_request_timestamp"] <= end + 1, (
        begin,
        row,
        end,
    )
    assert all(begin - 5 < int(second) <= end + 1 for second in row["num_reqs_per_sec"]), row
    assert sum(row["num_reqs_per_sec"].values()) == 120
    assert m.log.count("the clock of worker") == 1 and wrong.id in m.log, m.log
    history = (m.out_file.parent / "run_stats_history.csv").read_text()
    assert ",-" not in history, history


@takes(15)
def test_two_workers_of_one_identity(driver, scripted_worker):
    """The newest connection has the name; whoever lost it changes nothing."""
    m = driver("Alpha", users=4, rate=100, expect=1)
    name = f"twin_{'0' * 32}"
    first = scripted_worker(m.port, name=name)
    m.has_workers(1, "ready")
    m.start()
    m.has_users(4)
    second = scripted_worker(m.port, name=name)
    second.expect("ack", 5)
    second.expect("spawn", 5)
    time.sleep(1)
    mark = first.mark()
    m.tell("target", 6, 100)
    wait_until(lambda: second.users() == 6, 5, "the second's users")
    assert not first.received("spawn", since=mark)
    assert len(m.show()["workers"]) == 1
    m.tell("halt")
    m.says("ended", 10)
    first.beats = False
    m.start()
    m.has_users(4)
    m.quit()


def test_two_masters_on_one_port(driver, starter):
    m = driver("Alpha")
    other = starter.keep(
        CicadaMaster(starter.place("master"), "-u", 1, "--expect-workers", 1, port=m.port)
    )
    assert other.wait(10) not in (0, -6, -11), str(other)
    assert re.search(rf"can't listen .*{m.port}.*: Address already in use", other.log), other.log
    assert m.running()


# ---- For long ----


@pytest.mark.figures
@takes(60)
def test_200_starts_and_stops(fleet, scripted_worker, target):
    """Every other one in the middle of its ramp. No state sticks; nothing grows."""
    m, [w] = fleet(1, 6, stop_timeout=0)
    scripted_worker(m.port)

    def memory():
        with open(f"/proc/{w.child.pid}/statm") as file:
            return m.rss(), int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def descriptors():
        return m.descriptors(), len(os.listdir(f"/proc/{w.child.pid}/fd"))

    m.has_workers(2, "running", 10)
    for cycle in range(200):
        if cycle % 2:
            m.tell("target", 1000, 10)
            m.reaches("ramp", lambda seen: seen["state"] == "spawning", 5)
        m.tell("halt")
        m.says("ended", 10)
        m.has_workers(2, "ready", 10)
        assert m.show()["users"] == 0
        if cycle == 30:
            early = (descriptors(), memory())
        late = (descriptors(), memory())
        m.start()
        m.has_users(6, 10)
    for before, after in zip(early[0], late[0]):
        assert after <= before + 2, (early, late)
    for before, after in zip(early[1], late[1]):
        assert after - before < 1.5e6, (early, late)
    assert m.show()["state"] == "running"
    m.quit()
    assert w.wait(10) == 0, str(w)


@takes(20)
def test_a_full_disk(starter, cicada_worker, target, tmp_path):
    """The exports fail with a message each, the run goes on, and the exit code tells."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk],
                             check=False, capture_output=True)  # fmt: skip
    if mounted.returncode:
        pytest.fail("mounting a small disk needs root")
    try:
        (disk / "rest").write_bytes(bytes(44 << 10))
        folder = starter.place("master")
        port = free_port()
        m = starter.keep(Program(
            [need(CICADA), "--master", "--headless", "--master-bind-host", "127.0.0.1", "--master-bind-port", port,
             "-f", SCENARIOS / "fleet.c", "-u", 4, "-r", 100, "-t", "8s", "-s", 4, "-H", target.url,
             "--csv", disk / "run", "--csv-full-history", "--csv-interval", "0.1s", "--json-file", disk / "result",
             "--json", "Reader"],
            folder, env=environment(tmp_path), cwd=tmp_path,
        ))  # fmt: skip
        w = cicada_worker(port)
        m.wait_for(r"can't write \S*run_stats_history\.csv: No space left on device", 15)
        seen = served(target)
        code = m.wait(30)
        assert served(target) > seen + 20, "the run did not go on"
        assert code not in (0, -6, -11), str(m)
        assert w.wait(10) == 0, str(w)
        assert m.log.count("run_stats_history.csv: No space") == 1, m.log
        assert re.search(r"can't write \S*result\.json: No space", m.log), m.log
        rows = {row["name"]: row["num_requests"] for row in json.loads(m.out)}
        assert sum(rows[name] for name in rows if name != "Aggregated") == served(target), rows
    finally:
        subprocess.run(["umount", "-l", disk], check=False, capture_output=True)
