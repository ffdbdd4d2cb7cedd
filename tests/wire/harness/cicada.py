# SPDX-License-Identifier: MIT
"""Cicada as a master and as a worker."""

import json
import os
import re
import shlex
from pathlib import Path

from .locust import Program, environment
from .peers import ROOT, need
from .ports import free_port

CICADA = Path(os.environ.get("CICADA", ROOT / "build/engine/cli/cicada"))
TARGET = Path(os.environ.get("CICADA_TARGET", ROOT / "build/engine/target/cicada-target"))
WRAPPER = shlex.split(os.environ.get("CICADA_WRAPPER", ""))
SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"


class CicadaWorker(Program):
    def __init__(self, folder: Path, port: int, *args, scenario="wire.c", env=None, prefix=()):
        folder.mkdir(parents=True, exist_ok=True)
        file = scenario if scenario == "-" else SCENARIOS / scenario
        super().__init__(
            [*prefix, *WRAPPER, need(CICADA), "--worker", "--master-host", "127.0.0.1", "--master-port", port,
             "-f", file, *args],
            folder, env=environment(folder, **(env or {})), cwd=folder,
        )  # fmt: skip


class CicadaMaster(Program):
    """A headless master; its results are in a JSON file and in the last table of its log."""

    def __init__(
        self,
        folder: Path,
        *args,
        classes=(),
        port=None,
        scenario="wire.c",
        env=None,
        host="127.0.0.1",
    ):
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.json_file = folder / "result.json"
        file = ["-f", SCENARIOS / scenario] if scenario else []
        bind = ["--master-bind-host", host] if host else []
        super().__init__(
            [*WRAPPER, need(CICADA), "--master", "--headless", *bind, "--master-bind-port", self.port,
             *file, "--json-file", folder / "result", *args, *classes],
            folder, env=environment(folder, **(env or {})), cwd=folder,
        )  # fmt: skip

    def json(self) -> list:
        return json.loads(self.json_file.read_text())

    def listening(self, seconds: float = 15):
        import socket

        from .process import wait_until

        def up():
            assert self.running(), str(self)
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", self.port)) == 0

        wait_until(up, seconds, f"listening {self}")
        return self

    def rows(self) -> dict:
        return {(row["method"], row["name"]): row for row in self.json()}

    def requests(self) -> dict:
        return {key: row["num_requests"] for key, row in self.rows().items()}

    def failures(self) -> int:
        return sum(row["num_failures"] for row in self.json())

    def error_rows(self) -> dict:
        """The error report: "METHOD name: text" -> occurrences."""
        _, found, last = self.log.rpartition("\nError report\n")
        if not found:
            return {}
        _, _, rows = last.partition("-|-")
        rows, _, _ = rows.partition("-|-")
        return {m[2]: int(m[1]) for m in re.finditer(r"^(\d+) +(\S.*?) *$", rows, re.M)}
