# SPDX-License-Identifier: MIT
"""T10: the exact figures of D40-D54, and what follows from them."""

import subprocess

import pytest
import rendered

ROLES = ("locust-master", "locust-worker")


@pytest.fixture
def eks(kubectl):
    return rendered.objects(kubectl, "eks")


@pytest.fixture(params=ROLES)
def role(request, eks):
    return rendered.one(eks, "Deployment", request.param)


def environment(workload):
    return {v["name"]: v.get("value") for v in rendered.container_of(workload).get("env", [])}


def settings(objects):
    (config,) = rendered.kinds(objects, "ConfigMap")
    return config["data"]


def seconds(probe):
    return probe.get("initialDelaySeconds", 0)


def test_namespace(eks):
    """D40: the namespace and its two labels."""
    labels = rendered.one(eks, "Namespace", "locust")["metadata"]["labels"]
    assert labels["environment"] == "load-testing"
    assert labels["managed-by"] == "kubectl"


def test_settings(kubectl, eks):
    """D41: the settings, small by default since the target is somebody else's; local has its own target.
    D56: the scenario is one of the three."""
    assert settings(eks) == {
        "TARGET_HOST": "https://jsonplaceholder.typicode.com",
        "LOCUST_SCENARIO": "jsonplaceholder",
        "LOCUST_USERS": "10",
        "LOCUST_SPAWN_RATE": "1",
        "LOG_LEVEL": "INFO",
        "LOCUST_STOP_TIMEOUT": "30",
    }
    local = rendered.objects(kubectl, "local")
    assert settings(local) == settings(eks) | {"TARGET_HOST": "http://echo-target:8000"}
    target = rendered.one(local, "Service", "echo-target")
    assert [port["port"] for port in target["spec"]["ports"]] == [8000]


def test_both_read_the_settings(eks, role):
    """D41: envFrom in both workloads, by the name that ends in the hash of what is in it."""
    (config,) = rendered.kinds(eks, "ConfigMap")
    assert rendered.container_of(role)["envFrom"] == [{"configMapRef": {"name": config["metadata"]["name"]}}]
    assert config["metadata"]["name"].startswith("locust-config-")


def test_a_changed_setting_changes_the_pods(kubectl, tmp_path, eks):
    """D41: another value is another name is another pod template: both roll, no image is built."""
    rendered.kustomization(tmp_path, "eks", ())
    with (tmp_path / "kustomization.yaml").open("a") as out:
        out.write(
            "configMapGenerator:\n"
            "  - {name: locust-config, namespace: locust, behavior: merge, literals: [LOCUST_USERS=11]}\n"
        )
    changed = rendered.parse(rendered.kustomize(kubectl, tmp_path))
    assert settings(changed)["LOCUST_USERS"] == "11"
    for name in ROLES:
        before, after = (rendered.one(o, "Deployment", name)["spec"]["template"] for o in (eks, changed))
        assert before != after
        assert (
            before["spec"]["containers"][0]["image"] == after["spec"]["containers"][0]["image"]
        )


def test_replicas(eks):
    """D42: one master, always (B16: never two at a time). X7: the worker's number is the HPA's, or an apply
    in the middle of a test would set it back."""
    master = rendered.one(eks, "Deployment", "locust-master")["spec"]
    assert master["replicas"] == 1
    assert master["strategy"] == {"type": "Recreate"}
    worker = rendered.one(eks, "Deployment", "locust-worker")["spec"]
    assert "replicas" not in worker
    # Full nodes have no room for a new one before an old one went.
    assert worker["strategy"]["rollingUpdate"] == {"maxUnavailable": 1, "maxSurge": 1}
    assert rendered.one(eks, "HorizontalPodAutoscaler", "locust-worker")["spec"]["minReplicas"] == 3


