# SPDX-License-Identifier: MIT
"""Scripted ends of the protocol: a master (ROUTER) and a worker (DEALER) that do what a test says and
keep all they received, with its time."""

import collections
import itertools
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import msgpack
import zmq

from .encode import encode
from .ports import free_port
from .process import wait_until


@dataclass
class Message:
    time: float
    sender: str  # ZeroMQ identity; empty at a worker
    type: Any
    data: Any
    node_id: Any
    raw: bytes = field(repr=False)


class Peer:
    """A ZeroMQ socket served by a thread. Everything received is in .messages, in order."""

    def __init__(self, kind):
        self.messages = []
        self.bad = []  # bodies that are no array of three
        self._context = zmq.Context()
        self._socket = self._context.socket(kind)
        self._socket.linger = 500
        self._outgoing = collections.deque()
        self._wake_read = self._context.socket(zmq.PAIR)
        self._wake_write = self._context.socket(zmq.PAIR)
        self._wake_read.bind("inproc://wake")
        self._wake_write.connect("inproc://wake")
        self._wake_lock = threading.Lock()
        self._ending = False
        self._timers = []  # [next time, seconds, function]; run by the thread
        self._thread = threading.Thread(target=self._serve, daemon=True)

    # -- the thread's side --

    def _serve(self):
        poller = zmq.Poller()
        poller.register(self._socket, zmq.POLLIN)
        poller.register(self._wake_read, zmq.POLLIN)
        while not self._ending:
            wait = 1000.0
            for timer in self._timers:
                wait = min(wait, (timer[0] - time.monotonic()) * 1000)
            ready = dict(poller.poll(max(0, wait)))
            if self._wake_read in ready:
                self._wake_read.recv()
            self._flush()
            if self._socket in ready:
                self._receive()
            now = time.monotonic()
            for timer in list(self._timers):
                if timer[0] <= now:
                    timer[0] = max(timer[0] + timer[1], now)
                    timer[2]()
            self._flush()
        self._flush()
        self._socket.close()
        self._wake_read.close()

    def _flush(self):
        while self._outgoing:
            frames = self._outgoing.popleft()
            try:
                self._socket.send_multipart(frames, zmq.NOBLOCK)
            except zmq.ZMQError:
                pass  # the other end is gone, as for Locust

    def _receive(self):
        while True:
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            sender = frames[0].decode("utf-8", "replace") if len(frames) > 1 else ""
            raw = frames[-1]
            try:
                kind, data, node_id = msgpack.unpackb(raw, strict_map_key=False)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
                self.bad.append((sender, raw, error))
                continue
            message = Message(time.monotonic(), sender, kind, data, node_id, raw)
            self.messages.append(message)
            self.handle(message)

    def handle(self, message: Message):
        """The standing reactions; runs in the thread."""

    # -- the test's side --

    def _post(self, frames):
        self._outgoing.append(frames)
        with self._wake_lock:
            try:
                self._wake_write.send(b"", zmq.NOBLOCK)
            except zmq.ZMQError:
                pass

    def every(self, seconds: float, function):
        self._timers.append([time.monotonic() + seconds, seconds, function])
        self._post_wake()

    def _post_wake(self):
        with self._wake_lock:
            self._wake_write.send(b"")

    def mark(self) -> int:
        """A place in the traffic, for since=."""
        return len(self.messages)

    def received(self, kind=None, sender=None, since: int = 0, where=None) -> list:
        return [
            m for m in self.messages[since:]
            if (kind is None or m.type == kind) and (sender is None or m.sender == sender)
            and (where is None or where(m))
        ]  # fmt: skip

    def expect(self, kind, seconds: float = 5, sender=None, since: int = 0, where=None) -> Message:
        """The first such message after the mark; waits for it."""

        def look():
            return self.received(kind, sender, since, where)

        def what():
            types = [m.type for m in self.messages[since:]]
            return f"{kind} from {sender or 'anybody'}; there came {types}"

        deadline = time.monotonic() + seconds
        while not look():
            assert time.monotonic() < deadline, f"after {seconds} s still no {what()}"
            time.sleep(0.01)
        return look()[0]

    def quiet(self, kind, seconds: float, sender=None, since=None):
        """Fails when such a message comes within that time."""
        since = self.mark() if since is None else since
        time.sleep(seconds)
        found = self.received(kind, sender, since)
        assert not found, found

    def stop(self):
        if self._ending:
            return
        self._ending = True
        self._post_wake()
        self._thread.join(10)
        self._wake_write.close()
        self._context.term()


