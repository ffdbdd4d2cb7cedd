# SPDX-License-Identifier: MIT
"""T10: Pod Security Standards "restricted", field by field, for every pod of every combination; and more."""

import copy

import pytest
import rendered

# Of the standard, as of Kubernetes 1.36.
SAFE_SYSCTLS = {
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}  # fmt: skip
VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
}  # fmt: skip


def violations(pod):
    """What the standard's levels baseline and restricted, and ours beyond, forbid in a pod."""
    context = pod.get("securityContext", {})
    found = [key for key in ("hostNetwork", "hostPID", "hostIPC", "hostUsers") if pod.get(key)]
    found += [f"sysctl {s['name']}" for s in context.get("sysctls", []) if s["name"] not in SAFE_SYSCTLS]
    found += [f"windows or selinux {key}" for key in ("windowsOptions", "seLinuxOptions") if key in context]
    for volume in pod.get("volumes", []):
        (kind,) = set(volume) - {"name"}
        if kind not in VOLUMES:
            found.append(f"volume {kind}")
        if kind == "emptyDir" and "sizeLimit" not in volume[kind]:
            found.append(f"{volume['name']} has no limit")
    for key in ("containers", "initContainers", "ephemeralContainers"):
        for container in pod.get(key, []):
            found += violations_of(container, context)
    return found


def violations_of(container, of_pod):
    context = container.get("securityContext", {})
    both = {**of_pod, **context}
    found = []
    if context.get("privileged"):
        found.append("privileged")
    if context.get("allowPrivilegeEscalation") is not False:
        found.append("allowPrivilegeEscalation")
    if context.get("capabilities") != {"drop": ["ALL"]}:
        found.append("capabilities")
    if both.get("runAsNonRoot") is not True:
        found.append("runAsNonRoot")
    if not both.get("runAsUser"):
        found.append("runAsUser")
    if both.get("seccompProfile") != {"type": "RuntimeDefault"}:
        found.append("seccompProfile")
    if context.get("readOnlyRootFilesystem") is not True:
        found.append("readOnlyRootFilesystem")
    if context.get("procMount", "Default") != "Default":
        found.append("procMount")
    if "appArmorProfile" in context or "seLinuxOptions" in context:
        found.append("profile")
    found += ["hostPort" for port in container.get("ports", []) if port.get("hostPort")]
    found += [f"{probe} to another host" for probe in ("startupProbe", "livenessProbe", "readinessProbe")
              if container.get(probe, {}).get("httpGet", {}).get("host")]  # fmt: skip
    return found


def test_namespace_enforces_it(kubectl):
    """B14, D76: the namespace refuses what isn't restricted."""
    labels = rendered.one(rendered.objects(kubectl, "eks"), "Namespace", "locust")["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"


def test_every_pod_is_restricted(kubectl):
    """B14, D49, D76: field by field, in every combination, the node autoscaler too."""
    pods = 0
    for combination, objects in rendered.everything(kubectl):
        for workload in rendered.workloads(objects):
            assert violations(rendered.pod_of(workload)) == [], (combination, workload["metadata"]["name"])
            pods += 1
    (autoscaler,) = rendered.workloads(rendered.addon(kubectl))
    assert violations(rendered.pod_of(autoscaler)) == []
    assert pods > 50


@pytest.mark.parametrize(
    "path, value, found",
    [
        (("hostNetwork",), True, "hostNetwork"),
        (("securityContext", "runAsNonRoot"), False, "runAsNonRoot"),
        (("securityContext", "runAsUser"), 0, "runAsUser"),
        (("securityContext", "seccompProfile"), {"type": "Unconfined"}, "seccompProfile"),
        (("securityContext", "sysctls"), [{"name": "net.core.somaxconn", "value": "1"}], "sysctl"),
        (("containers", 0, "securityContext", "privileged"), True, "privileged"),
        (("containers", 0, "securityContext", "allowPrivilegeEscalation"), True, "allowPrivilege"),
        (("containers", 0, "securityContext", "capabilities"), {"drop": []}, "capabilities"),
        (("containers", 0, "securityContext", "readOnlyRootFilesystem"), False, "readOnlyRoot"),
        (("volumes", 0), {"name": "tmp", "hostPath": {"path": "/"}}, "volume hostPath"),
        (("volumes", 0), {"name": "tmp", "emptyDir": {}}, "no limit"),
    ],
)
def test_the_rules_themselves(kubectl, path, value, found):
    """B14: each rule finds the pod that breaks it."""
    pod = copy.deepcopy(rendered.pod_of(rendered.one(rendered.objects(kubectl, "eks"), "Deployment", "locust-worker")))
    place = pod
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert any(found in violation for violation in violations(pod))


def test_only_tmp_and_results_are_written(kubectl):
    """B14: a read-only root, /tmp of a limited size, and the results of the master."""
    objects = rendered.objects(kubectl, "eks", rendered.complete(["external-workers"]))
    writable = {}
    for workload in rendered.workloads(objects):
        volumes = {v["name"]: v for v in rendered.pod_of(workload)["volumes"]}
        mounts = rendered.container_of(workload)["volumeMounts"]
        assert {m["name"] for m in mounts} == set(volumes)
        writable[workload["metadata"]["name"]] = {m["mountPath"] for m in mounts if not m.get("readOnly")}
    assert writable == {"locust-master": {"/tmp", "/results"}, "locust-worker": {"/tmp"}}


def test_accounts(kubectl):
    """B14: an account for each role, without a token, said in both places."""
    objects = rendered.objects(kubectl, "eks")
    for name in ("locust-master", "locust-worker"):
        assert rendered.one(objects, "ServiceAccount", name)["automountServiceAccountToken"] is False
        pod = rendered.pod_of(rendered.one(objects, "Deployment", name))
        assert pod["serviceAccountName"] == name
        assert pod["automountServiceAccountToken"] is False


def test_no_secret_is_in_the_manifests(kubectl):
    """B24: who may log in comes from a Secret that is made elsewhere, or from Secrets Manager; nothing of
    that kind is in the ConfigMap or in a manifest."""
    for combination, objects in rendered.everything(kubectl):
        assert not rendered.kinds(objects, "Secret")
        for config in rendered.kinds(objects, "ConfigMap"):
            if config["metadata"]["name"].startswith("locust-config"):
                for key in config["data"]:
                    assert not any(word in key for word in ("PASS", "TOKEN", "SECRET", "KEY", "LOGIN"))
    master = rendered.one(
        rendered.objects(kubectl, "eks", rendered.complete(["secrets-store"])), "Deployment", "locust-master"
    )
    (users,) = [v for v in rendered.pod_of(master)["volumes"] if v["name"] == "web-users"]
    assert users["csi"]["driver"] == "secrets-store.csi.k8s.io"
    assert "secret" not in users