def test_number_of_workers_has_one_owner(kubectl):
    """X7, B20: with a fixed number there is no HPA, and the master waits for just that many."""
    fixed = rendered.objects(kubectl, "eks", ("fixed-workers",))
    workers = rendered.one(fixed, "Deployment", "locust-worker")["spec"]["replicas"]
    assert settings(fixed)["LOCUST_EXPECT_WORKERS"] == str(workers)
    assert not rendered.kinds(fixed, "HorizontalPodAutoscaler")
    assert rendered.one(fixed, "PodDisruptionBudget", "locust-worker")["spec"]["maxUnavailable"] == 0
    keda = rendered.objects(kubectl, "eks", ("keda",))
    assert "replicas" not in rendered.one(keda, "Deployment", "locust-worker")["spec"]
    assert not rendered.kinds(keda, "HorizontalPodAutoscaler")


def test_image(kubectl, eks, role):
    """D43: the repository and digest that deploy.sh puts in reach both; without, nothing that exists
    anywhere is named."""
    assert rendered.container_of(role)["image"] == f"{rendered.IMAGE}@{rendered.DIGEST}"
    bare = rendered.parse(rendered.kustomize(kubectl, rendered.K8S / "overlays/eks"))
    name = role["metadata"]["name"]
    assert rendered.container_of(rendered.one(bare, "Deployment", name))["image"] == "cicada:unset"


def test_environment(eks):
    """D44: who is what. X5: the worker's health port. Names of Services are no variables of the engine's."""
    master = rendered.one(eks, "Deployment", "locust-master")
    worker = rendered.one(eks, "Deployment", "locust-worker")
    assert environment(master)["LOCUST_MODE"] == "master"
    assert environment(worker) == {
        "LOCUST_MODE": "worker", "MASTER_HOST": "locust-master", "LOCUST_HEALTH_PORT": "8090",
    }  # fmt: skip
    rendered.one(eks, "Service", environment(worker)["MASTER_HOST"])
    for workload in (master, worker):
        assert rendered.pod_of(workload)["enableServiceLinks"] is False


@pytest.mark.parametrize(
    "name, requests, limits",
    [
        ("locust-master", {"cpu": "500m", "memory": "512Mi"}, {"cpu": "1000m", "memory": "1Gi"}),
        ("locust-worker", {"cpu": "1000m", "memory": "512Mi"}, {"cpu": "2000m", "memory": "1Gi"}),
    ],
)
def test_resources(eks, name, requests, limits):
    """D45 and D46: what master and worker ask for and get at most."""
    workload = rendered.one(eks, "Deployment", name)
    assert rendered.container_of(workload)["resources"] == {"requests": requests, "limits": limits}


def test_probes_of_the_master(eks):
    """D47: liveness / on 8089 after 30 s; D48: readiness / on 8089 after 10 s; B17: and a startup probe."""
    container = rendered.container_of(rendered.one(eks, "Deployment", "locust-master"))
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        get = container[probe]["httpGet"]
        assert (get["path"], ports[get["port"]]) == ("/", 8089)
    assert seconds(container["livenessProbe"]) == 30
    assert seconds(container["readinessProbe"]) == 10


def test_probes_of_the_worker(eks):
    """D47, D48, X5, B17: alive is a turning loop, ready is registered: not a process with a name. No exec,
    for the image has nothing to run."""
    container = rendered.container_of(rendered.one(eks, "Deployment", "locust-worker"))
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    paths = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    for probe, path in paths.items():
        assert set(container[probe]) & {"exec", "tcpSocket", "grpc"} == set()
        get = container[probe]["httpGet"]
        assert (get["path"], ports[get["port"]]) == (path, 8090)
    assert environment(rendered.one(eks, "Deployment", "locust-worker"))["LOCUST_HEALTH_PORT"] == "8090"


def test_user(role):
    """D49: user 1000, not root, said in a way that the kubelet can verify (D32)."""
    context = rendered.pod_of(role)["securityContext"]
    assert context["runAsNonRoot"] is True
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (1000, 1000, 1000)


