# SPDX-License-Identifier: MIT
"""A client of the web interface, Cicada's or Locust's."""

import http.client
import json
import socket
import ssl
import urllib.parse

from .process import wait_until


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {dict(self.headers)}\n{self.body[:2000]!r}"


class Web:
    def __init__(self, url: str):
        parts = urllib.parse.urlsplit(url)
        self.tls = parts.scheme == "https"
        self.host, self.port = parts.hostname, parts.port
        self.base = parts.path.rstrip("/")
        self.headers = {}

    def connect(self) -> http.client.HTTPConnection:
        if self.tls:
            trust = ssl._create_unverified_context()
            return http.client.HTTPSConnection(self.host, self.port, timeout=30, context=trust)
        return http.client.HTTPConnection(self.host, self.port, timeout=30)

    def socket(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=30)

    def ask(self, method: str, path: str, body=None, headers=None, base=True) -> Answer:
        connection = self.connect()
        try:
            target = (self.base if base else "") + path
            connection.request(method, target, body, {**self.headers, **(headers or {})})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str, **headers) -> Answer:
        return self.ask("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path: str, form=None, headers=None) -> Answer:
        body = urllib.parse.urlencode(form or {}, doseq=True)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, {**kind, **(headers or {})})

    def stats(self) -> dict:
        answer = self.get("/stats/requests")
        assert answer.status == 200, answer
        return answer.json()

    def swarm(self, users=1, rate=1000, **fields) -> Answer:
        return self.post("/swarm", {"user_count": users, "spawn_rate": rate, **fields})

    def start(self, users=1, rate=1000, **fields) -> dict:
        answer = self.swarm(users, rate, **fields)
        assert answer.status == 200 and answer.json()["success"] is True, answer
        return answer.json()

    def wait_state(self, state: str, seconds: float = 15) -> dict:
        return wait_until(
            lambda: (s := self.stats())["state"] == state and s, seconds, f"state {state}"
        )

    def wait_requests(self, count: int, seconds: float = 20) -> dict:
        return wait_until(
            lambda: (s := self.stats())["stats"][-1]["num_requests"] >= count and s,
            seconds,
            f"{count} requests",
        )


def web_of(running) -> Web:
    """Of a program that has just been started."""
    return Web(running.wait_for(r"Starting web interface at (\S+?),")[1])
