# SPDX-License-Identifier: MIT
"""T20: the manifests in a real cluster: API server, controllers and scheduler of Kubernetes 1.20."""

import collections
import json
import pathlib
import re
import time

import hpa
import pytest
import rendered
from cluster import BINARIES, Cluster
from fakes import Kubelet, Metrics, component
from harness.waiting import wait_until
from older import FASTER, faster, older

pytestmark = pytest.mark.slow

PODS = "/api/v1/namespaces/locust/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/locust/deployments/locust-"
# What pods may ask for of a node, by X6: its cores, less what the kubelet keeps, less kube-proxy and the CNI
# (150m); of the larger one, which is for real load, less the shipping of logs (300m) too.
ROOM = {
    "t3.medium": ("1780m", "3300Mi", "17"),
    "t3.medium with log shipping": ("1480m", "3300Mi", "17"),
    "t3.xlarge": ("3470m", "14500Mi", "58"),
}
UP = [3, 5, 8, 12, 18, 20]
DOWN = [20, 18, 16, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3]


class Lab:
    """The cluster and what stands in for machines."""

    def __init__(self, folder, kubectl):
        self.cluster = Cluster(folder, kubectl)
        self.kubectl = kubectl
        self.helpers = []
        self.figures = {}

    def start(self):
        began = time.monotonic()
        self.cluster.start()
        self.figures["start_s"] = round(time.monotonic() - began, 1)
        kubelet = Kubelet(self.cluster)
        self.metrics = Metrics(self.cluster, kubelet)
        self.helpers = [kubelet, self.metrics]
        for helper in self.helpers:
            helper.start()
        self.metrics.register(self.cluster)
        wait_until(
            lambda: self.cluster.session.get(
                self.cluster.url + "/apis/metrics.k8s.io/v1beta1/namespaces/locust/pods", timeout=30
            ).ok,
            "the API server passes on what it is asked of metrics.k8s.io",
        )

    def stop(self):
        for helper in self.helpers:
            helper.stop()
        self.cluster.stop()

    def set_nodes(self, kind, count):
        """So many nodes of a kind instead of those there were; who was on those has to move."""
        cpu, memory, pods = ROOM[kind]
        old = self.cluster.get("/api/v1/nodes")["items"]
        for node in old:
            self.cluster.delete(f"/api/v1/nodes/{node['metadata']['name']}")
        for i in range(count):
            name = f"{kind.replace('.', '-').replace(' ', '-')}-{i}"
            self.cluster.create("/api/v1/nodes", {
                "apiVersion": "v1", "kind": "Node",
                "metadata": {"name": name, "labels": {
                    "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{i % 2}",
                }},
            })  # fmt: skip
            room = {"cpu": cpu, "memory": memory, "pods": pods, "ephemeral-storage": "20Gi"}
            self.cluster.patch(f"/api/v1/nodes/{name}/status", {"status": {
                "capacity": room, "allocatable": room,
                "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
            }})  # fmt: skip

    def apply(self, objects, *arguments, check=True):
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [faster(older(o)) for o in objects]})
        return self.cluster.kubectl("apply", "--server-side", "--field-manager", "cicada-deploy",
                                    *arguments, "-f", "-", stdin=text, check=check)  # fmt: skip

    def overlay(self, name, chosen=()):
        return rendered.objects(self.kubectl, name, chosen)

    def clear(self):
        """As destroy.sh begins: the namespace, and all that is in it, goes."""
        self.cluster.kubectl("delete", "namespace", "locust", "--ignore-not-found", "--timeout=120s")

    def pods(self, role=None, phase=None):
        pods = (self.cluster.get(PODS) or {"items": []})["items"]
        return [
            pod for pod in pods
            if not pod["metadata"].get("deletionTimestamp")
            and role in (None, component(pod)) and phase in (None, pod["status"]["phase"])
        ]  # fmt: skip

    def running(self, role):
        return len(self.pods(role, "Running"))

    def replicas(self, role="worker"):
        return self.cluster.get(DEPLOYMENTS + role)["spec"]["replicas"]

    def at_rest(self, workers=3):
        """Master and that many workers run; nothing is asked of them."""
        self.metrics.cores = 0.1
        wait_until(
            lambda: self.running("master") == 1 and self.running("worker") == workers == self.replicas(),
            f"a master and {workers} workers run",
        )


