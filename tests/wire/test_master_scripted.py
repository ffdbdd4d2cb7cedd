# SPDX-License-Identifier: MIT
"""Our master with scripted workers: registering, dispatch, missing workers, odd and hostile messages."""

import csv
import json
import os
import re
import socket
import struct
import time
from collections import Counter
from pathlib import Path

import msgpack
import pytest
from harness.fleet import Fleet
from harness.locust import NEW, LocustMaster
from harness.marks import ours, takes
from harness.peer import report, total_entry
from harness.process import wait_until
from test_master_workers import history, results

LOCUST = os.environ.get("WIRE_MASTER") == "locust"
GOLDEN = json.loads((Path(__file__).parent / "dispatch.json").read_text())


@pytest.fixture
def addressed():
    """Collects scripted workers; at the end all they received was addressed to them."""
    workers = []
    yield workers
    for w in workers:
        assert not w.bad, w.bad
        for message in w.messages:
            assert message.node_id == w.id, message


@pytest.fixture
def running(master, scripted_worker, addressed):
    """running(workers, users, *options, **how): (master, scripted workers), all users there."""

    def start(count, users, *args, rate=1000, seconds=None, classes=("Alpha", "Beta"), **how):
        m = master("-u", users, "-r", rate, "-t", f"{seconds or 100}s", "--expect-workers", count, *args,
                   classes=classes)  # fmt: skip
        workers = [scripted_worker(m.port, **how) for _ in range(count)]
        addressed.extend(workers)
        for w in workers:
            w.expect("spawn", 30)
        wait_until(lambda: sum(w.users() for w in workers) == users, 10, f"{users} users {m}")
        wait_until(
            lambda: all(w.received("spawning_complete") for w in workers), 5, f"end of the ramp {m}"
        )
        return m, workers

    return start


def test_m01_versions_and_indices(master, scripted_worker):
    m = master("-u", 1, "--expect-workers", 99)
    indices = []
    for version in ("2.46.3", "2.12.1", -1, "9.9.9") + (() if LOCUST else ("",)):
        w = scripted_worker(m.port, version=version)
        indices.append(w.expect("ack", 10).data["index"])
    assert indices == list(range(len(indices)))
    refused = scripted_worker(m.port, version=None)
    refused.quiet("ack", 1.5, since=0)
    wait_until(lambda: re.search(r"(?i)old|version", m.log), 3, f"word on it {m}")
    # Again the same worker: again its index.
    w.send("client_ready", "9.9.9")
    wait_until(lambda: len(w.received("ack")) == 2, 3, "second ack")
    assert {a.data["index"] for a in w.received("ack")} == {indices[-1]}


@pytest.mark.figures
@takes(25)
@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_m03_golden_dispatch(case, master, scripted_worker):
    names = [c["name"] for c in case["classes"]]
    args = [
        "-u",
        case["users"],
        "-r",
        case["rate"],
        "-t",
        "60s",
        "--expect-workers",
        len(case["workers"]),
    ]
    if LOCUST:
        m = master(*args, locustfile="golden.py", env={"GOLDEN": json.dumps(case["classes"])})
    else:
        weights = [f"{c['name']}:{c['weight']}" for c in case["classes"]]
        fixed = [json.dumps({"user_class_name": c["name"], "fixed_count": c["fixed_count"]})
                 for c in case["classes"] if c["fixed_count"]]  # fmt: skip
        more = ["--config-users", *fixed] if fixed else []
        m = master(*args, *more, "--class", *weights, scenario=None)
    workers = {name: scripted_worker(m.port, name=name, classes=names) for name in case["workers"]}
    steps = len(case["steps"])
    for w in workers.values():
        wait_until(lambda w=w: len(w.spawns()) >= steps, 40, f"{steps} steps, {w.spawns()} {m}")
    for name, w in workers.items():
        got = [[counts[c] for c in names] for counts in w.spawns()][:steps]
        assert got == [step[name] for step in case["steps"]], name
        times = [s.time for s in w.received("spawn")][:steps]
        pause = max(1, int(case["rate"])) / case["rate"]
        for a, b in zip(times, times[1:]):
            assert abs(b - a - pause) < 0.08, (b - a, pause)  # the tests share a machine


