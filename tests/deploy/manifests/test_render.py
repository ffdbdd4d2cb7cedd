# SPDX-License-Identifier: MIT
"""T8: the manifests are clean YAML, and every overlay takes every component that goes with it."""

import subprocess
import sys

import rendered


def test_yaml_is_clean():
    """T8: yamllint, over everything below k8s/."""
    result = subprocess.run(
        [sys.executable, "-m", "yamllint", "--strict", "-c", rendered.K8S / ".yamllint", rendered.K8S],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_overlay_or_component_is_missing():
    """Section 6 of the layout, B20-B22, B24, B25, X4, D51: what there is to combine."""
    assert set(rendered.components()) >= {
        "nodeport", "external-workers", "fixed-workers", "keda", "monitoring", "secrets-store", "web-login",
        "internet-facing",
    }  # fmt: skip
    base = {path.name for path in (rendered.K8S / "base").glob("*.yaml")}
    assert base >= {
        "namespace.yaml", "configmap.yaml", "serviceaccounts.yaml", "master-deployment.yaml",
        "master-service.yaml", "worker-deployment.yaml", "worker-hpa.yaml", "pdb.yaml", "networkpolicy.yaml",
        "priorityclasses.yaml",
    }  # fmt: skip


def test_every_combination_renders(kubectl):
    """T8: each component alone, and as many as go together, in both orders, over both overlays. Nothing in
    what comes out is without a namespace or refers to a ConfigMap that is not there."""
    for combination, result in rendered.everything(kubectl):
        names = [(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]) for o in result]
        assert len(names) == len(set(names)), combination
        for kind, namespace, name in names:
            everywhere = kind in ("Namespace", "PriorityClass")
            assert namespace == (None if everywhere else "locust"), (combination, kind, name)
        maps = {o["metadata"]["name"] for o in rendered.kinds(result, "ConfigMap")}
        for workload in rendered.workloads(result):
            for source in rendered.container_of(workload).get("envFrom", []):
                assert source["configMapRef"]["name"] in maps, (combination, workload["metadata"]["name"])


def test_alternatives_do_not_go_together(kubectl, tmp_path):
    """B20, B21: two answers to "how many workers" are an error when rendering, not a quiet mix."""
    for chosen in (("fixed-workers", "keda"), ("keda", "keep-workers"), ("fixed-workers", "keep-workers")):
        rendered.kustomization(tmp_path, "eks", chosen)
        result = subprocess.run(
            [kubectl, "kustomize", tmp_path], capture_output=True, text=True, check=False, timeout=60
        )
        assert result.returncode != 0
        assert "HorizontalPodAutoscaler" in result.stderr


def test_cluster_autoscaler_renders(kubectl):
    """B10: the node autoscaler is plain manifests of its own, apart from the test's namespace."""
    result = rendered.addon(kubectl)
    assert {o["metadata"].get("namespace") for o in result} == {None, "kube-system"}
    rendered.one(result, "Deployment", "cluster-autoscaler")
