# SPDX-License-Identifier: MIT
"""A TCP proxy on loopback whose connections can be held, delayed, cut or reset."""

import collections
import selectors
import socket
import struct
import threading
import time

from .ports import free_port


class Connection:
    def __init__(self, client, server):
        self.ends = (client, server)
        self.queues = {
            client: collections.deque(),
            server: collections.deque(),
        }  # (due, bytes) to it

    def other(self, end):
        return self.ends[1] if end is self.ends[0] else self.ends[0]


class Proxy:
    """pause() holds the bytes of both directions, as a broken network does; resume() lets them go on.
    cut(seconds) closes all connections and takes no new ones for so long; reset() ends them by RST."""

    def __init__(self, target_port: int, target_host: str = "127.0.0.1"):
        self.target = (target_host, target_port)
        self.port = free_port()
        self.accepted = 0
        self.delay = 0.0
        self._paused = False
        self._closed_until = 0.0
        self._kill = None
        self._connections = []
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._listener = self._listen()
        self._ending = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _listen(self):
        listener = socket.create_server(("127.0.0.1", self.port))
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ)
        return listener

    # -- the thread's side --

    def _serve(self):
        while not self._ending:
            self._obey()
            for key, _ in self._selector.select(0.01):
                if key.fileobj is self._listener:
                    self._accept()
                elif not self._paused:
                    self._read(key.data, key.fileobj)
            if not self._paused:
                self._write()
        self._drop(False)
        if self._listener:
            self._listener.close()

    def _obey(self):
        if self._kill is not None:
            self._drop(self._kill == "reset")
            self._kill = None
        closed = time.monotonic() < self._closed_until
        if closed and self._listener:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None
        elif not closed and not self._listener:
            self._listener = self._listen()

    def _accept(self):
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        try:
            server = socket.create_connection(self.target, 2)
        except OSError:
            client.close()
            return
        self.accepted += 1
        connection = Connection(client, server)
        self._connections.append(connection)
        for end in connection.ends:
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(end, selectors.EVENT_READ, connection)

    def _read(self, connection, end):
        if connection not in self._connections:
            return
        try:
            data = end.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            connection.queues[connection.other(end)].append((time.monotonic() + self.delay, data))
        else:
            self._flush(connection, True)
            self._close(connection, False)

    def _write(self):
        for connection in list(self._connections):
            self._flush(connection, False)

    def _flush(self, connection, all_of_it):
        for end, queue in connection.queues.items():
            while queue and (all_of_it or queue[0][0] <= time.monotonic()):
                due, data = queue.popleft()
                try:
                    sent = end.send(data)
                except BlockingIOError:
                    sent = 0
                except OSError:
                    break
                if sent < len(data):
                    queue.appendleft((due, data[sent:]))
                    break

    def _close(self, connection, reset):
        if connection not in self._connections:
            return
        self._connections.remove(connection)
        for end in connection.ends:
            self._selector.unregister(end)
            if reset:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()

    def _drop(self, reset):
        for connection in list(self._connections):
            self._close(connection, reset)

    # -- the test's side --

    @property
    def open(self) -> int:
        return len(self._connections)

    def pause(self):
        self._paused = True

    def resume(self):
        self._paused = False

    def cut(self, seconds: float = 0):
        self._closed_until = time.monotonic() + seconds
        self._kill = "close"

    def reset(self, seconds: float = 0):
        self._closed_until = time.monotonic() + seconds
        self._kill = "reset"

    def stop(self):
        self._ending = True
        self._thread.join(10)