@takes(20)
def test_m05_m06_m09_what_a_spawn_holds(running):
    m, [w, other] = running(2, 10, rate=4)
    spawns = w.received("spawn")
    assert len(spawns) >= 3
    last = 0
    for spawn in spawns:
        assert set(spawn.data["user_classes_count"]) == {"Alpha", "Beta"}
        stamp = spawn.data["timestamp"]
        assert isinstance(stamp, float) and stamp > last
        at = spawn.raw.index(b"timestamp") + len(b"timestamp")
        assert spawn.raw[at] == 0xCB
        last = stamp
        assert isinstance(spawn.data["parsed_options"], dict)
        assert spawn.data["host"] is None or isinstance(spawn.data["host"], str)
        assert spawn.data["stop_timeout"] is not None
    [done] = w.received("spawning_complete")
    assert done.data == {"user_count": 10}
    assert done.time > spawns[-1].time
    time.sleep(2)
    assert len(w.received("spawning_complete")) == 1
    assert w.users() == other.users() == 5


@takes(15)
def test_m09_without_reports(master, scripted_worker):
    """A worker that never completes delays the end of the ramp by a second."""
    m = master("-u", 4, "-r", 100, "-t", "60s", "--expect-workers", 2, classes=["Alpha"])
    mute = scripted_worker(m.port, obeys=False)
    w = scripted_worker(m.port)
    spawn = w.expect("spawn", 20)
    done = w.expect("spawning_complete", 4)
    assert 0.8 < done.time - spawn.time < 2
    mute.expect("spawning_complete", 1)


def test_m08_heartbeats_are_answered_at_once(master, scripted_worker):
    m = master("-u", 1, "--expect-workers", 99)
    w = scripted_worker(m.port, reports=None)
    w.expect("ack", 10)
    for _ in range(3):
        mark = w.mark()
        begin = time.monotonic()
        w.send("heartbeat", {"state": "ready", "current_cpu_usage": 1.0, "current_memory_usage": 1})
        assert w.expect("heartbeat", 2, since=mark).time - begin < 0.5
    if not LOCUST:
        old = scripted_worker(m.port, version="2.12.1", reports=None)
        old.expect("ack", 5)
        old.quiet("heartbeat", 3)


@ours
def test_m10_names_of_the_first_report(master, scripted_worker):
    m = master("-u", 4, "-r", 100, "-t", "30s", scenario=None)
    w = scripted_worker(m.port, classes=["One", "Two"])
    w.expect("spawn", 15)
    wait_until(lambda: w.users() == 4, 5, f"users {m}")
    assert w.counts == {"One": 2, "Two": 2}


def test_m12_quit_is_answered_and_the_last_report_counts(running):
    m, [w] = running(1, 2, seconds=4)
    w.pending = {("GET", "/late"): 7}
    w.expect("quit", 15)
    code = m.wait(10)
    assert code == 0, str(m)
    assert results(m) == {("GET", "/late"): 7}


@ours
@takes(25)
def test_m12_a_worker_that_never_quits(running):
    """It delays the end by stop timeout + 3 s."""
    m, [w] = running(1, 2, "-s", 1, seconds=3)
    w.quits = False
    quit_at = w.expect("quit", 15)
    m.wait(10)
    assert time.monotonic() - quit_at.time < 6


def test_m13_too_few_workers(master, scripted_worker):
    m = master("-u", 1, "-t", "5s", "--expect-workers", 2, "--expect-workers-max-wait", 3)
    begin = time.monotonic()
    w = scripted_worker(m.port)
    code = m.wait(20)
    assert code == 1, str(m)
    assert 2 < time.monotonic() - begin < 8
    assert not w.received("spawn")
    w.expect("quit", 2)
    assert re.search(r"(?i)worker", m.log), str(m)


def test_m13_starts_when_all_are_there(master, scripted_worker):
    m = master("-u", 2, "-r", 10, "-t", "30s", "--expect-workers", 2, classes=["Alpha"])
    first = scripted_worker(m.port)
    first.quiet("spawn", 2.5)
    second = scripted_worker(m.port)
    second.expect("spawn", 5)
    first.expect("spawn", 1)