@pytest.fixture(scope="module")
def lab(kubectl, tmp_path_factory):
    assert BINARIES.is_dir(), "the programs are not there; ./dev test cluster builds them"
    it = Lab(tmp_path_factory.mktemp("cluster"), kubectl)
    try:
        it.start()
        yield it
        print("\nfigures:", json.dumps(it.figures))
    finally:
        it.stop()


@pytest.fixture
def deployed(lab):
    """overlays/eks at rest on the seven t3.xlarge of load.tfvars."""
    lab.clear()
    lab.set_nodes("t3.xlarge", 7)
    lab.apply(lab.overlay("eks"))
    lab.at_rest()
    return lab


def follow(lab, until, seconds):
    """[(second, replicas)] of the workers from now until they are that many."""
    began, seen = time.monotonic(), []

    def reached():
        number = lab.replicas()
        if not seen or seen[-1][1] != number:
            seen.append((round(time.monotonic() - began, 1), number))
        return number == until

    try:
        wait_until(reached, f"{until} workers", seconds)
    except AssertionError as e:
        raise AssertionError(f"{e}; it went {seen}") from e
    return seen


# ---- Applying ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", rendered.OVERLAYS)
def test_overlay(lab, name):
    """T20, D40-D52: the server takes the overlay as deploy.sh applies it, and all its pods run; D42: the
    HPA alone makes three workers of none said."""
    lab.clear()
    lab.set_nodes("t3.medium", 3)
    lab.apply(lab.overlay(name))
    lab.at_rest()
    if name == "local":
        wait_until(lambda: lab.running("target") == 1, "the target runs")
    services = lab.cluster.get("/api/v1/namespaces/locust/services")["items"]
    kinds = {s["metadata"]["name"]: s["spec"]["type"] for s in services}
    assert kinds["locust-master"] == "ClusterIP"
    assert kinds["locust-master-web"] == {"eks": "LoadBalancer", "local": "NodePort"}[name]
    endpoints = lab.cluster.get("/api/v1/namespaces/locust/endpoints/locust-master")["subsets"]
    assert {p["port"] for subset in endpoints for p in subset["ports"]} == {8089, 5557}


def test_every_component(lab):
    """T8, T20: the server's own schema and validation take what each component makes, as far as 1.20 knows
    its kinds. B10: it takes the node autoscaler, whose pod runs."""
    lab.clear()
    lab.cluster.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace",
                                             "metadata": {"name": "locust"}})  # fmt: skip
    for name in rendered.components():
        objects = lab.overlay("eks", rendered.complete([name]))
        known = [o for o in objects if "." not in o["apiVersion"] or ".k8s.io/" in o["apiVersion"]]
        result = lab.apply(known, "--dry-run=server")
        assert len(result.stdout.splitlines()) == len(known), name
    addon = rendered.addon(lab.kubectl)
    assert len(lab.apply(addon).stdout.splitlines()) == len(addon)
    lab.set_nodes("t3.medium", 1)
    where = "/apis/apps/v1/namespaces/kube-system/deployments/cluster-autoscaler"
    wait_until(lambda: lab.cluster.get(where)["status"].get("readyReplicas") == 1, "the autoscaler runs")


def test_the_server_refuses_nonsense(lab):
    """T20: it would say so."""
    lab.clear()
    objects = json.loads(json.dumps(lab.overlay("eks")))
    rendered.one(objects, "Deployment", "locust-worker")["spec"]["nonsense"] = 1
    result = lab.apply(objects, check=False)
    assert result.returncode != 0
    assert "nonsense" in result.stderr


# ---- Scaling -------------------------------------------------------------------------------------------