class ScriptedMaster(Peer):
    """ack: "index", "nil" or None, as masters since 2.11, of 2.10 and before; heartbeats: whether it
    answers them, as masters since 2.19 do."""

    def __init__(
        self, port=None, *, ack="index", heartbeats=True, host="127.0.0.1", handover=False
    ):
        super().__init__(zmq.ROUTER)
        self.port = port or free_port()
        self.ack = ack
        self.heartbeats = heartbeats
        self.indices = {}
        self.files = None  # the data of the answer to a file request
        self._last_timestamp = 0.0
        if handover:
            self._socket.setsockopt(zmq.ROUTER_HANDOVER, 1)
        if ":" in host:
            self._socket.setsockopt(zmq.IPV6, 1)
            host = f"[{host}]"
        self._socket.bind(f"tcp://{host}:{self.port}")
        self._thread.start()

    def handle(self, message):
        if message.type == "client_ready":
            index = self.indices.setdefault(message.sender, len(self.indices))
            if self.ack == "index":
                self.send(message.sender, "ack", {"index": index})
            elif self.ack == "nil":
                self.send(message.sender, "ack", None)
        elif message.type == "heartbeat" and self.heartbeats:
            self.send(message.sender, "heartbeat", None)
        elif message.type == "locustfile" and self.files is not None:
            self.send(message.sender, "locustfile", self.files)

    def send(self, worker: str, kind, data=None, node_id=None):
        self.send_raw(worker, msgpack.packb([kind, data, node_id or worker]))

    def send_raw(self, worker: str, body: bytes):
        self._post([worker.encode(), body])

    def worker(self, seconds: float = 15, since: int = 0) -> str:
        """The id of the first worker that registers after the mark."""
        return self.expect("client_ready", seconds, since=since).sender

    def workers(self, count: int, seconds: float = 30) -> list:
        wait_until(lambda: len(self.indices) >= count, seconds, f"{count} workers")
        return list(self.indices)

    def spawn(self, worker, counts, *, timestamp=None, host=None, stop_timeout=0.0, options=None):
        """Sends it; returns the mark before, for the answers to it."""
        mark = self.mark()
        if timestamp is None:
            timestamp = max(time.time(), self._last_timestamp + 1e-5)
            self._last_timestamp = timestamp
        self.send(worker, "spawn", {
            "timestamp": timestamp, "user_classes_count": counts, "host": host,
            "stop_timeout": stop_timeout, "parsed_options": options or {},
        })  # fmt: skip
        return mark

    def spawned(self, worker, counts, seconds: float = 10, **how) -> Message:
        """Sends a spawn and waits for its completion."""
        mark = self.spawn(worker, counts, **how)
        self.expect("spawning", seconds, worker, mark)
        return self.expect("spawning_complete", seconds, worker, mark)

    def requests(self, worker=None, since: int = 0) -> dict:
        """(method, name) -> requests, by the reports so far."""
        sums = collections.Counter()
        for message in self.received("stats", worker, since):
            for entry in message.data["stats"]:
                sums[entry["method"], entry["name"]] += entry["num_requests"]
        return dict(sums)

    def total(self, worker=None, since: int = 0) -> int:
        reports = self.received("stats", worker, since)
        return sum(m.data["stats_total"]["num_requests"] for m in reports)


def total_entry(name="Aggregated", method="", **values) -> dict:
    entry = {
        "name": name, "method": method, "last_request_timestamp": None, "start_time": time.time(),
        "num_requests": 0, "num_none_requests": 0, "num_failures": 0, "total_response_time": 0,
        "max_response_time": 0, "min_response_time": None, "total_content_length": 0,
        "response_times": {}, "num_reqs_per_sec": {}, "num_fail_per_sec": {},
    }  # fmt: skip
    entry.update(values)
    return entry


def report(requests: dict, counts=None, *, failures=None, now=None, took=10, period=3.0) -> dict:
    """A stats payload: requests (method, name) -> n, failures (method, name, text, key) -> n, all at the
    time now, since the last one a period before."""
    now = now or time.time()
    entries, errors = [], {}
    failed = collections.Counter()
    for (method, name, text, key), n in (failures or {}).items():
        failed[method, name] += n
        errors[key] = {"name": name, "method": method, "error": text, "occurrences": n,
                       "first_seen": now, "last_seen": now}  # fmt: skip

    def filled(name, method, n, bad):
        if not n:
            return total_entry(name, method, start_time=now - period)
        return total_entry(
            name, method, last_request_timestamp=now, start_time=now - period, num_requests=n,
            num_failures=bad, total_response_time=took * n, max_response_time=took,
            min_response_time=took, total_content_length=100 * n, response_times={took: n},
            num_reqs_per_sec={int(now): n}, num_fail_per_sec={int(now): bad} if bad else {},
        )  # fmt: skip

    for (method, name), n in requests.items():
        entries.append(filled(name, method, n, failed[method, name]))
    total = filled("Aggregated", "", sum(requests.values()), sum(failed.values()))
    counts = counts or {}
    return {"stats": entries, "stats_total": total, "errors": errors,
            "user_classes_count": counts, "user_count": sum(counts.values())}  # fmt: skip