@takes(25)
def test_m14_m18_silent_worker(running):
    m, [a, b] = running(2, 6)
    assert a.users() == b.users() == 3
    mark = a.mark()
    b.beats = False
    silent = time.monotonic()
    moved = a.expect("spawn", 8, since=mark)
    assert 3 <= moved.time - silent <= 6.3
    assert sum(moved.data["user_classes_count"].values()) == 6
    assert re.search(r"(?i)missing", m.log), str(m)
    b.beats = True
    mark, other = a.mark(), b.mark()
    m.wait_for(r"(?i)heal", 3)
    if LOCUST:
        return  # it does not always give the users back
    b.expect("spawn", 5, since=other)
    wait_until(lambda: (a.users(), b.users()) == (3, 3), 3, f"even users {m}")
    assert not b.received("ack", since=other), "it had to register again"
    b.beats = False
    wait_until(lambda: a.users() == 6, 8, f"all users on one {m}")
    b.send("quit")
    a.quiet("quit", 2)
    assert m.running()
    assert a.users() == 6


@takes(85)
def test_m15_killed_worker(running):
    m, workers = running(4, 8)
    dead, rest = workers[0], workers[1:]
    assert [w.users() for w in workers] == [2] * 4
    marks = [w.mark() for w in rest]
    dead.stop()
    wait_until(lambda: sum(w.users() for w in rest) == 8, 8, f"all users {m}")
    for w, mark in zip(rest, marks):
        spawns = w.spawns(mark)
        assert len(spawns) <= 2
        assert all(sum(s.values()) >= 2 for s in spawns), spawns
    marks = [w.mark() for w in rest]
    if LOCUST:
        return  # it restarts the ramp once the record is deleted
    time.sleep(68)
    for w, mark in zip(rest, marks):
        assert all(sum(s.values()) >= 2 for s in w.spawns(mark))
        assert w.received("heartbeat", since=w.mark() - 3)
    assert sum(w.users() for w in rest) == 8


@takes(15)
def test_m16_joining(running, scripted_worker):
    m, workers = running(4, 20)
    before = [w.users() for w in workers]
    marks = [w.mark() for w in workers]
    new = scripted_worker(m.port)
    new.expect("spawn", 5)
    wait_until(
        lambda: new.users() == 4 and sum(w.users() for w in workers) == 16, 5, f"a share {m}"
    )
    assert all(w.users() == 4 for w in workers)
    time.sleep(1.5)
    assert all(len(w.spawns(mark)) <= (1 if not LOCUST else 2) for w, mark in zip(workers, marks))
    if not LOCUST:
        stopped = sum(max(0, a - w.users()) for a, w in zip(before, workers))
        assert stopped <= 4


@takes(25)
def test_m16_joining_the_ramp(master, scripted_worker):
    m = master("-u", 20, "-r", 2, "-t", "60s", "--expect-workers", 1, classes=["Alpha"])
    a = scripted_worker(m.port)
    wait_until(lambda: a.users() >= 6, 20, f"a part of the ramp {m}")
    b = scripted_worker(m.port)
    wait_until(lambda: a.users() + b.users() == 20, 20, f"end of the ramp {m}")
    assert abs(a.users() - b.users()) <= 1
    events = sorted(
        [(s.time, "a", sum(s.data["user_classes_count"].values())) for s in a.received("spawn")]
        + [(s.time, "b", sum(s.data["user_classes_count"].values())) for s in b.received("spawn")]
    )
    now, totals = {"a": 0, "b": 0}, []
    for i, (at, who, users) in enumerate(events):
        now[who] = users
        if i + 1 == len(events) or events[i + 1][0] - at > 0.2:
            totals.append((at, sum(now.values())))
    assert [n for _, n in totals] == sorted(n for _, n in totals), totals
    for (t1, n1), (t2, n2) in zip(totals, totals[1:]):
        assert n2 - n1 <= 2 and t2 - t1 < 1.6, totals


@ours
@takes(20)
def test_m17_last_worker_lost(running):
    m, [w] = running(1, 2)
    w.stop()
    m.wait(15)
    assert re.search(r"(?i)(last|all|no).*worker|worker.*missing", m.log), str(m)


