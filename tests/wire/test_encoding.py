# SPDX-License-Identifier: MIT
"""C6: what the bytes of a connection are, by plain sockets."""

import socket
import struct

import msgpack
import pytest
from harness.ports import free_port

GREETING = bytes.fromhex("ff00000000000000017f03014e554c4c") + bytes(48)


def command(name: bytes, body: bytes) -> bytes:
    whole = bytes([len(name)]) + name + body
    return bytes([4, len(whole)]) + whole


def ready(kind: bytes, identity: bytes = b"") -> bytes:
    def item(key, value):
        return bytes([len(key)]) + key + struct.pack(">I", len(value)) + value

    return command(b"READY", item(b"Socket-Type", kind) + item(b"Identity", identity))


class Raw:
    """ZMTP by hand."""

    def __init__(self, connection, minor=1):
        self.socket = connection
        self.socket.settimeout(10)
        self.socket.sendall(GREETING[:11] + bytes([minor]) + GREETING[12:])
        self.greeting = self.read(64)

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            assert piece, f"closed after {data!r}"
            data += piece
        return data

    def frame(self):
        """(flags, body)."""
        flags = self.read(1)[0]
        size = self.read(1)[0] if not flags & 2 else struct.unpack(">Q", self.read(8))[0]
        return flags, self.read(size)

    def message(self, kind=None):
        """The next message, of that type; its frame is the only one."""
        while True:
            flags, body = self.frame()
            if flags & 4:
                continue
            assert flags in (0, 2), "more than one frame"
            assert flags == (0 if len(body) < 256 else 2)
            message = msgpack.unpackb(body, strict_map_key=False)
            if kind is None or message[0] == kind:
                return message

    def send(self, *message):
        body = msgpack.packb(message)
        head = bytes([0, len(body)]) if len(body) < 256 else b"\x02" + struct.pack(">Q", len(body))
        self.socket.sendall(head + body)

    def ping(self):
        """The answer to PING: its body."""
        self.socket.sendall(command(b"PING", b"\x00\x0ahello"))
        while True:
            flags, body = self.frame()
            if flags & 4 and body.startswith(b"\x04PONG"):
                return body[5:]

    def check_greeting(self):
        assert self.greeting[0] == 0xFF and self.greeting[9] == 0x7F
        assert self.greeting[10:] == GREETING[10:], self.greeting.hex()

    def check_ready(self, kind: bytes) -> bytes:
        """Checks the READY command; its identity."""
        flags, body = self.frame()
        assert flags == 4
        assert body[:6] == b"\x05READY"
        found, rest = {}, body[6:]
        while rest:
            key, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
            size = struct.unpack(">I", rest[:4])[0]
            found[key], rest = rest[4 : 4 + size], rest[4 + size :]
        assert found[b"Socket-Type"] == kind
        return found.get(b"Identity", b"")


@pytest.mark.parametrize("minor", [1, 0])
def test_c06_worker(worker, minor):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        worker(server.getsockname()[1])
        raw = Raw(server.accept()[0], minor)
    with raw.socket:
        raw.check_greeting()
        raw.socket.sendall(ready(b"ROUTER"))
        identity = raw.check_ready(b"DEALER").decode()
        host, _, number = identity.rpartition("_")
        assert host and len(number) == 32 and int(number, 16) >= 0
        kind, version, node = raw.message("client_ready")
        assert node == identity
        raw.send("ack", {"index": 0}, node)
        assert raw.message("heartbeat")[1]["state"] == "ready"
        assert raw.message("stats")[1]["stats"] == []
        if minor == 1:
            assert raw.ping() == b"hello"


@pytest.mark.parametrize("minor", [1, 0])
def test_c06_master(master, minor):
    m = master("--expect-workers", 9, port=free_port())
    connection = connect(m)
    with connection:
        raw = Raw(connection, minor)
        raw.check_greeting()
        identity = "raw_0123456789abcdef0123456789abcdef"
        raw.socket.sendall(ready(b"DEALER", identity.encode()))
        raw.check_ready(b"ROUTER")
        raw.send("client_ready", "2.46.3", identity)
        kind, data, node = raw.message()
        assert (kind, data["index"], node) == ("ack", 0, identity)
        raw.send("heartbeat", {"state": "ready", "current_cpu_usage": 0.0}, identity)
        assert raw.message()[0] == "heartbeat"
        if minor == 1:
            assert raw.ping() == b"hello"


def connect(m):
    """A connection to a master that may still be starting."""
    from harness.process import wait_until

    def attempt():
        assert m.running(), str(m)
        try:
            return socket.create_connection(("127.0.0.1", m.port), 2)
        except OSError:
            return None

    return wait_until(attempt, 20, f"connection to {m}")
