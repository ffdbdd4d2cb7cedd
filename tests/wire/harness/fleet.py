# SPDX-License-Identifier: MIT
"""Hundreds of simulated workers in one thread: registration, heartbeats and large reports, no more."""

import random
import threading
import time
import uuid

import msgpack
import zmq

from .peer import total_entry


def big_report(names: int, buckets: int) -> bytes:
    """The data of a report, encoded once for all: each name has one request per bucket."""
    now = time.time()

    def entry(name, n):
        return total_entry(
            name, "GET" if name != "Aggregated" else "", last_request_timestamp=now, start_time=now - 3,
            num_requests=buckets * n, total_response_time=100.0 * buckets * n, max_response_time=buckets,
            min_response_time=1, response_times={k: n for k in range(1, buckets + 1)},
            num_reqs_per_sec={int(now): buckets * n},
        )  # fmt: skip

    return msgpack.packb({
        "stats": [entry(f"/name/{i}", 1) for i in range(names)],
        "stats_total": entry("Aggregated", names), "errors": {},
        "user_classes_count": {"Alpha": 1, "Beta": 0}, "user_count": 1,
    })  # fmt: skip


class Fleet:
    def __init__(self, port: int, size: int, names: int, buckets: int):
        self.context = zmq.Context(io_threads=1)
        self.context.set(zmq.MAX_SOCKETS, size + 100)
        self.requests_per_report = names * buckets
        self.data = big_report(names, buckets)
        self.sockets, self.ids = [], []
        self.late = []  # seconds from a heartbeat to its answer
        self.reports = 0
        self.acks = self.quits = 0
        self.complete = 0
        self.ending = False
        self.reporting = False
        for _ in range(size):
            s = self.context.socket(zmq.DEALER)
            name = f"fleet_{uuid.uuid4().hex}"
            s.setsockopt(zmq.IDENTITY, name.encode())
            s.linger = 0
            s.connect(f"tcp://127.0.0.1:{port}")
            self.sockets.append(s)
            self.ids.append(name)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def send(self, i, kind, data=None):
        self.sockets[i].send(msgpack.packb([kind, data, self.ids[i]]), zmq.NOBLOCK)

    @staticmethod
    def heartbeat(name, state) -> bytes:
        data = {"state": state, "current_cpu_usage": 1.0, "current_memory_usage": 1}
        return msgpack.packb(["heartbeat", data, name])

    def serve(self):
        size = len(self.sockets)
        poller = zmq.Poller()
        at = {}
        for i, s in enumerate(self.sockets):
            poller.register(s, zmq.POLLIN)
            at[s] = i
            self.send(i, "client_ready", "2.46.3")
        now = time.monotonic()
        beat = [now + random.random() for _ in range(size)]
        report = [now + 3 * random.random() for _ in range(size)]
        beaten = [None] * size
        heads = [b"\x93\xa5stats" + self.data + msgpack.packb(name) for name in self.ids]
        self.beats = [self.heartbeat(name, "ready") for name in self.ids]
        while not self.ending:
            for s, _ in poller.poll(10):
                i = at[s]
                while True:
                    try:
                        raw = s.recv(zmq.NOBLOCK)
                    except zmq.Again:
                        break
                    self.take(i, msgpack.unpackb(raw, strict_map_key=False), beaten)
            now = time.monotonic()
            for i in range(size):
                if beat[i] <= now:
                    beat[i] += 1
                    if beaten[i] is None:
                        beaten[i] = now
                    self.sockets[i].send(self.beats[i], zmq.NOBLOCK)
                if report[i] <= now and self.reporting:
                    report[i] = max(report[i] + 3, now)
                    self.sockets[i].send(heads[i], zmq.NOBLOCK)
                    self.reports += 1
        for s in self.sockets:
            s.close()

    def take(self, i, message, beaten):
        kind = message[0]
        if kind == "heartbeat":
            if beaten[i] is not None:
                self.late.append(time.monotonic() - beaten[i])
                beaten[i] = None
        elif kind == "ack":
            self.acks += 1
        elif kind == "spawn":
            self.send(i, "spawning")
            counts = message[1]["user_classes_count"]
            self.send(
                i,
                "spawning_complete",
                {"user_classes_count": counts, "user_count": sum(counts.values())},
            )
            self.beats[i] = self.heartbeat(self.ids[i], "running")
            self.complete += 1
        elif kind == "quit":
            self.quits += 1
            self.send(i, "quit")

    def stop(self):
        self.ending = True
        self.thread.join(20)
        self.context.destroy(0)