def test_m17_last_worker_quits(running):
    m, [w] = running(1, 2)
    w.send("quit")
    w.beats = False
    m.wait(15)


@ours
def test_m19_unknown_worker(running, scripted_worker):
    """It ran for another master: what it reports is not counted, and it is stopped and registers."""
    m, [a] = running(1, 4, seconds=12)
    stray = scripted_worker(m.port, ready=False, reports=None)
    stray.state = "running"
    stray.counts = {"Alpha": 50, "Beta": 50}
    stray.send("stats", report({("GET", "/stray"): 100}, stray.counts))
    stray.beat()
    stray.expect("stop", 5)
    stray.expect("ack", 5)
    stray.expect("spawn", 5)
    wait_until(lambda: (a.users(), stray.users()) == (2, 2), 5, f"even users {m}")
    a.pending = {("GET", "/known"): 5}
    m.wait(30)
    assert results(m) == {("GET", "/known"): 5}


HOSTILE = {
    "empty": b"",
    "truncated": msgpack.packb(["stats", {"stats": [total_entry("/x", "GET")]}, "id"])[:40],
    "trailing": msgpack.packb(["heartbeat", None, "id"]) + b"\x00",
    "no array": msgpack.packb({"type": "stats"}),
    "text": msgpack.packb("stats"),
    "two": msgpack.packb(["heartbeat", None]),
    "four": msgpack.packb(["heartbeat", None, "id", 1]),
    "huge array": b"\xdd\xff\x00\x00\x00",
    "huge map": b"\x93\xa5stats\xdf\xff\xff\xff\xff",
    "huge text": b"\x93\xdb\xff\xff\xff\xff",
    "deep": b"\x93\xa5stats" + b"\x91" * 200_000 + b"\xc0" + b"\xa2id",
    "bad utf-8": b"\x93\xa5stats\xa3\xff\xfe\xfd\xa2id",
    "random": bytes(range(256)) * 20,
}  # fmt: skip

ODD = [
    ("heartbeat", None), ("heartbeat", {}), ("heartbeat", {"state": "ready"}),
    ("heartbeat", {"state": 5, "current_cpu_usage": "x"}), ("heartbeat", [1]),
    ("heartbeat", {"state": "nonsense", "current_cpu_usage": float("nan")}),
    ("spawning_complete", None), ("spawning_complete", {}), ("spawning_complete", {"user_classes_count": 3}),
    ("spawning_complete", {"user_classes_count": {"Alpha": -5}}),
    ("stats", None), ("stats", {}), ("stats", {"stats": 5}), ("stats", {"stats": [5]}),
    ("stats", {"stats": [{"name": "/x"}], "stats_total": None, "errors": [], "user_classes_count": None}),
    ("exception", None), ("exception", {}), ("exception", {"msg": 5, "traceback": None}),
    ("logs", None), ("logs", [1]), ("logs", {"worker_id": 5, "logs": [None, 5]}),
    ("locustfile", None), ("locustfile", {}), ("locustfile", {"version": 5}),
    ("client_ready", 3.5), ("client_ready", ["x"]), ("client_ready", 7),
    ("nobody-knows-this", {"a": [1, None]}), (5, None), (None, None), (b"stats", None), ("", ""),
]  # fmt: skip


@ours
@takes(30)
def test_m20_hostile_messages(running, scripted_worker):
    m, [a, victim] = running(2, 4, seconds=25)
    with open(f"/proc/{m.child.pid}/statm") as file:
        before = int(file.read().split()[1])
    stray = scripted_worker(m.port, ready=False, beats=False, reports=None)
    for name, body in HOSTILE.items():
        stray.send_raw(body)
        mark = victim.mark()
        victim.send_raw(body)
        if name != "random":
            victim.expect("reconnect", 3, since=mark)
        assert m.running(), name
    for kind, data in ODD:
        stray.send(kind, data)
        victim.send(kind, data)
    victim.send_raw(msgpack.packb(["stats", {}, 5]))
    with socket.create_connection(("127.0.0.1", m.port)) as s:
        s.sendall(b"GET / HTTP/1.1\r\n\r\n")
    with socket.create_connection(("127.0.0.1", m.port)) as s:
        s.sendall(os.urandom(1000))
    with socket.create_connection(("127.0.0.1", m.port)) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.sendall(bytes.fromhex("ff00000000000000017f"))
    for _ in range(3):
        a.expect("heartbeat", 2, since=a.mark())
    with open(f"/proc/{m.child.pid}/statm") as file:
        grown = (int(file.read().split()[1]) - before) * os.sysconf("SC_PAGE_SIZE")
    assert grown < 8 << 20, grown
    a.pending = {("GET", "/fine"): 3}
    m.wait(40)
    assert results(m)["GET", "/fine"] == 3, str(m)


