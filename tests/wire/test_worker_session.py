# SPDX-License-Identifier: MIT
"""Our worker's session with its master: registering, timers, leaving, lost masters and connections."""

import os
import re
import signal
import subprocess
import time

import psutil
import pytest
from harness.locust import NEW, OLD
from harness.marks import ours, real, takes
from harness.ports import free_port
from harness.process import wait_until

LOCUST = os.environ.get("WIRE_WORKER") == "locust"


@ours
def test_w01_registers_with_minus_one(scripted, worker):
    m = scripted()
    m.indices["somebody"] = 0
    w = worker(m.port, "-L", "DEBUG")
    message = m.expect("client_ready", 15)
    assert message.data == -1
    assert re.fullmatch(r"[^_]+.*_[0-9a-f]{32}", message.sender)
    assert message.node_id == message.sender
    w.wait_for("worker index is 1$", 3)


@real
def test_w01_is_listed_as_ready(version, python_master, worker):
    m = python_master(version)
    worker(m.port)
    [name] = m.ready()
    assert name in m.log and "reported as ready" in m.log
    time.sleep(3)
    assert not m.complaints(), m.log
    assert m.workers()[name]["state"] == "ready"


@takes(40)
@ours
def test_w02_registers_once_with_a_late_master(scripted, python_master, worker):
    ports = [free_port() for _ in range(3)]
    for port in ports:
        worker(port)
    time.sleep(18)
    m = scripted(ports[0])
    new = python_master(NEW, "-L", "DEBUG", port=ports[1])
    old = python_master(OLD, "-L", "DEBUG", port=ports[2])
    name = m.worker(10)
    new.ready()
    old.ready()
    time.sleep(7)
    assert len(m.received("client_ready", name)) == 1, m.received("client_ready")
    for real_master in new, old:
        lines = re.findall(r".*reported as ready.*|.*[Dd]uplicate.*", real_master.log)
        assert len(lines) == 1, lines
    beats = [b.time for b in m.received("heartbeat")]
    assert len([b for b in beats if b < beats[0] + 0.9]) == 1, "heartbeats were queued up"


@takes(20)
@pytest.mark.parametrize("ack", [None, "nil"])
def test_w03_master_without_ack(scripted, worker, ack):
    m = scripted(ack=ack, heartbeats=False)
    w = worker(m.port)
    name = m.worker()
    done = m.spawned(name, {"Idle": 2})
    assert done.data["user_classes_count"]["Idle"] == 2
    if ack == "nil" or not LOCUST:
        m.expect("heartbeat", 3, name, m.mark())
    # The message was proof of the connection: no registration follows.
    if not LOCUST:
        m.quiet("client_ready", 6, name)
    assert w.running()


@pytest.mark.slow
@takes(330)
def test_w04_gives_up_without_ack(worker):
    w = worker(free_port())
    result = w.finish(330)
    assert result.code not in (0, -6, -11), result
    assert re.search(r"(?i)(could|can).?not.*connect|no.*answer|gave up|not.*reach", result.err), (
        result
    )


@pytest.mark.figures
@takes(45)
def test_w05_heartbeats_are_regular_under_load(scripted, worker, target):
    m = scripted()
    worker(m.port)
    name = m.worker()
    m.expect("heartbeat", 3)
    begin = m.mark()
    m.spawned(name, {"Full": 1000, "Idle": 0}, 40, host=target.url)
    time.sleep(15)
    mark = m.mark()
    m.send(name, "stop")
    m.expect("client_stopped", 30, name, mark)
    time.sleep(2.5)
    beats = [b.time for b in m.received("heartbeat", name, begin)]
    gaps = sorted(b - a for a, b in zip(beats, beats[1:]))
    assert len(gaps) >= 15
    # A few may be late since the machine is shared with the other tests.
    assert gaps[int(len(gaps) * 0.9)] <= 1.2, gaps
    assert gaps[int(len(gaps) * 0.1)] >= 0.8, gaps
    assert gaps[-1] < 2, gaps
    assert sum(m.requests(name).values()) > 1000


@takes(15)
def test_w06_reports_are_regular(scripted, worker):
    m = scripted()
    worker(m.port)
    name = m.worker()
    ack = time.monotonic()
    first = m.expect("stats", 2)
    assert first.time - ack < 1
    time.sleep(10)
    times = [r.time for r in m.received("stats", name)]
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert len(gaps) >= 3
    # Locust's worker counts its second report from another moment than the first.
    for gap in gaps:
        assert abs(gap - 3) <= 0.3, gaps
    data = first.data
    assert data["stats"] == [] and data["errors"] == {}
    assert data["user_count"] == 0 and set(data["user_classes_count"].values()) == {0}
    assert {"Alpha", "Idle"} <= set(data["user_classes_count"])
    total = data["stats_total"]
    assert (total["name"], total["method"]) == ("Aggregated", "")
    assert total["num_requests"] == 0 and total["last_request_timestamp"] is None
    assert total["min_response_time"] is None
    assert isinstance(total["start_time"], float) and abs(total["start_time"] - time.time()) < 30


