# SPDX-License-Identifier: MIT
"""nginx on one core, and what loads it on the other: Cicada, wrk, Locust."""

import http.client
import os
import re
import resource
import shutil
import socket
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILD = ROOT / "build"
CICADA = BUILD / "engine/cli/cicada"
ITEM = BUILD / "tests/bench/item.so"
SCENARIOS = ROOT / "tests/bench/scenarios"
LOCUST = [ROOT / ".cache/locust/bin/python", "-m", "locust", "-f", SCENARIOS / "locustfile.py"]
BODY = '{"id": 42, "name": "A thing to look at", "text": "%s"}\n' % ("lorem ipsum " * 20)
CLIENT_CORE, SERVER_CORE = 0, 1
DESCRIPTORS = resource.getrlimit(resource.RLIMIT_NOFILE)[1]

CONFIG = """
daemon off; worker_processes 1; worker_rlimit_nofile {descriptors};
pid {folder}/nginx.pid; error_log stderr warn; {user}
events {{ worker_connections {connections}; }}
http {{
    access_log off; default_type application/json; open_file_cache max=10 inactive=1h;
    keepalive_timeout 3600s; keepalive_requests 1000000000;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port} backlog=16384;
        root {folder}/www;
        location = /status {{ stub_status; }}
    }}
}}
"""


class Program:
    """A child pinned to a core; knows the CPU time it has used so far."""

    def __init__(self, argv, core: int, folder: Path, env=None):
        self.argv = [str(word) for word in argv]
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{Path(self.argv[0]).name}.{time.monotonic_ns()}.log"
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                cwd=folder, env={**os.environ, "HOME": str(folder), **(env or {})},
                preexec_fn=lambda: os.sched_setaffinity(0, {core}),
            )  # fmt: skip
        self.started = time.monotonic()

    def cpu_s(self) -> float:
        """User and system time of all its threads: the kernel's clock of that process, in ns."""
        return time.clock_gettime(~self.child.pid << 3 | 2)

    def rss(self) -> int:
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.M)[1]) * 1024

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, pattern: str, seconds: float) -> re.Match:
        deadline = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.text(), re.M)
            if found:
                return found
            if self.child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.argv}: no {pattern!r}\n{self.text()[-3000:]}")
            time.sleep(0.05)

    def logged_s(self, pattern: str) -> float:
        """When the program itself wrote that log line, as time.time()."""
        line = re.search(rf"^\[([^]]+)\] .*{pattern}", self.text(), re.M)
        return datetime.strptime(line[1], "%Y-%m-%d %H:%M:%S,%f").timestamp()

    def stop(self, seconds: float = 20) -> int:
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
        return self.child.wait()


class Server:
    """nginx with one worker, a small static body, and the count of what it was asked."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        (self.folder / "www").mkdir()
        (self.folder / "www/item.json").write_text(BODY)
        for file in (self.folder, self.folder / "www"):
            file.chmod(0o755)
        self.url = f"http://127.0.0.1:{port}"
        config = self.folder / "nginx.conf"
        config.write_text(
            CONFIG.format(
                folder=self.folder, port=port, descriptors=min(DESCRIPTORS, 40000),
                connections=min(DESCRIPTORS, 32000),
                user="user root;" if os.geteuid() == 0 else "",
            )
        )  # fmt: skip
        nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        self.program = Program([nginx, "-p", self.folder, "-c", config], SERVER_CORE, self.folder)
        self.port, self.link = port, None
        deadline = time.monotonic() + 10
        while True:
            try:
                self.requests()
                return
            except OSError:
                if time.monotonic() > deadline or self.program.child.poll() is not None:
                    raise RuntimeError(self.program.text()) from None
                time.sleep(0.05)

    def requests(self) -> int:
        """Answered so far, this question included."""
        if not self.link:
            self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            self.link.request("GET", "/status")
            return int(self.link.getresponse().read().split()[9])
        except OSError:
            self.link = None
            raise

    def stop(self):
        self.program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- The clients ----

    def cicada(self, users: int, rate: float, user_class="ItemUser", pace: float = 0, more=()):
        return Program(
            [CICADA, "-f", ITEM, "--headless", "-u", users, "-r", rate, "-H", self.url,
             "--pace", pace, *more, user_class],
            CLIENT_CORE, self.folder,
        )  # fmt: skip

    def locust(self, users: int, rate: float, user_class="FastItemUser", pace: float = 0):
        return Program(
            [*LOCUST, "--headless", "-u", users, "-r", rate, "-H", self.url, user_class],
            CLIENT_CORE, self.folder, env={"BENCH_PACE": str(pace)},
        )  # fmt: skip

    def bare(self, connections: int, rate: int):
        return Program(
            [BUILD / "tests/bench/bench_bare", self.port, connections, rate, "/item.json"],
            CLIENT_CORE, self.folder,
        )  # fmt: skip

    def wrk(self, connections: int, seconds: float):
        return Program(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", self.url + "/item.json"],
            CLIENT_CORE, self.folder,
        )  # fmt: skip


def versions() -> dict:
    """What the figures depend on, besides our own code."""

    def first_line(*argv, pattern=r"(.+)"):
        done = subprocess.run([str(word) for word in argv], capture_output=True, text=True)
        found = re.search(pattern, done.stdout + done.stderr)
        return found[1].strip() if found else "?"

    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    cpu = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    return {
        "cpu": cpu[1] if cpu else os.uname().machine,
        "cores": os.cpu_count(),
        "kernel": "Linux " + ".".join(os.uname().release.split(".")[:2]),
        "libc": "{} {}".format(*os.confstr("CS_GNU_LIBC_VERSION").split()),
        "libcurl": first_line("pkg-config", "--modversion", "libcurl"),
        "libev": first_line("dpkg-query", "-W", "-f", "${Version}", "libev4", pattern=r"(?:\d+:)?([\d.]+)"),
        "compiler": first_line("gcc", "--version"),
        "cicada": first_line(CICADA, "--version", pattern=r"cicada (\S+)"),
        "libzmq": first_line("pkg-config", "--modversion", "libzmq"),
        "nginx": first_line(nginx, "-v", pattern=r"nginx/(\S+)"),
        "wrk": first_line("wrk", "-v", pattern=r"wrk (\S+)"),
        "locust": first_line(*LOCUST[:3], "--version", pattern=r"locust (\S+)"),
    }
