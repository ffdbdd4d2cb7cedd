# SPDX-License-Identifier: MIT
"""Starts programs, waits for what they say and ends those it started, by their process id."""

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path


def free_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, seconds: float, what: str):
    """Polls until condition() gives something true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still no {what}")
        time.sleep(0.02)


class Process:
    """A running program; its two streams go to files, so that it never waits for a reader."""

    def __init__(
        self, argv, folder: Path, *, env=None, cwd=None, stdin=subprocess.DEVNULL, prepare=None
    ):
        folder.mkdir(parents=True, exist_ok=True)
        self.argv = [str(word) for word in argv]
        self.out_file = folder / "stdout"
        self.err_file = folder / "stderr"
        self.started = time.monotonic()
        self.usage = None
        with open(self.out_file, "wb") as out, open(self.err_file, "wb") as err:
            self.child = subprocess.Popen(
                self.argv, stdin=stdin, stdout=out, stderr=err, cwd=cwd, env=env,
                start_new_session=True, preexec_fn=prepare,
            )  # fmt: skip

    @property
    def out(self) -> str:
        return self.out_file.read_text(encoding="utf-8", errors="replace")

    @property
    def err(self) -> str:
        return self.err_file.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, pattern: str, seconds: float = 15) -> re.Match:
        """The first match in either stream; fails when the program ends or time runs out."""

        def look():
            found = re.search(pattern, self.out, re.M) or re.search(pattern, self.err, re.M)
            if not found and self.child.poll() is not None:
                raise AssertionError(f"{self} before it said {pattern!r}")
            return found

        return wait_until(look, seconds, f"{pattern!r} from {self.argv[0]}: {self.err[-2000:]}")

    def signal(self, number: int):
        self.child.send_signal(number)

    def wait(self, seconds: float) -> int:
        """The exit code; usage is set then, unless poll() had already seen the end."""
        deadline = time.monotonic() + seconds
        while self.child.returncode is None:
            pid, status, usage = os.wait4(self.child.pid, os.WNOHANG)
            if pid:
                self.child.returncode = os.waitstatus_to_exitcode(status)
                self.usage = usage
            elif time.monotonic() > deadline:
                text = f"{' '.join(self.argv)} still ran after {seconds} s; {self}"
                self.stop()
                raise AssertionError(text)
            else:
                time.sleep(0.01)
        return self.child.returncode

    def stop(self):
        """Ends it and whatever it started: politely at first."""
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()

    def cpu_seconds(self) -> float:
        """User and system time so far, of a process that still runs."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __str__(self):
        code = self.child.poll()
        state = "runs" if code is None else f"ended with {code}"
        return f"{Path(self.argv[0]).name} {state}\n{self.out[-1500:]}\n{self.err[-3000:]}"