@real
@takes(20)
def test_w06_idle_reports_are_accepted(version, python_master, worker):
    m = python_master(version, "-u", 1, "-r", 1, "-t", "7s", "--expect-workers", 1,
                      classes=["Idle"], web=False)  # fmt: skip
    worker(m.port)
    result = m.finish(40)
    assert result.code == 0, result
    assert not m.complaints(), result


def test_w14_stop_when_nothing_runs(scripted, worker):
    m = scripted()
    worker(m.port)
    name = m.worker()
    m.expect("stats", 3)
    mark = m.mark()
    m.send(name, "stop")
    time.sleep(1)
    m.spawned(name, {"Idle": 2})
    mark = m.mark()
    m.send(name, "stop")
    m.send(name, "stop")
    m.expect("client_ready", 10, name, mark)
    time.sleep(1)
    done = m.spawned(name, {"Idle": 3})
    assert done.data["user_classes_count"]["Idle"] == 3
    m.expect("heartbeat", 3, name, m.mark(), lambda b: b.data["state"] == "running")


def test_w15_quit_scripted(scripted, worker, target):
    m = scripted()
    w = worker(m.port)
    name = m.worker()
    m.spawned(name, {"Alpha": 5}, host=target.url, stop_timeout=2)
    wait_until(lambda: target.total() > 20, 10, "requests")
    mark = m.mark()
    begin = time.monotonic()
    m.send(name, "quit")
    last = m.expect("quit", 6, name, mark)
    m.expect("stats", 6, name, mark)
    code = w.wait(6)
    assert time.monotonic() - begin < 5
    assert code == 0, str(w)
    assert m.messages[-1].type == "quit" or last is m.received("quit")[-1]
    assert m.requests(name)["GET", "/get"] == target.counts()["GET /get"]


@real
@takes(20)
def test_w15_quit(version, python_master, worker, target):
    """Users wait more than they ask, so nothing is in flight when the master leaves."""
    m = python_master(version, "-u", 5, "-r", 100, "-t", "4s", "-H", target.url,
                      classes=["Greeter"], web=False)  # fmt: skip
    w = worker(m.port)
    result = m.finish(40)
    assert result.code == 0, result
    assert w.wait(5) == 0, str(w)
    counted = result.counts()["GET", "/greet/hello"]
    assert 0 <= target.counts()["GET /get"] - counted <= 5, result
    assert counted > 40


@real
@takes(20)
def test_w16_sigterm(version, python_master, worker, target):
    m = python_master(version, "-H", target.url, classes=["Alpha"])
    first, second = worker(m.port), worker(m.port)
    m.ready(2)
    m.swarm(6)
    m.has_users(6)
    m.ready(2, state="running")
    first.signal(signal.SIGTERM)
    first.wait(5)
    wait_until(lambda: re.search(r"quit", m.log), 5, f"quit in {m}")
    wait_until(
        lambda: [w["user_count"] for w in m.workers().values()] == [6], 15, f"6 users on one: {m}"
    )
    assert second.running()


def test_w26_reconnect(scripted, worker, proxy):
    m = scripted()
    p = proxy(m.port)
    worker(p.port)
    name = m.worker()
    m.expect("heartbeat", 3)
    assert p.accepted == 1
    m.spawned(name, {"Idle": 2})
    mark = m.mark()
    m.send(name, "reconnect")
    wait_until(lambda: p.accepted == 2, 5, "second connection")
    m.expect("heartbeat", 5, name, mark, lambda b: b.data["state"] == "running")
    wait_until(lambda: p.open == 1, 5, "end of the first connection")
    done = m.spawned(name, {"Idle": 4})
    assert done.data["user_classes_count"]["Idle"] == 4
    assert not m.received("client_ready", name, mark)