def test_up_and_down(deployed):
    """D52, D53, D54, D55, X13: the real controller goes the way of the arithmetic, in a tenth of the time;
    X6: the seven t3.xlarge of load.tfvars hold the master and twenty workers that run, beside the log shipping
    of B30; X7: an apply in the middle of a test leaves the number alone."""
    lab = deployed
    manifest = faster(rendered.one(lab.overlay("eks"), "HorizontalPodAutoscaler", "locust-worker"))
    period = manifest["spec"]["behavior"]["scaleUp"]["policies"][0]["periodSeconds"]
    assert period * FASTER == 60

    lab.metrics.cores = 40
    up = follow(lab, 20, 180)
    lab.figures["up"] = up
    assert hpa.numbers(up) == UP
    steps = [after - before for (before, _), (after, _) in zip(up[1:], up[2:])]
    assert min(steps) > period - 2
    wait_until(lambda: lab.running("worker") == 20, "twenty workers run on seven t3.xlarge")
    assert lab.running("master") == 1
    on = collections.Counter(pod["spec"]["nodeName"] for pod in lab.pods("worker"))
    lab.figures["workers_on_t3.xlarge"] = sorted(on.values())
    assert max(on.values()) == 3

    lab.apply(lab.overlay("eks"))
    assert lab.replicas() == 20

    lab.metrics.cores = 0.1
    down = follow(lab, 3, 300)
    lab.figures["down"] = down
    assert hpa.numbers(down) == DOWN
    window = manifest["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"]
    assert down[1][0] > window - 4


@pytest.mark.parametrize("kind, fit", [("t3.medium", 10), ("t3.medium with log shipping", 9)])
def test_ten_t3_medium_hold_ten(lab, kind, fit):
    """X6, D11: on the seed's ten t3.medium ten workers run and ten wait for a node that nobody makes (B10);
    with the log shipping of B30 nine, as the Terraform reckons, since the master no longer fits beside one.
    The scheduler says why. D50: each is on a node of its own."""
    lab.clear()
    lab.set_nodes(kind, 10)
    lab.apply(lab.overlay("eks"))
    lab.at_rest()
    lab.metrics.cores = 40
    wait_until(lambda: len(lab.pods("worker")) == 20, "the HPA asks for twenty", 180)
    wait_until(lambda: lab.running("worker") == fit, f"{fit} run")

    def reasons():
        found = [
            condition.get("message", "")
            for pod in lab.pods("worker", "Pending")
            for condition in pod["status"].get("conditions", [])
            if condition["type"] == "PodScheduled" and condition["status"] == "False"
        ]
        return found if len(found) == 20 - fit else None

    for reason in wait_until(reasons, "the others are unschedulable"):
        assert "0/10 nodes are available: 10 Insufficient cpu" in reason
    assert (lab.running("worker"), len(lab.pods("worker", "Pending"))) == (fit, 20 - fit)
    assert lab.running("master") == 1
    assert len({pod["spec"]["nodeName"] for pod in lab.pods("worker", "Running")}) == fit
    lab.figures[f"ten {kind}"] = {"running": fit, "pending": 20 - fit}


def test_sizes_of_load_tfvars():
    """X6: the sizes tried here are those of the Terraform."""
    text = (pathlib.Path(rendered.K8S).parent / "infra/environments/load.tfvars").read_text()
    assert re.search(r'^node_instance_type\s*=\s*"t3.xlarge"$', text, re.MULTILINE)
    assert re.search(r"^max_capacity\s*=\s*7$", text, re.MULTILINE)


# ---- Disruptions ---------------------------------------------------------------------------------------


def evict(lab, pod):
    name = pod["metadata"]["name"]
    return lab.cluster.post(f"{PODS}/{name}/eviction", {
        "apiVersion": "policy/v1beta1", "kind": "Eviction",
        "metadata": {"name": name, "namespace": "locust"},
    })  # fmt: skip


