# SPDX-License-Identifier: MIT
"""The manifests for the server there is, Kubernetes 1.20: the same fields under the names of then. What it
does not know yet is taken away here by name, so that all the rest is held against its schema."""

import copy

VERSIONS = {"autoscaling/v2": "autoscaling/v2beta2", "policy/v1": "policy/v1beta1"}
FASTER = 10


def older(o):
    o = copy.deepcopy(o)
    o["apiVersion"] = VERSIONS.get(o["apiVersion"], o["apiVersion"])
    if o["kind"] == "PodDisruptionBudget":
        o["spec"].pop("unhealthyPodEvictionPolicy", None)
    for container in o["spec"]["template"]["spec"]["containers"] if "template" in o.get("spec", {}) else ():
        hook = container.get("lifecycle", {}).get("preStop", {})
        if "sleep" in hook:
            del container["lifecycle"]
    return o


def faster(o):
    """The HPA with all its times divided by ten: the same steps, in minutes instead of half an hour."""
    if o["kind"] != "HorizontalPodAutoscaler":
        return o
    o = copy.deepcopy(o)
    for rule in o["spec"]["behavior"].values():
        rule["stabilizationWindowSeconds"] //= FASTER
        for policy in rule["policies"]:
            policy["periodSeconds"] //= FASTER
    return o
