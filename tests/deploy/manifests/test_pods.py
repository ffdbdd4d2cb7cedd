# SPDX-License-Identifier: MIT
"""The pods without a cluster: the image's entrypoint with just the environment that the manifests give it,
and the probes asked as a kubelet would. Only addresses and folders are changed, to those of this machine."""

import base64
import hashlib
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest
import rendered
import requests
import yaml
from harness.waiting import free_port, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[3]
CICADA = pathlib.Path(os.environ.get("CICADA", ROOT / "build/engine/cli/cicada"))
TARGET = pathlib.Path(os.environ.get("CICADA_TARGET", ROOT / "build/engine/target/cicada-target"))

pytestmark = pytest.mark.medium


class Pod:
    """One container of a workload, with what this machine needs changed on top."""

    def __init__(self, folder, objects, workload, changes):
        folder.mkdir()
        self.container = rendered.container_of(workload)
        self.log = folder / "log"
        environment = {}
        for source in self.container["envFrom"]:
            name = source["configMapRef"]["name"]
            environment |= rendered.one(objects, "ConfigMap", name)["data"]
        environment |= {v["name"]: v["value"] for v in self.container["env"]}
        assert all(name in environment for name in changes if name in ("TARGET_HOST", "LOCUST_CSV")), changes
        environment |= changes
        path = f"{folder}:{os.environ['PATH']}"
        (folder / "cicada").symlink_to(CICADA)
        with self.log.open("wb") as out:
            self.child = subprocess.Popen(
                [ROOT / "docker/entrypoint.sh"], cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                env={"PATH": path, "HOME": str(folder), **environment}, start_new_session=True,
            )  # fmt: skip

    def says(self, pattern):
        def look():
            text = self.log.read_text(errors="replace")
            assert self.child.poll() is None, text
            return re.search(pattern, text)

        return wait_until(look, pattern)

    def probe(self, name, port):
        """As the kubelet: any status from 200 to 399 is well."""
        try:
            answer = requests.get(
                f"http://127.0.0.1:{port}{self.container[name]['httpGet']['path']}", timeout=5, allow_redirects=False
            )
        except requests.ConnectionError:
            return False
        return 200 <= answer.status_code < 400

    def ends(self, seconds=60):
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"still runs: {self.log.read_text(errors='replace')[-2000:]}")