class ScriptedWorker(Peer):
    """A worker that does what it is told without making load. Style "locust4j" writes as the Java
    worker does: signed integers, single floats, Total, and it says "spawning" for ever. Set .obeys to
    False for one that answers nothing by itself, .beats to False for one that is silent."""

    numbers = itertools.count(1)

    def __init__(self, port, *, name=None, host_name="scripted", version="2.46.3", style="python",
                 classes=("Alpha", "Beta"), ready=True, beats=True, reports=3.0, obeys=True,
                 master="127.0.0.1"):  # fmt: skip
        super().__init__(zmq.DEALER)
        self.id = name or f"{host_name}_{uuid.uuid4().hex}"
        self.style = style
        self.version = version
        self.state = "ready"
        self.counts = dict.fromkeys(classes, 0) if style == "python" else None
        self.beats = beats
        self.obeys = obeys
        self.quits = True
        self.cpu = 1.0
        self.pending = {}  # requests for the next report
        self.sent = collections.Counter()
        self._socket.setsockopt(zmq.IDENTITY, self.id.encode())
        if ":" in master:
            self._socket.setsockopt(zmq.IPV6, 1)
            master = f"[{master}]"
        self._socket.connect(f"tcp://{master}:{port}")
        if ready:
            self.send("client_ready", version)
            self.beat()
            if reports and style == "python":
                self.report()
        self._timers.append([time.monotonic() + 1, 1.0, self.beat])
        if reports:
            self._timers.append([time.monotonic() + reports, reports, self.report])
        self._thread.start()

    def encode(self, value) -> bytes:
        if self.style == "locust4j":
            return encode(value, signed=True, single=True, raw=True)
        return msgpack.packb(value)

    def send(self, kind, data=None, node_id=None):
        self._post([self.encode([kind, data, node_id or self.id])])

    def send_raw(self, body: bytes):
        self._post([body])

    def beat(self):
        if self.beats:
            data = {"state": self.state, "current_cpu_usage": self.cpu}
            if self.style != "locust4j":
                data["current_memory_usage"] = 50_000_000
            self.send("heartbeat", data)

    def report(self):
        if not self.beats or (self.style == "locust4j" and self.state == "ready"):
            return
        pending, self.pending = self.pending, {}
        data = report(pending, self.counts)
        if self.style == "locust4j":
            data["stats_total"]["name"] = "Total"
            for entry in [*data["stats"], data["stats_total"]]:
                entry["start_time"] = int(entry["start_time"])
                entry["last_request_timestamp"] = int(
                    entry["last_request_timestamp"] or time.time()
                )
                entry["min_response_time"] = float(entry["min_response_time"] or 0)
                entry["total_response_time"] = float(entry["total_response_time"])
                del entry["num_none_requests"]
        self.sent.update(pending)
        self.send("stats", data)

    def handle(self, message):
        if not self.obeys:
            return
        if message.type == "spawn":
            self.counts = {**(self.counts or {}), **message.data["user_classes_count"]}
            self.state = "spawning"
            self.send("spawning")
            total = sum(self.counts.values())
            if self.style == "locust4j":
                self.send("spawning_complete", {"count": total, "user_classes_count": self.counts})
                return  # it waits for a message that no master sends
            self.state = "running"
            self.send("spawning_complete", {"user_classes_count": self.counts, "user_count": total})
        elif message.type == "stop":
            self.counts = dict.fromkeys(self.counts or {}, 0)
            self.state = "ready"
            self.send("client_stopped")
            self.send("client_ready", self.version)
        elif message.type == "quit" and self.quits:
            self.report()
            self.send("quit")
            self.beats = False

    def users(self) -> int:
        return sum((self.counts or {}).values())

    def spawns(self, since: int = 0) -> list:
        return [m.data["user_classes_count"] for m in self.received("spawn", since=since)]
