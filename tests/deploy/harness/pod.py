# SPDX-License-Identifier: MIT
"""Containers of the image side by side on one loopback of their own, each as the manifests run it: root
read-only but for /tmp, no capability, no new privileges. The first is the server to load."""

import json
import subprocess
import time

TARGET = "http://127.0.0.1:8000"
MASTER = "http://127.0.0.1:8089"
HARDENED = ["--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp:mode=1777,size=64m", "--cap-drop=ALL",
            "--security-opt", "no-new-privileges"]  # fmt: skip


def wait_until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"after {seconds} s still no {what}"
        time.sleep(0.1)
    return value


class Container:
    def __init__(self, pod, name):
        self.pod, self.name = pod, name

    def podman(self, verb, *words, **options):
        return self.pod.containers.podman(verb, self.name, *words, **options)

    @property
    def log(self) -> str:
        done = self.podman("logs", check=False)
        return done.stdout + done.stderr

    def check(self, *words):
        """Exit code and line of `cicada healthcheck` in there."""
        done = self.podman("exec", "cicada", "healthcheck", *words, check=False)
        assert done.returncode in (0, 1), done
        return done.returncode, done.stdout.strip()

    def healthcheck(self) -> int:
        """The image's own HEALTHCHECK, as Docker would run it every 30 s."""
        done = self.pod.containers.podman("healthcheck", "run", self.name, check=False)
        assert done.returncode in (0, 1), done
        return done.returncode

    def signal(self, name):
        self.pod.containers.podman("kill", "--signal", name, self.name)

    def ends(self, seconds) -> int:
        try:
            return int(self.podman("wait", timeout=seconds).stdout)
        except subprocess.TimeoutExpired as late:
            raise AssertionError(f"{self.name} still runs after {seconds} s\n{self.log}") from late


class Pod:
    def __init__(self, containers, image, name):
        self.containers, self.image, self.prefix = containers, image, name
        self.members = {}
        self.start("target", "--entrypoint", '["cicada-target", "--quiet"]', "--network", "none")
        self.process = self.members["target"].podman("inspect", "--format", "{{.State.Pid}}").stdout.strip()
        wait_until(lambda: self.get(f"{TARGET}/_count")[0] == 200, "server to load")

    def start(self, name, *options, words=(), **environment):
        network = [] if name == "target" else ["--network", f"container:{self.prefix}-target"]
        for key, value in environment.items():
            options = (*options, "--env", f"{key}={value}")
        self.containers.podman("run", "--detach", "--pull", "never", "--name", f"{self.prefix}-{name}", *network,
                               *HARDENED, *options, self.image, *words)  # fmt: skip
        self.members[name] = Container(self, f"{self.prefix}-{name}")
        return self.members[name]

    def master(self, **environment):
        """As k8s/base has it."""
        return self.start("master", *environment.pop("options", ()), **{
            "LOCUST_MODE": "master", "TARGET_HOST": TARGET, "LOCUST_SCENARIO": "jsonplaceholder",
            "LOG_LEVEL": "INFO", "LOCUST_STOP_TIMEOUT": "20", **environment,
        })  # fmt: skip

    def worker(self, number, **environment):
        return self.start(f"worker{number}", *environment.pop("options", ()), **{
            "LOCUST_MODE": "worker", "MASTER_HOST": "127.0.0.1", "LOCUST_SCENARIO": "jsonplaceholder",
            "TARGET_HOST": TARGET, "LOG_LEVEL": "INFO", "LOCUST_STOP_TIMEOUT": "20",
            # They share one loopback; in a cluster each has its own, and 8090 there.
            **({} if number == 1 else {"LOCUST_HEALTH_PORT": str(8089 + number)}), **environment,
        })  # fmt: skip

    def get(self, url, *options):
        """Status and body, from within the pod's network; 0 if nobody answers."""
        done = self.containers.run("nsenter", f"--net=/proc/{self.process}/ns/net", "curl", "--silent", "--max-time", "20",
                                   "--write-out", "\n%{http_code}", *options, url, check=False)  # fmt: skip
        body, _, status = done.stdout.rpartition("\n")
        return int(status or 0), body

    def json(self, url, *options):
        status, body = self.get(url, *options)
        assert status == 200, f"{url}: {status} {body}"
        return json.loads(body)

    def served(self) -> int:
        return self.json(f"{TARGET}/_count")["total"]

    def workers(self):
        """Users of each connected worker, by the master."""
        return sorted(worker["user_count"] for worker in self.json(f"{MASTER}/stats/requests")["workers"]
                      if worker["state"] != "missing")  # fmt: skip

    def stop(self):
        for member in reversed(self.members.values()):
            member.podman("rm", "--force", "--time", "0", check=False)