class Node:
    """The pods of one rendering, and the server they load."""

    def __init__(self, folder, objects, kind):
        self.folder, self.objects, self.kind, self.pods = folder, objects, kind, []
        self.target = subprocess.Popen([TARGET, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.target.stdout.readline())[0]
        self.workers, self.web = free_port(), free_port()
        (folder / "results").mkdir()

    def start(self, role, **changes):
        workload = rendered.one(self.objects, self.kind, f"locust-{role}")
        changes = {"TARGET_HOST": self.url, **changes}
        self.pods.append(Pod(self.folder / f"{role}{len(self.pods)}", self.objects, workload, changes))
        return self.pods[-1]

    def master(self, **changes):
        results = {
            "LOCUST_CSV": f"{self.folder}/results/cicada",
            "LOCUST_HTML": f"{self.folder}/results/cicada.html",
            "LOCUST_JSON_FILE": f"{self.folder}/results/cicada",
        }
        return self.start("master", LOCUST_MASTER_BIND_PORT=str(self.workers), LOCUST_MASTER_BIND_HOST="127.0.0.1",
                          LOCUST_WEB_PORT=str(self.web), LOCUST_WEB_HOST="127.0.0.1", **results,
                          **changes)  # fmt: skip

    def worker(self):
        return self.start("worker", MASTER_HOST="127.0.0.1", LOCUST_MASTER_NODE_PORT=str(self.workers),
                          LOCUST_HEALTH_PORT="0", LOCUST_HEALTH_HOST="127.0.0.1")  # fmt: skip

    def stop(self):
        for pod in self.pods:
            pod.child.kill()
            pod.child.wait()
        self.target.kill()
        self.target.wait()


@pytest.fixture
def node(kubectl, tmp_path):
    nodes = []

    def make(chosen, kind="Deployment", overlay="eks"):
        nodes.append(Node(tmp_path, rendered.objects(kubectl, overlay, rendered.complete(chosen)), kind))
        return nodes[-1]

    yield make
    for it in nodes:
        it.stop()


def test_probes_say_what_is_so(node):
    """D44, D47, D48, X5, B17: a worker lives without a master and is ready with one; a
    master behind its login is ready by /. D37, D38, D41: the variables reach the engine."""
    it = node([])
    line = subprocess.run(
        [CICADA, "--print-web-token", "metrics"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[1]  # fmt: skip
    (it.folder / "users").write_text(line + "\n")
    worker = it.worker()
    health = worker.says(r"health port: (\d+)")[1]
    wait_until(lambda: worker.probe("startupProbe", health), "the worker has started")
    assert worker.probe("livenessProbe", health)
    assert not worker.probe("readinessProbe", health)

    master = it.master(LOCUST_WEB_USERS_FILE=str(it.folder / "users"))
    wait_until(lambda: master.probe("startupProbe", it.web), "the master has started")
    assert master.probe("livenessProbe", it.web) and master.probe("readinessProbe", it.web)
    wait_until(lambda: worker.probe("readinessProbe", health), "the worker is registered")

    # A master that is gone takes no worker with it: it lives, and waits for the next.
    master.child.kill()
    wait_until(lambda: not worker.probe("readinessProbe", health), "the worker misses its master", 90)
    assert worker.probe("livenessProbe", health)
    worker.child.send_signal(signal.SIGTERM)
    assert worker.ends() == 0


def test_users_follow_the_workers(node):
    """B19, B18, D42: a worker that the HPA adds gets its share, one that it takes gives its users back and
    ends within its grace: with just the environment of the manifests. D41: LOCUST_USERS of them."""
    it = node([], overlay="local")
    master = it.master(LOCUST_AUTOSTART="true")
    first = it.worker()

    def users():
        url = f"http://127.0.0.1:{it.web}/stats/requests"
        return sorted(worker["user_count"] for worker in requests.get(url, timeout=10).json()["workers"]
                      if worker["state"] in ("running", "spawning"))  # fmt: skip

    wait_until(lambda: master.probe("readinessProbe", it.web), "the master answers")
    wait_until(lambda: users() == [10], "ten users run on one worker")
    it.worker()
    wait_until(lambda: users() == [5, 5], "they are shared with the second")
    first.child.send_signal(signal.SIGTERM)
    grace = rendered.pod_of(rendered.one(it.objects, "Deployment", "locust-worker"))
    assert first.ends(grace["terminationGracePeriodSeconds"]) == 0
    wait_until(lambda: users() == [10], "all are on the one that is left")


def test_names_of_the_cluster_are_known(node):
    """B21, X4: without a login a master answers to the names it has in the cluster, as KEDA asks it, and to
    no other, which a stranger's page could have made lead here."""
    it = node(["keda"], overlay="local")
    master = it.master()
    wait_until(lambda: master.probe("readinessProbe", it.web), "the master answers")
    for name, status in (
        ("locust-master.locust.svc:8089", 200), ("locust-master:8089", 200), ("10.0.10.7:8089", 200),
        ("rebound.example", 421),
    ):  # fmt: skip
        url = f"http://127.0.0.1:{it.web}/stats/requests"
        assert requests.get(url, headers={"Host": name}, timeout=10).status_code == status, name


def test_without_the_secret_there_is_no_open_page(node):
    """B24, X4: a master whose users are not there does not run open to all."""
    master = node([]).master(LOCUST_WEB_USERS_FILE="/nowhere/users")
    assert master.ends() != 0


def test_run_once_runs_once(node):
    """B20: master and workers of the Jobs run the test for its time, with all their workers, write what it
    found, and end with success, the last worker too. Only the time is shortened."""
    it = node(["run-once"], kind="Job")
    number = rendered.one(it.objects, "Job", "locust-worker")["spec"]["parallelism"]
    line = subprocess.run(
        [CICADA, "--print-web-token", "metrics"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[1]  # fmt: skip
    (it.folder / "users").write_text(line + "\n")
    master = it.master(
        LOCUST_WEB_USERS_FILE=str(it.folder / "users"), LOCUST_RUN_TIME="2s", LOCUST_AUTOQUIT="1"
    )
    workers = [it.worker() for _ in range(number)]
    assert master.ends() == 0, master.log.read_text(errors="replace")
    assert [worker.ends() for worker in workers] == [0] * number
    written = {path.name for path in (it.folder / "results").iterdir()}
    assert {"cicada_stats.csv", "cicada_failures.csv", "cicada.html", "cicada.json"} <= written


def test_external_workers_are_encrypted(node):
    """X4: with external-workers the two talk by the key of the Secret, and one without it is not let in."""
    it = node(["external-workers"])
    secret, _, _, public = subprocess.run(
        [CICADA, "--print-curve-key"], capture_output=True, text=True, check=True
    ).stdout.splitlines()  # fmt: skip
    (it.folder / "key").write_text(secret + "\n")
    (it.folder / "key").chmod(0o440)
    for workload in rendered.workloads(it.objects):
        for variable in rendered.container_of(workload)["env"]:
            if "valueFrom" in variable:  # the kubelet's part
                assert variable["valueFrom"]["secretKeyRef"] == {"name": "locust-curve", "key": "server-key"}
    master = it.master(LOCUST_WEB_LOGIN="false", LOCUST_CURVE_KEY_FILE=str(it.folder / "key"))
    it.objects = replaced(it.objects, public.removeprefix("# ").strip())
    worker = it.worker()
    health = worker.says(r"health port: (\d+)")[1]
    wait_until(lambda: worker.probe("readinessProbe", health), "the worker with the key is registered")
    it.objects = replaced(it.objects, None)
    stranger = it.worker()
    health = stranger.says(r"health port: (\d+)")[1]
    wait_until(lambda: stranger.probe("livenessProbe", health), "the stranger has started")
    time.sleep(1)
    assert not stranger.probe("readinessProbe", health)
    assert master.child.poll() is None


def replaced(objects, key):
    """The same with what the kubelet would put there from the Secret, or without it."""
    objects = yaml.safe_load(yaml.safe_dump(objects))
    for workload in rendered.workloads(objects):
        container = rendered.container_of(workload)
        kept = [v for v in container["env"] if v["name"] != "LOCUST_CURVE_SERVER_KEY"]
        if key and len(kept) < len(container["env"]):
            kept.append({"name": "LOCUST_CURVE_SERVER_KEY", "value": key})
        container["env"] = kept
    return objects


def test_the_readme_makes_the_secret(kubectl, tmp_path):
    """B24: the commands of README.md for the Secret, as they stand there: what they make has a users file
    that cicada takes, and the token that is in it."""
    text = (rendered.K8S / "README.md").read_text()
    section = text[text.index("### The Secret `locust-web`"):]
    commands = "\n".join(line[4:] for line in section.split("\nWith `components/secrets-store`")[0].splitlines()
                         if line.startswith("    "))  # fmt: skip
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "cicada").symlink_to(CICADA)
    # The cluster's part is shown instead of done.
    (tools / "kubectl").write_text(
        f'#!/bin/sh\ncase $1 in create) exec {kubectl} "$@" --dry-run=client -o yaml >"{tmp_path}/secret" ;; esac\n'
    )
    (tools / "kubectl").chmod(0o755)
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path, input="a long enough password\n", text=True,
        capture_output=True, timeout=60, check=False, env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    data = yaml.safe_load((tmp_path / "secret").read_text())["data"]
    assert set(data) == {"users", "token"}
    assert not (tmp_path / "users").exists()
    users, token = (base64.b64decode(data[key]).decode() for key in ("users", "token"))
    hashed = hashlib.sha256(token.encode()).hexdigest()
    assert re.fullmatch(rf"admin:\S+\nmetrics:sha256:{hashed}\n", users)