@takes(85)
def test_w27_the_master_is_killed(starter, python_master, worker, target, tmp_path):
    """Behind 2.46.3 the load ends a minute after the last answer; behind 2.12.1 it goes on."""
    from harness.cicada import TARGET
    from harness.peers import Target

    other = starter.keep(Target(TARGET, tmp_path / "other"))
    runs = []
    for version, server in (NEW, target), (OLD, other):
        m = python_master(version, "-H", server.url, classes=["Greeter"])
        w = worker(m.port)
        m.ready()
        m.swarm(2)
        m.has_users(2)
        wait_until(lambda: server.total() > 5, 10, "requests")
        runs.append((m, w, server))
    for m, _, _ in runs:
        m.signal(signal.SIGKILL)
    killed = time.monotonic()
    (_, new, _), (_, old, _) = runs
    time.sleep(50)
    before = target.total()
    time.sleep(3)
    assert target.total() > before, "the load ended early"

    def still():
        count = target.total()
        time.sleep(1.5)
        return target.total() == count

    wait_until(still, 15, f"end of the load {new}")
    assert time.monotonic() - killed < 66
    assert new.child.poll() in (None, 0), str(new)
    assert "Traceback" not in new.log
    before = other.total()
    time.sleep(max(2, killed + 65 - time.monotonic()))
    assert old.running(), str(old)
    assert other.total() > before


@ours
@takes(45)
def test_w28_the_master_is_restarted(python_master, worker, target):
    m = python_master(NEW, "-H", target.url, classes=["Alpha"])
    w = worker(m.port)
    [name] = m.ready()
    m.swarm(3)
    m.has_users(3)
    m.signal(signal.SIGKILL)
    m.wait(5)
    time.sleep(3)
    again = python_master(NEW, "-H", target.url, classes=["Alpha"], port=m.port)
    assert again.ready(1, 25) == [name]
    again.swarm(2)
    again.has_users(2)
    wait_until(lambda: again.requests().get(("GET", "/get"), 0) > 10, 10, f"requests {again}")
    assert w.running()


@real
@takes(30)
def test_w29_the_connection_is_cut(version, python_master, worker, proxy, target):
    m = python_master(version, "-H", target.url, "-s", 5, classes=["Alpha"])
    p = proxy(m.port)
    worker(p.port)
    m.ready()
    m.swarm(5)
    m.has_users(5)
    wait_until(lambda: target.total() > 50, 10, "requests")
    p.cut(3)
    time.sleep(8)
    assert p.accepted == 2
    assert "missing" not in m.log, m.log
    m.stop_test()
    m.reaches("stopped", 15)
    wait_until(
        lambda: m.requests() == {("GET", "/get"): target.counts()["GET /get"]}, 8, f"equality {m}"
    )


def processor_seconds(pid):
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


@takes(40)
def test_w30_cpu_and_memory(scripted, worker):
    m = scripted()
    w = worker(m.port)
    name = m.worker()
    m.spawned(name, {"Idle": 10, "Busy": 0})
    time.sleep(12)
    light = [b.data["current_cpu_usage"] for b in m.received("heartbeat", name)]
    assert max(light) < 90, light
    mark = m.mark()
    m.spawned(name, {"Idle": 10, "Busy": 4})
    spent, began = processor_seconds(w.child.pid), time.monotonic()
    time.sleep(22)
    spent, took = processor_seconds(w.child.pid) - spent, time.monotonic() - began
    busy = m.received("heartbeat", name, mark)
    used = [b.data["current_cpu_usage"] for b in busy]
    # Not near 100: the other tests want a part of the processor.
    assert max(used) > 0.9 * 100 * spent / took > 5, (used, spent, took)
    assert max(used) <= 100.5 or LOCUST, used
    with open(f"/proc/{w.child.pid}/statm") as file:
        rss = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    told = busy[-1].data["current_memory_usage"]
    assert isinstance(told, int) and abs(told - rss) < 0.2 * rss, (told, rss)


@takes(45)
@real
def test_w32_many_workers_on_two_hosts(version, python_master, worker, target):
    """The order is by the number within the host, then by id."""
    each = 2 if LOCUST else 5
    m = python_master(version, "-H", target.url, classes=["Idle"])
    if subprocess.run(["unshare", "--uts", "true"], capture_output=True).returncode:
        apart = ["unshare", "--user", "--map-root-user", "--uts"]
    else:
        apart = ["unshare", "--uts"]
    for host in ("hosta", "hostb"):
        for _ in range(each):
            worker(m.port, prefix=[*apart, "sh", "-c", 'hostname "$0" && exec "$@"', host])
    ids = sorted(m.ready(2 * each, 40))
    hosts = {host: [i for i in ids if i.startswith(host + "_")] for host in ("hosta", "hostb")}
    assert [len(of) for of in hosts.values()] == [each, each], ids
    order = [i for pair in zip(*hosts.values()) for i in pair]
    for users in 2, each + 2:
        m.swarm(users, 100)
        m.has_users(users)
        wait_until(
            lambda: {i: w["user_count"] for i, w in m.workers().items()}
            == {i: int(at < users) for at, i in enumerate(order)},
            10, f"users in order: {m.workers()}")  # fmt: skip