def odd_entry(name, n, **more):
    entry = total_entry(name, "GET", num_requests=n, start_time=int(time.time()), last_request_timestamp=int(time.time()),
                        total_response_time=10 * n, max_response_time=10, min_response_time=10,
                        response_times={10: n}, num_reqs_per_sec={int(time.time()): n})  # fmt: skip
    entry.update(more)
    return entry


def test_m21_odd_reports(running):
    m, [w] = running(1, 1, "--csv", "run", seconds=6)
    first = report({}, {"Alpha": 1})
    first.update(stats=[odd_entry("/int", 3)], user_classes_count=None if not LOCUST else {"Alpha": 1, "Beta": 0},
                 stats_total=odd_entry("Total", 3, method=None))  # fmt: skip
    w.send("stats", first)
    for key in 160, 160.0:
        entry = odd_entry("/int", 1, response_times={key: 1})
        w.send(
            "stats",
            {
                **report({}, {"Alpha": 1}),
                "stats": [entry],
                "stats_total": {**entry, "name": "Total"},
            },
        )
    second = report({}, {"Alpha": 1, "Beta": 0})
    second.update(
        stats=[odd_entry("/int", 2, num_failures=2)], stats_total=odd_entry("Total", 2, num_failures=2),
        errors={"0123456789abcdef0123456789abcdef": {
            "name": "/int", "method": "GET", "error": "status 500", "occurrences": 2}},
    )  # fmt: skip
    w.send("stats", second)
    w.send("heartbeat", {"state": "running", "current_cpu_usage": 3})
    w.send("spawning_complete", {"count": 1, "user_classes_count": {"Alpha": 1, "Beta": 0}})
    code = m.wait(30)
    assert code == 1, str(m)
    [row] = json.loads((m.out_file.parent / "result.json").read_text())
    assert (row["num_requests"], row["num_failures"]) == (7, 2)
    times = Counter()
    for key, n in row["response_times"].items():
        times[float(key)] += n
    assert times == {10: 5, 160: 2}, row
    assert len(times) == len(row["response_times"])
    with open(m.out_file.parent / "run_failures.csv", newline="") as lines:
        [row] = csv.DictReader(lines)
    assert (row["Name"], row["Error"], row["Occurrences"]) == ("/int", "status 500", "2")


@takes(25)
def test_m22_as_a_python_master(running, starter, scripted_worker):
    """The same reports make the same numbers."""
    m, [w] = running(1, 1, "--csv", "run", seconds=12)
    python = starter.keep(LocustMaster(NEW, starter.place("reference"), "-u", 1, "-r", 1, "-t", "12s",
                                       "--json-file", "result", "--csv", "run",
                                       classes=["Alpha", "Beta"], web=False))  # fmt: skip
    other = scripted_worker(python.port)
    other.expect("spawn", 30)
    last = time.time()
    for i, times in enumerate([{5: 1, 15: 3, 160: 2}, {7: 2, 210: 1, 1500: 1}, {15: 10, 12000: 1}]):
        time.sleep(2)
        n, now = sum(times.values()), time.time()
        entry = odd_entry(
            "/a", n + 1, num_none_requests=1, response_times=times, num_failures=1, start_time=last,
            last_request_timestamp=now, max_response_time=max(times) + 0.4,
            min_response_time=min(times) - 0.4, total_response_time=sum(k * v for k, v in times.items()) + 0.25,
            total_content_length=1000 + i, num_reqs_per_sec={int(now): n + 1},
            num_fail_per_sec={int(now): 1},
        )  # fmt: skip
        last = now
        data = report({}, {"Alpha": 1, "Beta": 0})
        data.update(stats=[entry], stats_total={**entry, "name": "Aggregated", "method": ""})
        w.send("stats", data)
        other.send("stats", data)
    m.wait(30)
    python.wait(30)

    def rows(program):
        [row] = json.loads((program.out_file.parent / "result.json").read_text())
        row.pop("start_time")
        return row

    def table(program):
        with open(program.out_file.parent / "run_stats.csv", newline="") as lines:
            return list(csv.DictReader(lines))

    ours, theirs = rows(m), rows(python)
    for key, value in theirs.items():
        if key in ("response_times", "num_reqs_per_sec", "num_fail_per_sec"):
            assert {float(k): v for k, v in ours[key].items()} == {
                float(k): v for k, v in value.items()
            }, key
        elif isinstance(value, (int, float)):
            assert ours[key] == pytest.approx(value), key
        else:
            assert ours[key] == value, key
    for mine, their in zip(table(m), table(python), strict=True):
        for key, value in their.items():
            if key.endswith("/s"):
                continue  # by the time of the start
            try:
                assert float(mine[key]) == pytest.approx(float(value)), key
            except ValueError:
                assert mine[key] == value, key


