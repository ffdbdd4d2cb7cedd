# SPDX-License-Identifier: MIT
"""T13: how many workers fit, by a small model of the scheduler, and by Terraform's arithmetic."""

import json

import pytest
from harness import standin

INFRA = standin.ROOT / "infra"

VCPU = {"t3.medium": 2, "t3.large": 2, "t3.xlarge": 4, "t3.2xlarge": 8, "c7i.xlarge": 4, "c7g.medium": 1, "c7i.8xlarge": 32}
WORKER, MASTER = 1000, 500
SYSTEM = [100] * 5  # two of coredns, two of metrics-server, the Cluster Autoscaler


def kubelet_reserves(vcpu):
    """amazon-eks-ami, nodeadm/internal/kubelet/config.go, core by core."""
    shares = [0.06, 0.01, 0.005, 0.005]
    return sum(1000 * (shares[core] if core < len(shares) else 0.0025) for core in range(vcpu))


def free(vcpu, insights):
    """What pods may request on a node that runs the daemons: kube-proxy, CNI, with insights agent and fluent-bit."""
    return vcpu * 1000 - kubelet_reserves(vcpu) - 100 - 50 - (250 + 50 if insights else 0)


def fit(shared, dedicated=()):
    """Places pod by pod: the master, then as many workers as fit, where their own nodes come first, then
    the system's pods into what is left. Both are what each node has to give."""
    shared, dedicated = list(shared), list(dedicated)

    def place(request, nodes):
        # The fullest node that still has room: what a full cluster ends up as.
        room = [index for index, spare in enumerate(nodes) if spare >= request]
        if not room:
            return False
        nodes[min(room, key=lambda index: nodes[index])] -= request
        return True

    assert place(MASTER, shared)
    workers = 0
    while place(WORKER, dedicated) or place(WORKER, shared):
        workers += 1
    assert all(place(request, shared) for request in SYSTEM), "no room for the system's pods"
    return workers


def nodes(kind, count, insights):
    return [free(VCPU[kind], insights)] * count


SHARED = [
    (kind, count, insights)
    for kind, count in (("t3.medium", 10), ("t3.medium", 3), ("t3.large", 10), ("t3.xlarge", 7), ("t3.2xlarge", 3))
    for insights in (False, True)
]
DEDICATED = [
    (kind, count, insights)
    for kind, count in (("c7i.xlarge", 7), ("c7g.medium", 4), ("c7i.8xlarge", 2))
    for insights in (False, True)
]
BESIDE = ("t3.medium", 3)  # the other group, in the cases with a dedicated one


@pytest.fixture(scope="module")
def computed(infra, tmp_path_factory):
    """Terraform's answers to all of these from one plan: capacity.tf is a module called once for each."""
    folder = tmp_path_factory.mktemp("capacity")
    module = folder / "capacity"
    module.mkdir()
    for name in ("variables.tf", "capacity.tf"):
        (module / name).write_text((INFRA / name).read_text())
    (module / "outputs.tf").write_text('output "workers" {\n  value = local.max_schedulable_workers\n}\n')
    cases = {}
    for kind, count, insights in SHARED:
        case = {"node": kind, "max": count, "types": [], "worker_max": 1, "insights": insights}
        cases[f"{kind} {count} {insights}"] = case
    for kind, count, insights in DEDICATED:
        case = {"node": BESIDE[0], "max": BESIDE[1], "types": [kind], "worker_max": count, "insights": insights}
        cases[f"{kind} {count} {insights}"] = case
    call = {
        "source": "./capacity",
        "for_each": "${jsondecode(file(\"cases.json\"))}",
        "node_instance_type": "${each.value.node}",
        "min_capacity": 0,
        "desired_capacity": 0,
        "max_capacity": "${each.value.max}",
        "worker_instance_types": "${each.value.types}",
        "worker_desired_capacity": 0,
        "worker_max_capacity": "${each.value.worker_max}",
        "enable_container_insights": "${each.value.insights}",
    }
    (folder / "cases.json").write_text(json.dumps(cases))
    root = {"module": {"case": call}, "output": {"workers": {"value": "${{for name, case in module.case : name => case.workers}}"}}}
    (folder / "main.tf.json").write_text(json.dumps(root))
    infra.run("init", cwd=folder)
    infra.run("plan", "-out=plan", cwd=folder)
    shown = json.loads(infra.run("show", "-json", "plan", cwd=folder).stdout)
    return shown["planned_values"]["outputs"]["workers"]["value"]


@pytest.mark.parametrize("kind, count, insights", SHARED)
def test_workers_beside_the_master(computed, kind, count, insights):
    """X6."""
    assert computed[f"{kind} {count} {insights}"] == fit(nodes(kind, count, insights))


@pytest.mark.parametrize("kind, count, insights", DEDICATED)
def test_workers_on_nodes_of_their_own(computed, kind, count, insights):
    """X6, B11."""
    expected = fit(nodes(*BESIDE, insights), nodes(kind, count, insights))
    assert computed[f"{kind} {count} {insights}"] == expected


def test_the_figures_of_the_correction():
    """X6: 1930m, 1780m and 1480m on a t3.medium, 3770m on a t3.xlarge; ten workers on ten, never twenty."""
    assert 2000 - kubelet_reserves(2) == 1930
    assert free(2, False) == 1780 and free(2, True) == 1480
    assert free(4, False) == 3770
    assert fit(nodes("t3.medium", 10, False)) == 10
    assert fit(nodes("t3.xlarge", 7, True)) == 20


def test_environments(infra):
    """X6, T13: the seed's values do not hold what the autoscaler may ask for, load.tfvars and prod.tfvars do."""
    workers = {env: infra.outputs(env)["max_schedulable_workers"] for env in ("dev", "load", "prod")}
    assert workers == {
        "dev": fit(nodes("t3.medium", 10, True)),
        "load": fit(nodes("t3.xlarge", 7, True)),
        "prod": fit(nodes("t3.large", 4, True), nodes("c7i.xlarge", 7, True)),
    }
    assert workers == {"dev": 9, "load": 20, "prod": 21 + 3}
    readme = " ".join((INFRA / "README.md").read_text().split())
    assert "9 with `terraform.tfvars`, 20 with `load.tfvars`, 24 with `prod.tfvars`" in readme
    status = {env: {c["address"]["name"]: c["status"] for c in infra.plan(env)["checks"] if c["address"]["kind"] == "check"}
              for env in ("dev", "load", "prod")}  # fmt: skip
    assert status == {
        "dev": {"worker_capacity": "fail"},
        "load": {"worker_capacity": "pass"},
        "prod": {"worker_capacity": "pass"},
    }
