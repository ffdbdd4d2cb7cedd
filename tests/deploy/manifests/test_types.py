# SPDX-License-Identifier: MIT
"""T9: every object that is rendered against Kubernetes' own types, strictly."""

import copy
import json

import rendered
import strict


def everything(kubectl):
    """Every object of every combination, each once."""
    seen = {}
    for _, objects in rendered.everything(kubectl):
        for o in objects:
            seen[json.dumps(o, sort_keys=True)] = o
    for o in rendered.addon(kubectl):
        seen[json.dumps(o, sort_keys=True)] = o
    return list(seen.values())


def test_types(kubectl, tmp_path):
    """T9: no wrong type and no unknown field, against the types of Kubernetes 1.36 (X2)."""
    objects = everything(kubectl)
    assert len(objects) > 40
    assert strict.complaints(objects, tmp_path) == []


def break_hpa(o):
    o["spec"]["minReplicaz"] = o["spec"].pop("minReplicas")


def break_policy(o):
    policy = o["spec"]["behavior"]["scaleUp"]["policies"][0]
    policy["periodSecs"] = policy.pop("periodSeconds")


def break_replicas(o):
    o["spec"]["replicas"] = "1"


def break_root(o):
    context = rendered.container_of(o)["securityContext"]
    context["readOnlyRootFs"] = context.pop("readOnlyRootFilesystem")


def break_spread(o):
    constraint = rendered.pod_of(o)["topologySpreadConstraints"][0]
    constraint["whenUnsat"] = constraint.pop("whenUnsatisfiable")


def break_ranges(o):
    o["spec"]["loadBalancerSourceRange"] = o["spec"].pop("loadBalancerSourceRanges")


FAULTS = [
    ("HorizontalPodAutoscaler", "locust-worker", break_hpa, "minReplicaz"),
    ("HorizontalPodAutoscaler", "locust-worker", break_policy, "periodSecs"),
    ("Deployment", "locust-master", break_replicas, "Type 'string' is not assignable to type 'number'"),
    ("Deployment", "locust-worker", break_root, "readOnlyRootFs"),
    ("Deployment", "locust-worker", break_spread, "whenUnsat"),
    ("Service", "locust-master-web", break_ranges, "loadBalancerSourceRange"),
]


ADDONS = (
    "ScaledObject", "TriggerAuthentication", "SecretProviderClass", "ServiceMonitor", "PodMonitor",
    "PrometheusRule",
)  # fmt: skip


def test_seeded_faults_are_found(kubectl, tmp_path):
    """T9: six faults, misspelt fields on each level and a wrong type, are found, each where it is. The
    kinds of add-ons (B21, B22, B24) are checked as strictly as Kubernetes' own."""
    broken = []
    for kind, name, fault, _ in FAULTS:
        o = copy.deepcopy(rendered.one(rendered.objects(kubectl, "eks"), kind, name))
        fault(o)
        broken.append(o)
    chosen = rendered.complete(["keda", "monitoring", "secrets-store"])
    of_addons = copy.deepcopy([o for o in rendered.objects(kubectl, "eks", chosen) if o["kind"] in ADDONS])
    assert {o["kind"] for o in of_addons} == set(ADDONS)
    for o in of_addons:
        o["spec"]["nonsense"] = 1
    found = strict.complaints(broken + of_addons, tmp_path)
    for kind, name, fault, message in FAULTS:
        assert any(where == f"{kind}/{name}" and message in text for where, text in found), (fault, found)
    nonsense = {where for where, message in found if "nonsense" in message}
    assert nonsense == {f"{o['kind']}/{o['metadata']['name']}" for o in of_addons}