@ours
@takes(30)
def test_m23_a_clock_ahead(running):
    m, [a, b] = running(2, 2, "--csv", "run", seconds=25, reports=None)
    steady([(a, 0), (b, 30)], 20)
    wait_until(lambda: re.search(r"(?i)clock", m.log), 3, f"word on the clock {m}")
    assert (
        b.id in re.search(r".*clock.*", m.log)[0] and a.id not in re.search(r".*clock.*", m.log)[0]
    )
    rates = current_rates(m)[-9:]
    assert sum(rates) / 9 == pytest.approx(20, rel=0.1), rates


@ours
@takes(15)
def test_garbage_under_keys_of_ours(running):
    """It is left out with one warning; what every worker reports counts."""
    m, [w] = running(1, 2, seconds=8, reports=None)
    garbage = (b"", b"\xff" * 70000, "text", 7, None, {"a": [1]})
    for odd in garbage:
        data = report({("GET", "/x"): 30}, w.counts, failures={("GET", "/x", "no", "k"): 3})
        for entry in [*data["stats"], data["stats_total"]]:
            entry.update(hdr=odd, phases=odd, max_at=odd)
        data["errors"]["k"]["samples"] = [{"url": odd, "body": odd, "t": odd, "status": odd}, odd]
        data["tasks"] = {"A": odd, "B": -1, "C" * 70000: 1}
        w.send("stats", data)
        w.send("heartbeat", {
            "state": "running", "current_cpu_usage": 1.0, "lag_p99_ms": odd, "connections": odd,
            "ports_used": float("nan"), "ports_limit": float("inf"), "waiting": -1, "oldest_wait": odd,
        })  # fmt: skip
    assert m.wait(30) == 1, str(m)  # requests have failed
    assert results(m) == {("GET", "/x"): 30 * len(garbage)}
    assert len(re.findall(r"parts of what worker .* reports make no sense", m.log)) == 1, m.log
    assert "is ignored" not in m.log


