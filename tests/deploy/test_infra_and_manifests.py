# SPDX-License-Identifier: MIT
"""What infra/ and k8s/ must agree on: written in both, since neither can read the other."""

import re

import pytest
import yaml
from harness import standin
from harness.infra import resources

K8S = standin.ROOT / "k8s"


def objects(*paths):
    """{(kind, name): object} of these files."""
    found = {}
    for path in paths:
        for document in yaml.safe_load_all((K8S / path).read_text()):
            if document:
                found[document["kind"], document["metadata"]["name"]] = document
    return found


@pytest.fixture(scope="module")
def base():
    return objects(*(path.relative_to(K8S) for path in (K8S / "base").glob("*.yaml") if path.name != "kustomization.yaml"))


@pytest.fixture(scope="module")
def autoscaler():
    folder = K8S / "addons/cluster-autoscaler"
    return objects(*(path.relative_to(K8S) for path in folder.glob("*.yaml") if path.name != "kustomization.yaml"))


def default(variable):
    text = (standin.ROOT / "infra/variables.tf").read_text()
    body = re.search(rf'^variable "{variable}" \{{\n(.*?)^\}}', text, re.M | re.S)[1]
    return int(re.search(r"^  default += (\d+)$", body, re.M)[1])


def cpu_request_m(deployment):
    requests = deployment["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"]
    return int(requests.removesuffix("m")) if requests.endswith("m") else int(requests) * 1000


def test_what_the_capacity_check_counts_with(base):
    """X6, D45, D52: requests of worker and master, and the most workers the autoscaler may ask for."""
    assert default("worker_cpu_request_m") == cpu_request_m(base["Deployment", "locust-worker"])
    assert default("master_cpu_request_m") == cpu_request_m(base["Deployment", "locust-master"])
    assert default("max_workers") == base["HorizontalPodAutoscaler", "locust-worker"]["spec"]["maxReplicas"]


def test_the_node_autoscaler_has_its_role_and_finds_the_groups(infra, autoscaler):
    """B10: the service account Terraform gives the role to is the one it runs as; it looks for the tags set."""
    made = {address: values for address, _, values in resources(infra.plan("dev"))}
    identity = made["aws_eks_pod_identity_association.cluster_autoscaler"]
    pod = autoscaler["Deployment", "cluster-autoscaler"]["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == identity["service_account"]
    assert ("ServiceAccount", identity["service_account"]) in autoscaler
    kustomization = yaml.safe_load((K8S / "addons/cluster-autoscaler/kustomization.yaml").read_text())
    assert kustomization["namespace"] == identity["namespace"]
    command = " ".join(pod["containers"][0]["command"])
    looked_for = re.search(r"--node-group-auto-discovery=asg:tag=(\S+)", command)[1]
    tags = made['aws_eks_node_group.this["default"]']["tags"]
    assert set(looked_for.replace("$(CLUSTER_NAME)", "cicada").split(",")) == set(tags)


def test_workers_may_use_the_nodes_that_are_theirs(infra):
    """B11: the taint is tolerated, the label preferred."""
    made = {address: values for address, _, values in resources(infra.plan("prod"))}
    group = made['aws_eks_node_group.this["workers"]']
    patches = yaml.safe_load((K8S / "overlays/eks/kustomization.yaml").read_text())["patches"]
    patch = next(p for p in (yaml.safe_load(p["patch"]) for p in patches) if p["metadata"]["name"] == "locust-worker")
    pod = patch["spec"]["template"]["spec"]
    (taint,) = group["taint"]
    (toleration,) = pod["tolerations"]
    assert (toleration["key"], toleration["value"]) == (taint["key"], taint["value"])
    assert (taint["effect"], toleration["effect"]) == ("NO_SCHEDULE", "NoSchedule")
    preferred = pod["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    (wanted,) = preferred[0]["preference"]["matchExpressions"]
    assert group["labels"][wanted["key"]] in wanted["values"]


def test_the_namespace_of_the_access_entries(base):
    """B2, D40: prod's viewers see the namespace that there is."""
    text = (standin.ROOT / "infra/environments/prod.tfvars").read_text()
    (namespace,) = re.findall(r'namespaces += \["([\w-]+)"\]', text)
    assert ("Namespace", namespace) in base


def test_addresses_in_the_manifests_are_the_vpc_s(base):
    """B23, D2: the network policies let in whom Terraform's vpc_cidr names."""
    vpc = re.search(r'^variable "vpc_cidr".*?default += "([^"]+)"', (standin.ROOT / "infra/variables.tf").read_text(), re.M | re.S)[1]
    cidrs = set(re.findall(r"cidr: ([\d./]+)", (K8S / "base/networkpolicy.yaml").read_text()))
    assert vpc in cidrs
    assert {cidr for cidr in cidrs if cidr.startswith("10.")} == {vpc}