def test_placement(eks):
    """D50: workers spread over nodes, by preference; B16: and over zones, whatever happens."""
    worker = rendered.one(eks, "Deployment", "locust-worker")
    anti = rendered.pod_of(worker)["affinity"]["podAntiAffinity"]
    assert set(anti) == {"preferredDuringSchedulingIgnoredDuringExecution"}
    (term,) = anti["preferredDuringSchedulingIgnoredDuringExecution"]
    assert term["podAffinityTerm"]["topologyKey"] == "kubernetes.io/hostname"
    assert rendered.selected(term["podAffinityTerm"]["labelSelector"], worker)
    (spread,) = rendered.pod_of(worker)["topologySpreadConstraints"]
    assert spread["topologyKey"] == "topology.kubernetes.io/zone"
    assert spread["whenUnsatisfiable"] == "ScheduleAnyway"
    assert rendered.selected(spread["labelSelector"], worker)
    master = rendered.one(eks, "Deployment", "locust-master")
    assert not rendered.selected(spread["labelSelector"], master)


def test_nodes_for_load(eks):
    """B11: workers tolerate nodes that are for load alone; the master would rather not be on the spot
    market, nor tolerates those nodes."""
    worker = rendered.pod_of(rendered.one(eks, "Deployment", "locust-worker"))
    assert worker["tolerations"] == [
        {"key": "dedicated", "operator": "Equal", "value": "load", "effect": "NoSchedule"}
    ]
    master = rendered.pod_of(rendered.one(eks, "Deployment", "locust-master"))
    assert "tolerations" not in master
    (term,) = master["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    assert term["preference"]["matchExpressions"] == [
        {"key": "eks.amazonaws.com/capacityType", "operator": "In", "values": ["ON_DEMAND"]}
    ]


def test_hpa(eks):
    """D52: 3 to 20 workers, CPU 70 % and memory 80 % (X13: kept, though CPU decides). D53, D54: how fast,
    with 60 s for each policy."""
    spec = rendered.one(eks, "HorizontalPodAutoscaler", "locust-worker")["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "locust-worker"}
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 20)
    targets = {m["resource"]["name"]: m["resource"]["target"] for m in spec["metrics"]}
    assert targets == {
        "cpu": {"type": "Utilization", "averageUtilization": 70},
        "memory": {"type": "Utilization", "averageUtilization": 80},
    }
    assert spec["behavior"] == {
        "scaleUp": {
            "stabilizationWindowSeconds": 60,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 50, "periodSeconds": 60},
                {"type": "Pods", "value": 2, "periodSeconds": 60},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": 300,
            "selectPolicy": "Max",
            "policies": [{"type": "Percent", "value": 10, "periodSeconds": 60}],
        },
    }


def test_keda_scales_as_the_hpa_does(kubectl, eks):
    """B21: by users, from the master's own interface, with the bounds and the speed of D52-D54."""
    keda = rendered.one(rendered.objects(kubectl, "eks", ("keda",)), "ScaledObject", "locust-worker")["spec"]
    hpa = rendered.one(eks, "HorizontalPodAutoscaler", "locust-worker")["spec"]
    assert keda["scaleTargetRef"]["name"] == "locust-worker"
    assert (keda["minReplicaCount"], keda["maxReplicaCount"]) == (3, 20)
    assert keda["advanced"]["horizontalPodAutoscalerConfig"]["behavior"] == hpa["behavior"]
    (trigger,) = keda["triggers"]
    assert trigger["metadata"]["url"] == "http://locust-master.locust.svc:8089/stats/requests"
    assert trigger["metadata"]["valueLocation"] == "user_count"


def test_grace(eks):
    """B18: a pod has its stop timeout and 10 s more to end, at least 60 s; the master its preStop's 5 s."""
    stop = int(settings(eks)["LOCUST_STOP_TIMEOUT"])
    for name, before in (("locust-master", 5), ("locust-worker", 0)):
        workload = rendered.one(eks, "Deployment", name)
        grace = rendered.pod_of(workload)["terminationGracePeriodSeconds"]
        assert grace >= max(60, before + stop + 10)
        hook = rendered.container_of(workload).get("lifecycle", {}).get("preStop")
        assert hook == ({"sleep": {"seconds": before}} if before else None)


