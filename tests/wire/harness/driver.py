# SPDX-License-Identifier: MIT
"""The master that obeys commands: its state can be asked for at any moment."""

import json
import os
import subprocess
import time
from pathlib import Path

from .cicada import CICADA
from .locust import Program, environment
from .peers import need
from .ports import free_port
from .process import wait_until

DRIVER = CICADA.parents[2] / "tests/wire/master_driver"


class Driver(Program):
    """options: users, rate, stop_timeout, host, expect; classes: NAME or NAME:WEIGHT."""

    def __init__(self, folder: Path, classes, *, port=None, **options):
        self.port = port or free_port()
        words = [f"{key}={value}" for key, value in options.items()]
        super().__init__([need(DRIVER), self.port, *classes, "--", *words], folder, env=environment(folder),
                         stdin=subprocess.PIPE)  # fmt: skip
        self.place = 0
        self.says(r"port ")

    def says(self, start: str, seconds: float = 15) -> str:
        """The next line of its answers that starts so."""

        def look():
            lines = self.out[self.place :].splitlines(keepends=True)
            for i, line in enumerate(lines):
                if line.startswith(start) and line.endswith("\n"):
                    self.place += sum(len(passed) for passed in lines[: i + 1])
                    return line
            assert self.running(), str(self)
            return None

        return wait_until(look, seconds, f"line {start!r} from {self}")

    def tell(self, *words):
        self.child.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self.child.stdin.flush()

    def show(self) -> dict:
        self.tell("show")
        return json.loads(self.says("{"))

    def start(self):
        self.tell("start")

    def reaches(self, what: str, condition, seconds: float = 10) -> float:
        """Waits for a snapshot that satisfies the condition; how long it took."""
        begin = time.monotonic()
        while not condition(seen := self.show()):
            assert time.monotonic() - begin < seconds, (
                f"after {seconds} s still no {what}: {seen} {self}"
            )
            time.sleep(0.02)
        return time.monotonic() - begin

    def has_users(self, users: int, seconds: float = 10) -> float:
        return self.reaches(f"{users} users", lambda seen: seen["users"] == users, seconds)

    def has_workers(self, count: int, state: str, seconds: float = 15) -> float:
        def look(seen):
            return sum(worker["state"] == state for worker in seen["workers"]) == count

        return self.reaches(f"{count} workers {state}", look, seconds)

    def quit(self, seconds: float = 20) -> int:
        """Ends the test; all requests that were counted."""
        self.tell("quit")
        return int(self.says("ended ", seconds).split()[1])

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.child.pid}/fd"))

    def rss(self) -> int:
        pages = int(Path(f"/proc/{self.child.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