def steady(workers, seconds: float):
    """Each (worker, seconds its clock is ahead) reports ten requests a second, every three seconds."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        for w, ahead in workers:
            now = time.time() + ahead
            data = report({("GET", "/x"): 30}, w.counts, now=now)
            for entry in [*data["stats"], data["stats_total"]]:
                entry["num_reqs_per_sec"] = {int(now) - i: 10 for i in range(3)}
            w.send("stats", data)
        time.sleep(3)


def current_rates(m) -> list:
    return [float(row["Requests/s"]) for row in history(m) if row["Name"] == "Aggregated"]


@takes(25)
def test_m22_current_rate_is_steady(running):
    """It is a mean over the seconds the requests were in, whenever their reports came."""
    m, [w] = running(1, 1, "--csv", "run", seconds=100, reports=None)
    steady([(w, 0)], 17)
    rates = current_rates(m)[-5:]
    assert all(8 <= rate <= 12 for rate in rates), rates


@ours
def test_m24_same_identity_twice(running, scripted_worker):
    m, [a, b] = running(2, 4)
    new = scripted_worker(m.port, name=a.id)
    a.beats = False
    new.expect("ack", 5)
    new.expect("heartbeat", 3, since=new.mark())
    wait_until(lambda: new.users() + b.users() == 4, 5, f"4 users, {new.counts} {b.counts} {m}")
    time.sleep(2)
    assert new.users() + b.users() == 4
    assert m.running()


def test_m25_client_ready_twice(running):
    m, [a, b] = running(2, 8)
    mark = a.mark()
    a.send("client_ready", a.version)
    a.expect("ack", 3, since=mark)
    time.sleep(2.5)
    if not LOCUST:
        assert (a.users(), b.users()) == (4, 4)
    assert m.running()


@takes(15)
def test_m26_cpu(running):
    m, [a] = running(1, 2, seconds=8)
    a.cpu = 95.5
    m.wait_for(r"(?i)exceeded cpu threshold", 4)
    time.sleep(2.5)
    assert len(re.findall(r"(?i)exceeded cpu threshold \(will", m.log)) <= 1
    m.wait(20)
    if not LOCUST:
        after = m.log[re.search(r"(?i)exceeded cpu threshold", m.log).end() :]
        assert re.search(r"(?i)cpu", after), str(m)


def test_m28_logs_are_tolerated(running):
    m, [a] = running(1, 1, seconds=4)
    a.pending = {("GET", "/x"): 1}
    a.send(
        "logs", {"worker_id": a.id, "logs": ["[2026-11-25 20:00:00,000] x/INFO/y: text é"] * 500}
    )
    a.expect("heartbeat", 3, since=a.mark())
    assert m.wait(20) == 0, str(m)


@pytest.mark.parametrize(
    "version, form", [("2.46.3", "list"), ("2.31.0", "list"), ("2.25.0", "one")]
)
def test_m29_locustfile(master, scripted_worker, version, form):
    if LOCUST and form == "one":
        pytest.skip("it has the new form only")
    m = master("-u", 1, "--expect-workers", 99)
    asking = scripted_worker(
        m.port, name="host_download_locustfile_" + "0" * 32, ready=False, beats=False, reports=None
    )
    asking.send("locustfile", {"version": version})
    answer = asking.expect("locustfile", 15).data
    file = answer["locustfiles"][0] if form == "list" else answer
    name = "wire.py" if LOCUST else "wire.c"
    assert file["filename"] == name
    folder = "locustfiles" if LOCUST else "scenarios"
    assert file["contents"] == (Path(__file__).parent / folder / name).read_text()
    time.sleep(1.5)
    assert [x.type for x in asking.messages] == ["locustfile"]


def small(value):
    """Fails on what locust4j can't decode."""
    if isinstance(value, dict):
        for k, v in value.items():
            small(k)
            small(v)
    elif isinstance(value, list):
        assert all(isinstance(x, str) for x in value), value
    elif isinstance(value, int) and not isinstance(value, bool):
        assert -(1 << 31) <= value < 1 << 31, value
    else:
        assert value is None or isinstance(value, (str, float, bool)), value


@takes(15)
def test_m32_m33_locust4j(running, scripted_worker):
    m, [a] = running(1, 4, "-T", "plain", "nightly", seconds=12)
    java = scripted_worker(m.port, style="locust4j", version=-1)
    java.expect("spawn", 5)
    wait_until(lambda: (a.users(), java.users()) == (2, 2), 5, f"even users {m}")
    java.pending = {("GET", "/java"): 6}
    time.sleep(4)
    assert java.users() == 2
    java.pending = {("GET", "/java"): 5}
    m.wait(30)
    # What it had not sent before "quit" is lost, as with the real one.
    assert results(m)["GET", "/java"] in (6, 11)
    for message in [*java.messages, *a.messages]:
        assert message.data is None or isinstance(message.data, dict), message
        if not LOCUST:
            small(message.data)
    for message in java.received("spawning_complete"):
        assert "user_classes_count" not in message.data


