# SPDX-License-Identifier: MIT
"""A worker in a network namespace of its own, behind two wires: one to the server under load, and one
for the control connection. The second passes through a relay of Ethernet frames in this process, which
delays, loses or stops them; so neither netem nor a packet filter is needed, and sessions stay as they
are. Needs root."""

import ctypes
import fcntl
import heapq
import os
import random
import select
import socket
import struct
import subprocess
import threading
import time

import pytest

ETH_P_ALL = 3
SIOCETHTOOL = 0x8946
# Offloading would hand us frames without a checksum, or longer than the wire takes.
ETHTOOL_OFF = {"rx checksum": 0x15, "tx checksum": 0x17, "tso": 0x1F, "gso": 0x24, "gro": 0x2C}
CLONE_NEWNET = 0x40000000


def run(*words):
    done = subprocess.run([*map(str, words)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{words}: {done.stderr}"


def within(namespace, function):
    """Calls it in that namespace, in a thread of its own; what it opens stays there."""
    answer = []

    def call():
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f"/run/netns/{namespace}") as place:
            assert libc.setns(place.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        answer.append(function())

    thread = threading.Thread(target=call)
    thread.start()
    thread.join(10)
    return answer[0]


def offload_off(device):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for command in ETHTOOL_OFF.values():
            data = (ctypes.c_uint32 * 2)(command, 0)
            request = struct.pack("16sP", device.encode(), ctypes.addressof(data))
            try:
                fcntl.ioctl(s, SIOCETHTOOL, request)
            except OSError:
                pass  # not every kernel knows every one
    return True


def packets(device):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    s.bind((device, 0))
    return s


class Wire:
    """.open: whether frames pass; .loss: the share that is lost; .delay, .jitter: seconds, each way.
    Jitter puts frames out of order."""

    def __init__(self, sockets):
        self.open = True
        self.loss = self.delay = self.jitter = 0.0
        self.lost = self.passed = 0
        self._sockets = sockets
        self._queue = []  # (due, order, socket, frame)
        self._count = 0
        self._random = random.Random(1)
        self._ending = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        poller = select.poll()
        others = {}
        for s, other in zip(self._sockets, reversed(self._sockets)):
            poller.register(s, select.POLLIN)
            others[s.fileno()] = (s, other)
        while not self._ending:
            wait = 0.1
            if self._queue:
                wait = min(wait, max(0.0, self._queue[0][0] - time.monotonic()))
            for fd, _ in poller.poll(wait * 1000 + 0.5):
                frame, address = others[fd][0].recvfrom(1 << 16)
                if address[2] != socket.PACKET_OUTGOING:
                    self._take(frame, others[fd][1])
            while self._queue and self._queue[0][0] <= time.monotonic():
                self._send(heapq.heappop(self._queue)[2:])

    def _take(self, frame, to):
        if not self.open or self._random.random() < self.loss:
            self.lost += 1
            return
        if self.delay == 0:
            self._send((to, frame))
            return
        self._count += 1
        due = time.monotonic() + self.delay + self._random.uniform(-self.jitter, self.jitter)
        heapq.heappush(self._queue, (due, self._count, to, frame))

    def _send(self, job):
        to, frame = job
        self.passed += 1
        try:
            to.send(frame)
        except OSError:
            self.lost += 1

    def stop(self):
        self._ending = True
        self._thread.join(5)
        for s in self._sockets:
            s.close()


class Namespace:
    """One worker's place: .prefix goes before its command; it reaches the server at .server_address and
    the master at .master_address, the latter over .wire."""

    made = 0

    def __init__(self):
        if os.geteuid() != 0:
            pytest.fail("network namespaces need root")
        Namespace.made += 1
        tag = f"{os.getpid() % 100000:x}{Namespace.made % 16:x}"
        # Of the benchmarking network 198.18.0.0/15, which nobody routes.
        net = f"198.{18 + (os.getpid() >> 8) % 2}.{os.getpid() % 256}"
        low = Namespace.made * 16 % 256
        self.server_address, server_end = f"{net}.{low + 1}", f"{net}.{low + 2}"
        self.master_address, master_end = f"{net}.{low + 9}", f"{net}.{low + 10}"
        self.name, self._middle = f"cicada-{tag}", f"cicada-{tag}-wire"
        self._names = []
        try:
            for name in self.name, self._middle:
                run("ip", "netns", "add", name)
                self._names.append(name)
            run(
                "ip",
                "link",
                "add",
                f"cs{tag}",
                "type",
                "veth",
                "peer",
                "name",
                "w-server",
                "netns",
                self.name,
            )
            run(
                "ip",
                "link",
                "add",
                f"cm{tag}",
                "type",
                "veth",
                "peer",
                "name",
                "w-near",
                "netns",
                self._middle,
            )
            run("ip", "-n", self.name, "link", "add", "w-master", "type", "veth", "peer", "name", "w-far",
                "netns", self._middle)  # fmt: skip
            for space, device, address in [
                (None, f"cs{tag}", self.server_address), (self.name, "w-server", server_end),
                (None, f"cm{tag}", self.master_address), (self.name, "w-master", master_end),
                (self._middle, "w-near", None), (self._middle, "w-far", None), (self.name, "lo", None),
            ]:  # fmt: skip
                where = ["-n", space] if space else []
                if address:
                    run("ip", *where, "addr", "add", f"{address}/29", "dev", device)
                run("ip", *where, "link", "set", "dev", device, "up")
            offload_off(f"cm{tag}")
            within(self.name, lambda: offload_off("w-master"))
            self.wire = Wire(within(self._middle, lambda: [packets("w-near"), packets("w-far")]))
        except BaseException:
            self._remove()
            raise
        self.prefix = ["ip", "netns", "exec", self.name]

    def _remove(self):
        for name in self._names:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def stop(self):
        self.wire.stop()
        self._remove()
