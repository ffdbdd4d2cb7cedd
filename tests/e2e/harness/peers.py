# SPDX-License-Identifier: MIT
"""The servers we load, each on a free loopback port, each able to say what it was asked."""

import collections
import json
import os
import re
import ssl
import time
import urllib.request
from pathlib import Path

from .process import Process, free_port, wait_until
from .tls import Authority

ROOT = Path(__file__).resolve().parents[3]
CACHE = Path(os.environ.get("CICADA_PEERS", ROOT / ".cache"))


def need(file: Path) -> Path:
    """A peer that is missing fails the test: what is not run proves nothing."""
    assert file.exists(), f"{file} is missing; ./dev setup installs it"
    return file


class Target:
    """cicada-target, which counts by route."""

    def __init__(self, program: Path, folder: Path, *options, within=()):
        """within: the start of a command line, such as Namespace.command."""
        command = [*within, need(program), "--port", 0, "--fault-port", 0, *options]
        self.process = Process(command, folder)
        self.url = self.process.wait_for(r"^cicada-target: listening on (\S+)")[1]
        self.faults = self.process.wait_for(r"^cicada-target: faults on (\S+)")[1]

    def counts(self) -> dict:
        """ "METHOD /route" -> requests."""
        return self._count(self.url)["routes"]

    def total(self) -> int:
        return self._count(self.url)["total"]

    def fault_counts(self) -> dict:
        return self._count(self.faults)["routes"]

    def fault_total(self) -> int:
        return self._count(self.faults)["total"]

    def _count(self, url: str) -> dict:
        anyone = ssl._create_unverified_context()  # its certificate may be a bad one
        with urllib.request.urlopen(url + "/_count", timeout=10, context=anyone) as answer:
            return json.load(answer)

    def stop(self):
        self.process.stop()


class LoggingServer:
    """A server whose access log holds a line "METHOD path..." per request."""

    url: str
    process: Process
    access_log: Path
    line = re.compile(r"^([A-Z]+) (\S+)")

    def requests(self) -> list:
        """(method, path) of every request so far, in order."""
        text = re.sub(r"\x1b\[\d*m", "", self.access_log.read_text(encoding="utf-8"))
        return [match.groups() for match in map(self.line.match, text.splitlines()) if match]

    def counts(self, patterns: dict, since: int = 0) -> dict:
        """(method, name) -> requests; a name is what the first pattern found in a path maps to."""
        counted = collections.Counter()
        for method, path in self.requests()[since:]:
            for pattern, name in patterns.items():
                if re.fullmatch(pattern, path):
                    counted[method, name] += 1
                    break
            else:
                raise AssertionError(f"the server was asked for {method} {path}, which has no name")
        return dict(counted)

    def settled(self) -> int:
        """How many requests the log holds, once it has stopped growing for 0.3 s."""
        count, since = -1, 0.0

        def still():
            nonlocal count, since
            now = len(self.requests())
            if now != count:
                count, since = now, time.monotonic()
            return time.monotonic() - since > 0.3

        wait_until(still, 10, "quiet access log")
        return count

    def up(self, path="/"):
        def asks():
            assert self.process.child.poll() is None, str(self.process)
            try:
                with urllib.request.urlopen(self.url + path, timeout=5):
                    return True
            except OSError:
                return False

        wait_until(asks, 30, f"answer from {self.url}")

    def stop(self):
        self.process.stop()


class Jsonplaceholder(LoggingServer):
    """The npm package, which restores its data on every request: some 60 requests a second."""

    def __init__(self, folder: Path):
        program = need(CACHE / "node/node_modules/jsonplaceholder/index.js")
        port = free_port()
        env = {**os.environ, "PORT": str(port), "NODE_ENV": "development"}
        self.process = Process(["node", program], folder, env=env)
        self.process.wait_for("listening on")
        self.url = f"http://127.0.0.1:{port}"
        self.access_log = self.process.out_file


class Httpbin(LoggingServer):
    """PyPI's httpbin behind gunicorn."""

    def __init__(self, folder: Path):
        gunicorn = need(CACHE / "httpbin/bin/gunicorn")
        port = free_port()
        self.access_log = folder / "access.log"
        self.process = Process(
            [gunicorn, "--bind", f"127.0.0.1:{port}", "--workers", 1, "--worker-class", "gthread",
             "--threads", 64, "--keep-alive", 60, "--access-logfile", self.access_log,
             "--access-logformat", "%(m)s %(U)s %(q)s %(s)s", "--worker-tmp-dir", folder,
             "--no-control-socket", "httpbin:app"],
            folder,
        )  # fmt: skip
        self.url = f"http://127.0.0.1:{port}"
        self.up("/ip")


class Nginx(LoggingServer):
    """A folder of files over TLS by a certificate of our own CA; one port with HTTP/2, one without."""

    line = re.compile(r"^([A-Z]+) (\S+) \d+ (?P<protocol>HTTP/\S+)")

    def __init__(self, folder: Path, files: Path):
        folder.mkdir(parents=True, exist_ok=True)
        authority = Authority(folder)
        authority.issue("server")
        self.ca = authority.ca
        self.access_log = folder / "access.log"
        plain, h2 = free_port(), free_port()
        self.url, self.url_h2 = f"https://127.0.0.1:{plain}", f"https://127.0.0.1:{h2}"
        config = folder / "nginx.conf"
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config.write_text(f"""
            daemon off;
            worker_processes 1;
            pid {folder}/nginx.pid;
            error_log stderr warn;
            {"user root;" if os.geteuid() == 0 else ""}
            events {{ worker_connections 1024; }}
            http {{
                {temporary}
                types {{ text/html html; text/css css; text/javascript js; image/png png; }}
                log_format asked '$request_method $request_uri $status $server_protocol';
                access_log {self.access_log} asked;
                ssl_certificate {folder}/server.pem;
                ssl_certificate_key {folder}/server.key;
                gzip on;
                gzip_types text/css text/javascript;
                gzip_min_length 100;
                root {files};
                server {{ listen 127.0.0.1:{plain} ssl; }}
                server {{ listen 127.0.0.1:{h2} ssl http2; }}
            }}
        """)
        program = next(
            (p for p in ("/usr/sbin/nginx", "/usr/bin/nginx") if os.path.exists(p)), "nginx"
        )
        self.process = Process([program, "-p", folder, "-c", config], folder)
        wait_until(lambda: (folder / "nginx.pid").exists(), 10, f"nginx: {self.process}")

    def protocols(self, since: int = 0) -> set:
        lines = self.access_log.read_text().splitlines()[since:]
        return {self.line.match(line)["protocol"] for line in lines}

    def requests(self) -> list:
        return [pair[:2] for pair in super().requests()]