@pytest.mark.figures
@takes(45)
def test_m34_five_hundred_workers(master, starter):
    size = 60 if LOCUST else 500
    m = master(
        "-u", size, "-r", 10000, "-t", "22s", "--expect-workers", size, classes=["Alpha", "Beta"]
    )
    fleet = starter.keep(Fleet(m.port, size, 50, 300))
    wait_until(lambda: fleet.acks >= size, 30, f"{size} workers; {fleet.acks} {m}")
    wait_until(lambda: fleet.complete >= size, 20, f"spawns; {fleet.complete} {m}")
    fleet.reporting = True
    time.sleep(6)
    mark = len(fleet.late)

    def rss():
        with open(f"/proc/{m.child.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = rss()
    time.sleep(10)
    grown = rss() - before
    late = sorted(fleet.late[mark:])
    fleet.reporting = False
    sent = fleet.reports
    m.wait(40)
    if not LOCUST:
        assert len(late) > size * 6
        assert late[int(len(late) * 0.99)] < 0.5, late[-20:]
        assert late[-1] < 2, late[-20:]
        assert grown < 16 << 20, grown
        assert "missing" not in m.log, m.log[-3000:]
    assert sum(results(m).values()) == sent * fleet.requests_per_report


@pytest.mark.parametrize("host, to", [
    ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("*", "127.0.0.1"), ("*", "::1"), (None, "127.0.0.1"),
])  # fmt: skip
def test_m35_binding(starter, scripted_worker, host, to):
    if LOCUST:
        pytest.skip("of our master only")
    from harness.cicada import CicadaMaster

    m = starter.keep(
        CicadaMaster(starter.place("master"), "-u", 1, "--expect-workers", 9, host=host)
    )
    w = scripted_worker(m.port, master=to)
    w.expect("ack", 15)


def test_m35_port_is_busy(master, starter):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        from harness.cicada import CicadaMaster

        m = (master("-u", 1, port=port) if LOCUST
             else starter.keep(CicadaMaster(starter.place("master"), "-u", 1, port=port)))  # fmt: skip
        assert m.wait(15) == 1, str(m)
        assert re.search(r"(?i)in use|bind", m.log), str(m)


@takes(15)
@pytest.mark.parametrize("users, rate", [(3, 0.5), (4, 1), (12, 2.4), (250, 100), (3000, 5000)])
def test_m36_rates(master, scripted_worker, users, rate):
    m = master("-u", users, "-r", rate, "-t", "60s", "--expect-workers", 1, classes=["Alpha"])
    w = scripted_worker(m.port)
    step = max(1, int(rate))
    steps = -(-users // step)
    wait_until(lambda: w.users() == users, 20, f"{users} users {m}")
    spawns = w.received("spawn")[:steps]
    assert [s.data["user_classes_count"]["Alpha"] for s in spawns] == [
        min(users, step * (i + 1)) for i in range(steps)
    ]
    for a, b in zip(spawns, spawns[1:]):
        assert abs(b.time - a.time - step / rate) < 0.1, [s.time for s in spawns]


@pytest.mark.figures
@takes(25)
def test_m36_changes_of_the_target(master, scripted_worker):
    """Up, down, to zero and up again; ours follows a change in the middle of a ramp."""
    plan = "3:6:10,6:12:2,9:2:10,11:0:10,13:4:10"
    if LOCUST:
        m = master("--plan", plan, "--expect-workers", 2, locustfile="plan.py")
    else:
        m = master("--plan", plan, "--expect-workers", 2, scenario="plan.c")
    a, b = scripted_worker(m.port), scripted_worker(m.port)
    b.expect("quit", 60)
    m.wait(10)
    events = sorted(
        (s.time, i, sum(s.data["user_classes_count"].values()))
        for i, w in enumerate((a, b)) for s in w.received("spawn")
    )  # fmt: skip
    now, totals = [0, 0], []
    for i, (at, who, users) in enumerate(events):
        now[who] = users
        if i + 1 == len(events) or events[i + 1][0] - at > 0.1:
            totals.append(sum(now))
    seen = [n for i, n in enumerate(totals) if i == 0 or n != totals[i - 1]]
    assert seen[0] == 6 and 12 in seen and seen[-2:] == [0, 4], seen
    assert seen[seen.index(12) :][:2] == [12, 2], seen
