# SPDX-License-Identifier: MIT
"""Runs a load generator, Cicada or Locust, and reads what it leaves: tables, JSON, CSV."""

import csv
import io
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from .process import Process

# Nothing of the caller's own configuration may reach a test.
CLEAN_ENV = {
    key: value for key, value in os.environ.items() if not key.startswith(("LOCUST_", "CICADA_LOG"))
}

ROW = re.compile(
    r"^(?P<method>\S*) +(?P<name>.*?) +(?P<requests>\d+) +(?P<failures>\d+)\((?P<percent>[\d.]+)%\)"
    r" \| +(?P<avg>[\d.]+) +(?P<min>[\d.]+) +(?P<max>[\d.]+) +(?P<median>[\d.]+)"
    r" \| +(?P<rate>[\d.]+) +(?P<failure_rate>[\d.]+) *$"
)


@dataclass(repr=False)
class Result:
    """How a run ended and what it printed."""

    argv: list
    code: int
    out: str
    err: str
    seconds: float
    usage: object = None  # of the process and the compiler it started

    def json(self):
        return json.loads(self.out)

    def cpu_seconds(self) -> float:
        return self.usage.ru_utime + self.usage.ru_stime

    def peak_bytes(self) -> int:
        return self.usage.ru_maxrss * 1024

    def table(self) -> dict:
        """The last statistics table: (method, name) -> columns; the total is ("", "Aggregated")."""
        _, _, last = self.err.rpartition(" # reqs      # fails |")
        rows = {}
        for line in last.splitlines()[1:]:
            match = ROW.match(line)
            if match:
                rows[match["method"], match["name"]] = match
                if match["name"] == "Aggregated":
                    break
        assert rows, f"no statistics table in {self}"
        return rows

    def counts(self) -> dict:
        """(method, name) -> requests, the total left out."""
        rows = {key: int(row["requests"]) for key, row in self.table().items()}
        rows.pop(("", "Aggregated"))
        return rows

    def failures(self) -> int:
        return int(self.table()["", "Aggregated"]["failures"])

    def requests(self) -> int:
        return int(self.table()["", "Aggregated"]["requests"])

    def errors(self) -> dict:
        """The error report: "METHOD name: text" -> occurrences."""
        _, found, last = self.err.rpartition("\nError report\n")
        if not found:
            return {}
        _, _, rows = last.partition("-|-")
        rows, _, _ = rows.partition("-|-")
        return {m[2]: int(m[1]) for m in re.finditer(r"^(\d+) +(\S.*?) *$", rows, re.M)}

    def connections(self) -> tuple:
        """Connections opened, closed by the server while idle; requests sent again."""
        line = re.search(r"^(\d+) connections? opened.*$", self.err, re.M)
        parts = (r"(\d+) closed by the server while idle", r"(\d+) requests? sent again")
        found = [re.search(part, line[0]) for part in parts]
        return int(line[1]), *(int(part[1]) if part else 0 for part in found)

    def log(self) -> list:
        """The log lines: (level, logger, text)."""
        pattern = r"^\[[\d-]+ [\d:]+,\d{3}\] [^/\n]+/([A-Z]+)/([\w.]+): (.*)$"
        return re.findall(pattern, self.err, re.M)

    def __repr__(self):
        return (
            f"{' '.join(self.argv)}\nexit code {self.code} after {self.seconds:.1f} s\n"
            f"{self.out[-2000:]}\n{self.err[-6000:]}"
        )


class Running(Process):
    """A generator that still runs."""

    def finish(self, seconds: float = 60) -> Result:
        code = self.wait(seconds)
        seconds = time.monotonic() - self.started
        return Result(self.argv, code, self.out, self.err, seconds, self.usage)


class Generator:
    """A command to run, each time in an empty folder and home of its own."""

    def __init__(self, command: list, folder: Path):
        self.command = command
        self.folder = folder
        self.runs = 0
        self.running = []

    def start(self, *args, env=None, cwd=None, **how) -> Running:
        self.runs += 1
        folder = self.folder / f"run{self.runs}"
        work = Path(cwd) if cwd else folder / "work"
        work.mkdir(parents=True, exist_ok=True)
        environment = {**CLEAN_ENV, "HOME": str(work), **(env or {})}
        running = Running([*self.command, *args], folder, env=environment, cwd=work, **how)
        self.running.append(running)
        return running

    def __call__(self, *args, timeout: float = 60, **how) -> Result:
        return self.start(*args, **how).finish(timeout)

    def stop(self):
        for running in self.running:
            running.stop()


def read_csv(file: Path) -> list:
    """Rows as lists; fails unless every row ends as CSV's do."""
    text = file.read_bytes().decode("utf-8")
    unquoted = re.sub(r'"[^"]*"', "", text)
    assert unquoted.count("\n") == unquoted.count("\r\n"), f"{file.name} has bare line feeds"
    assert text.endswith("\r\n"), f"{file.name} ends within a row"
    return list(csv.reader(io.StringIO(text, newline="")))