def budget(lab, name):
    status = lab.cluster.get(f"/apis/policy/v1beta1/namespaces/locust/poddisruptionbudgets/locust-{name}")["status"]
    return status.get("observedGeneration") and status["currentHealthy"] >= status["desiredHealthy"] and status


def test_nobody_evicts_the_master(deployed):
    """B16: a drained node waits for the test: the master's eviction is refused; a worker's is not, and the
    worker comes back."""
    lab = deployed
    wait_until(lambda: budget(lab, "master") and budget(lab, "worker"), "the budgets are counted")
    (master,) = lab.pods("master")
    answer = evict(lab, master)
    assert answer.status_code == 429
    assert "disruption budget" in answer.text
    workers = lab.pods("worker")
    wait_until(lambda: budget(lab, "worker")["disruptionsAllowed"] == 1, "a worker may go")
    assert evict(lab, workers[0]).status_code == 201
    gone = workers[0]["metadata"]["uid"]
    wait_until(
        lambda: lab.running("worker") == 3 and gone not in {p["metadata"]["uid"] for p in lab.pods()},
        "the third worker is back",
    )
    assert [p["metadata"]["uid"] for p in lab.pods("master")] == [master["metadata"]["uid"]]


def test_master_goes_first_where_room_is_short(lab):
    """B16: with room for three workers only, the master takes the place of one."""
    lab.clear()
    lab.set_nodes("t3.medium", 3)
    objects = json.loads(json.dumps(lab.overlay("eks")))
    # As if the log agent and a stranger's pod had left no room beside a worker.
    rendered.container_of(rendered.one(objects, "Deployment", "locust-master"))["resources"]["requests"]["cpu"] = "1000m"
    first = [o for o in objects if (o["kind"], o["metadata"]["name"]) != ("Deployment", "locust-master")]
    lab.metrics.cores = 0.1
    lab.apply(first)
    wait_until(lambda: lab.running("worker") == 3, "three workers fill the nodes")
    lab.apply(objects)
    wait_until(lambda: lab.running("master") == 1, "the master runs")
    wait_until(
        lambda: (lab.running("worker"), len(lab.pods("worker", "Pending"))) == (2, 1),
        "a worker made room and waits",
    )


def test_settings_roll_both(deployed):
    """D41: another LOCUST_USERS is another ConfigMap: every pod is replaced, and never are there two
    masters (B16)."""
    lab = deployed
    before = {role: {p["metadata"]["uid"] for p in lab.pods(role)} for role in ("master", "worker")}
    objects = json.loads(json.dumps(lab.overlay("eks")))
    (config,) = rendered.kinds(objects, "ConfigMap")
    old, new = config["metadata"]["name"], "locust-config-11users"
    config["data"]["LOCUST_USERS"] = "11"
    objects = json.loads(json.dumps(objects).replace(old, new))
    lab.apply(objects)
    masters = []

    def rolled():
        masters.append(lab.running("master"))
        now = {role: {p["metadata"]["uid"] for p in lab.pods(role, "Running")} for role in before}
        return all(len(now[r]) == len(before[r]) and not now[r] & before[r] for r in before)

    wait_until(rolled, "all pods are new ones")
    assert max(masters) == 1
    for pod in lab.pods():
        (container,) = pod["spec"]["containers"]
        assert container["envFrom"] == [{"configMapRef": {"name": new}}]


def test_run_once(lab):
    """B20: the Jobs make the pods of the Deployments, as many as were said."""
    lab.clear()
    lab.set_nodes("t3.xlarge", 7)
    lab.apply(lab.overlay("eks", rendered.complete(["run-once"])))
    wait_until(lambda: (lab.running("master"), lab.running("worker")) == (1, 5), "a master and five workers run")


def test_namespace_goes(deployed):
    """D63: deleting the namespace takes everything of ours, within its two minutes."""
    began = time.monotonic()
    deployed.clear()
    deployed.figures["namespace_gone_s"] = round(time.monotonic() - began, 1)
    assert deployed.cluster.get("/api/v1/namespaces/locust") is None