def test_priorities(eks):
    """B16: a master takes a worker's room, and a worker nobody's."""
    classes = {o["metadata"]["name"]: o for o in rendered.kinds(eks, "PriorityClass")}
    for name in ROLES:
        workload = rendered.one(eks, "Deployment", name)
        assert rendered.pod_of(workload)["priorityClassName"] in classes
        assert classes[name]["globalDefault"] is False
    assert classes["locust-master"]["value"] > classes["locust-worker"]["value"]
    assert classes["locust-worker"]["preemptionPolicy"] == "Never"


def test_the_master_is_not_moved(eks):
    """B16: the node autoscaler leaves the master's node alone."""
    template = rendered.one(eks, "Deployment", "locust-master")["spec"]["template"]
    assert (
        template["metadata"]["annotations"]["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "false"
    )


def test_sysctls(eks):
    """B15: room for connections, by sysctls that are safe in the sense of the kubelet."""
    sysctls = rendered.pod_of(rendered.one(eks, "Deployment", "locust-worker"))["securityContext"]["sysctls"]
    values = {s["name"]: s["value"] for s in sysctls}
    assert values["net.ipv4.ip_local_port_range"] == "1024 65535"
    assert int(values["net.ipv4.tcp_fin_timeout"]) < 60
    assert values["net.ipv4.ip_local_reserved_ports"] == "8090"


def test_run_once(kubectl, eks):
    """B20: the Jobs have the Deployments' pods, each once; the test starts and ends by itself."""
    once = rendered.objects(kubectl, "eks", rendered.complete(["run-once"]))
    assert not rendered.kinds(once, "Deployment")
    fixed = rendered.objects(kubectl, "eks", ("fixed-workers",))
    for name in ROLES:
        job = rendered.one(once, "Job", name)
        assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"
        there = rendered.container_of(rendered.one(fixed, "Deployment", name))
        here = rendered.container_of(job)
        assert {k: v for k, v in here.items() if k != "envFrom"} == {k: v for k, v in there.items() if k != "envFrom"}
    workers = rendered.one(once, "Job", "locust-worker")["spec"]
    number = rendered.one(fixed, "Deployment", "locust-worker")["spec"]["replicas"]
    assert (workers["parallelism"], workers["completions"]) == (number, number)
    assert rendered.one(once, "Job", "locust-master")["spec"]["backoffLimit"] == 0
    data = settings(once)
    assert data["LOCUST_EXPECT_WORKERS"] == str(number)
    assert (data["LOCUST_AUTOSTART"], data["LOCUST_AUTOQUIT"]) == ("true", "10")
    budget = rendered.one(once, "PodDisruptionBudget", "locust-worker")["spec"]
    assert budget["minAvailable"] == number and "maxUnavailable" not in budget


def test_results_outlive_the_master(kubectl, eks):
    """B14, D74: results are written to a folder of their own, on a volume by choice."""
    for chosen, volume in (((), "emptyDir"), (("results",), "persistentVolumeClaim")):
        master = rendered.one(rendered.objects(kubectl, "eks", chosen), "Deployment", "locust-master")
        (results,) = [v for v in rendered.pod_of(master)["volumes"] if v["name"] == "results"]
        assert set(results) == {"name", volume}
        assert {environment(master)[f"LOCUST_{kind}"] for kind in ("CSV", "HTML", "JSON_FILE")} == {
            "/results/cicada", "/results/cicada.html",
        }  # fmt: skip


def test_local_is_small(kubectl):
    """Section 6: the local overlay fits a laptop: small requests, no balancer, the image of the laptop."""
    local = rendered.parse(
        subprocess.run(
            [kubectl, "kustomize", rendered.K8S / "overlays/local"],
            capture_output=True, text=True, check=True, timeout=60,
        ).stdout
    )  # fmt: skip
    for workload in rendered.workloads(local):
        container = rendered.container_of(workload)
        assert container["resources"]["requests"]["cpu"] == "100m"
        assert container["image"] == "cicada:local"
    assert {s["spec"]["type"] for s in rendered.kinds(local, "Service")} == {"ClusterIP", "NodePort"}
