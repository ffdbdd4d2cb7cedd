# SPDX-License-Identifier: MIT
"""Real Locust, of two versions: masters with their web pages, and workers."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from .load import CLEAN_ENV, Result
from .peers import CACHE, need
from .ports import free_port
from .process import Process, wait_until

NEW, OLD = "2.46.3", "2.12.1"
PROGRAMS = {NEW: CACHE / "locust/bin/locust", OLD: CACHE / "locust212/bin/locust"}
LOCUSTFILES = Path(__file__).resolve().parents[1] / "locustfiles"

BAD_LINE = re.compile(r"^\[[^\]]+\] \S+/(?:WARNING|ERROR|CRITICAL)/.*|^Traceback.*", re.M)
# What a master says of its own start.
HARMLESS = re.compile(
    r"deprecat|open file limit|Old open|resource limit|RLIMIT|development server|insecure", re.I
)


def environment(work: Path, **more) -> dict:
    return {**CLEAN_ENV, "HOME": str(work), "PYTHONWARNINGS": "ignore", **more}


class Program(Process):
    """Any load generator that runs as a master or a worker; its log is its stderr."""

    @property
    def log(self) -> str:
        return self.err

    def complaints(self) -> list:
        """Warnings, errors and tracebacks of the log."""
        return [line for line in BAD_LINE.findall(self.log) if not HARMLESS.search(line)]

    def running(self) -> bool:
        return self.child.poll() is None

    def finish(self, seconds: float = 30) -> Result:
        code = self.wait(seconds)
        return Result(self.argv, code, self.out, self.err, 0)


class LocustMaster(Program):
    def __init__(self, version, folder: Path, *args, classes=(), port=None, web=True,
                 locustfile="wire.py", env=None):  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self.version = version
        self.port = port or free_port()
        self.web = f"http://127.0.0.1:{free_port()}" if web else None
        pages = (
            ["--web-host", "127.0.0.1", "--web-port", self.web.rsplit(":", 1)[1]]
            if web
            else ["--headless"]
        )
        super().__init__(
            [need(PROGRAMS[version]), "--master", "--master-bind-host", "127.0.0.1",
             "--master-bind-port", self.port, "-f", LOCUSTFILES / locustfile, *pages, *args, *classes],
            folder, env=environment(folder, **(env or {})), cwd=folder,
        )  # fmt: skip
        if web:
            wait_until(self.answers, 30, f"web page of {self}")

    def answers(self):
        assert self.running(), str(self)
        try:
            return self.get("/stats/requests")
        except OSError:
            return None

    def get(self, path: str, data=None, content=None):
        request = urllib.request.Request(self.web + path, data=data)
        if content:
            request.add_header("Content-Type", content)
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        try:
            return json.loads(text)
        except ValueError:
            return text.decode()

    def swarm(self, users: int, rate: float = 100, **fields):
        fields.update(user_count=users, spawn_rate=rate)
        answer = self.get("/swarm", urllib.parse.urlencode(fields).encode())
        assert answer["success"], answer

    def stop_test(self):
        self.get("/stop")

    def update_user(self, **settings):
        return self.get("/user", json.dumps(settings).encode(), "application/json")

    def page(self) -> dict:
        return self.get("/stats/requests")

    def state(self) -> str:
        return self.page()["state"]

    def workers(self) -> dict:
        """id -> what the page says of it."""
        return {worker["id"]: worker for worker in self.page()["workers"]}

    def ready(self, count: int = 1, seconds: float = 20, state="ready"):
        """Waits for so many workers in that state; their ids."""

        def look():
            ids = [name for name, worker in self.workers().items() if worker["state"] == state]
            return ids if len(ids) >= count else None

        return wait_until(look, seconds, f"{count} workers {state}: {self}")

    def reaches(self, state: str, seconds: float = 20):
        wait_until(lambda: self.state() == state, seconds, f"state {state}: {self}")

    def has_users(self, users: int, seconds: float = 20):
        wait_until(lambda: self.page()["user_count"] == users, seconds, f"{users} users: {self}")

    def rows(self) -> dict:
        """(method, name) -> row of the page, the total left out."""
        rows = {((row["method"] or ""), row["name"]): row for row in self.page()["stats"]}
        rows.pop(("", "Aggregated"), None)
        return rows

    def requests(self) -> dict:
        return {key: row["num_requests"] for key, row in self.rows().items()}

    def total(self) -> dict:
        return next(r for r in self.page()["stats"] if r["name"] == "Aggregated")

    def errors(self) -> list:
        return self.page()["errors"]

    def exceptions(self) -> list:
        return self.get("/exceptions")["exceptions"]

    def logs(self) -> dict:
        return self.get("/logs")


class LocustWorker(Program):
    def __init__(
        self, version, folder: Path, port: int, *args, locustfile="wire.py", env=None, prefix=()
    ):
        folder.mkdir(parents=True, exist_ok=True)
        file = locustfile if locustfile == "-" else LOCUSTFILES / locustfile
        super().__init__(
            [*prefix, need(PROGRAMS[version]), "--worker", "--master-host", "127.0.0.1", "--master-port", port,
             "-f", file, *args],
            folder, env=environment(folder, **(env or {})), cwd=folder,
        )  # fmt: skip
