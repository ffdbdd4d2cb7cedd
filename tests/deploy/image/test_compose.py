# SPDX-License-Identifier: MIT
"""docker/compose.yaml, brought up for real by podman-compose in a network of its own."""

import json
import os
import subprocess

import pytest
import yaml
from harness.containers import ROOT
from harness.pod import wait_until

FILE = ROOT / "docker/compose.yaml"


@pytest.fixture
def network(containers):
    """Runs what it is given in a network with nothing but a loopback: the bridge and the rules that the
    containers need are made there, and go with it."""
    holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], stdin=subprocess.DEVNULL)
    place = f"/proc/{holder.pid}/ns/net"
    ours = os.readlink("/proc/self/ns/net")
    wait_until(lambda: os.readlink(place) != ours, "network of its own", 10)

    def run(*argv, **options):
        return containers.run("nsenter", f"--net={place}", *argv, **options)

    run("ip", "link", "set", "lo", "up")
    yield run
    holder.kill()
    holder.wait()


def test_the_services_are_those_of_the_issue():
    """A target, a master and two workers, hardened as the pods are; the page on this machine alone."""
    services = yaml.safe_load(FILE.read_text())["services"]
    assert list(services) == ["target", "master", "worker1", "worker2"]
    for service in services.values():
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges"]
    assert services["master"]["ports"] == ["127.0.0.1:${CICADA_PORT:-8089}:8089"]
    assert not any("ports" in services[name] for name in ("target", "worker1", "worker2"))


@pytest.mark.medium
def test_compose_brings_a_fleet_up(containers, image, network, monkeypatch):
    """Names resolve, both workers register, a test runs, its counts are the target's, results are on the volume."""
    monkeypatch.setitem(containers.environment, "CICADA_IMAGE", image)
    monkeypatch.setitem(containers.environment, "COMPOSE_PROJECT_NAME", "cicada-compose-test")

    def compose(*words, **options):
        return network("podman-compose", "--podman-run-args=--pull=never", "-f", FILE, *words, **options)

    def stats():
        return json.loads(get("/stats/requests"))

    def count():
        return stats()["stats"][-1]["num_requests"]

    def get(path, *options):
        url = f"http://127.0.0.1:8089{path}"
        done = network("curl", "--silent", "--fail", "--max-time", "60", *options, url, check=False)
        return done.stdout if done.returncode == 0 else ""

    project = "cicada-compose-test"
    try:
        compose("up", "--no-build", "--detach")
        # netavark's bridge takes another hardware address when a container with a lower one joins; those that
        # have asked before send their questions to the old one for half a minute.
        for service in ("target", "master", "worker1", "worker2"):
            process = network("podman", "inspect", "--format", "{{.State.Pid}}", f"{project}_{service}_1")
            network("nsenter", "--target", process.stdout.strip(), "--net", "ip", "neighbour", "flush", "all")
        wait_until(lambda: get("/readyz"), "master with its workers")
        answer = json.loads(get("/swarm", "-d", "user_count=10&spawn_rate=100"))
        assert answer["success"] and answer["host"] == "http://target:8000", answer
        wait_until(lambda: count() > 10, "load")
        assert sorted(worker["user_count"] for worker in stats()["workers"]) == [5, 5]
        assert json.loads(get("/stop"))["success"]
        wait_until(lambda: stats()["state"] == "stopped", "end of the test")
        address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        address = network("podman", "inspect", "--format", address, f"{project}_target_1").stdout.strip()
        served = network("curl", "--silent", "--fail", f"http://{address}:8000/_count")
        assert json.loads(served.stdout)["total"] == count()
        network("podman", "stop", "--time", "40", f"{project}_master_1")
        code = network("podman", "inspect", "--format", "{{.State.ExitCode}}", f"{project}_master_1")
        assert code.stdout.strip() == "0"
        place = network("podman", "volume", "inspect", "--format", "{{.Mountpoint}}", f"{project}_results")
        assert {"cicada_stats.csv", "cicada.html", "cicada.json"} <= set(os.listdir(place.stdout.strip()))
    finally:
        compose("down", "--volumes", "--timeout", "1", check=False)
        network("podman", "network", "rm", "--force", f"{project}_default", check=False)
