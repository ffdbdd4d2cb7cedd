# SPDX-License-Identifier: MIT
"""The stand-in for a Kubernetes API, seen by somebody on call: what looks are answered with besides what
deployments need (events, logs, metrics, endpoints, what runs in kube-system), selectors, watches that end,
and the few changes runbooks make (restart, scale, drain)."""

import base64
import json
import re
import urllib.parse

from harness import apiserver

KINDS = {
    "v1": {
        "events": ("Event", True, ["ev"]),
        "endpoints": ("Endpoints", True, ["ep"]),
        "persistentvolumeclaims": ("PersistentVolumeClaim", True, ["pvc"]),
    },
    "apps/v1": {
        "daemonsets": ("DaemonSet", True, ["ds"]),
        "replicasets": ("ReplicaSet", True, ["rs"]),
        "controllerrevisions": ("ControllerRevision", True, []),
    },
    "discovery.k8s.io/v1": {"endpointslices": ("EndpointSlice", True, [])},
    "events.k8s.io/v1": {"events": ("Event", True, ["ev"])},
    "apiregistration.k8s.io/v1": {"apiservices": ("APIService", False, [])},
    "metrics.k8s.io/v1beta1": {"nodes": ("NodeMetrics", False, []), "pods": ("PodMetrics", True, [])},
}
SUB = re.compile(
    r"^(?P<object>/apis?/.+/(?P<plural>\w+)/(?P<name>[^/]+))/(?P<sub>log|scale|exec|portforward|eviction|attach)$"
)
SYSTEM = ("coredns", "metrics-server", "cluster-autoscaler")


def known():
    """The stand-in's kinds and these."""
    groups = {group: dict(kinds) for group, kinds in apiserver.KINDS.items()}
    for group, kinds in KINDS.items():
        groups.setdefault(group, {}).update(kinds)
    return groups


def merged(old, patch):
    """A merge patch; all that kubectl's own commands send here."""
    if not isinstance(patch, dict) or not isinstance(old, dict):
        return patch
    result = dict(old)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif not name.startswith("$"):
            result[name] = merged(old.get(name), value)
    return result


class Operated(apiserver.Cluster):
    """A cluster in use."""

    def __enter__(self):
        self.revisions = 1
        template = {"metadata": {"labels": {}}, "spec": {"containers": [{"name": "c", "image": "c:1"}]}}
        for name in SYSTEM:
            spec = {"replicas": 1, "selector": {"matchLabels": {"k8s-app": name}}, "template": template}
            self.put(
                "deployments", "kube-system", {"metadata": {"name": name, "generation": 1, "uid": name}, "spec": spec}
            )
        status = {
            "desiredNumberScheduled": 3,
            "numberReady": 3,
            "observedGeneration": 1,
            "updatedNumberScheduled": 3,
            "numberAvailable": 3,
        }
        spec = {
            "selector": {"matchLabels": {"k8s-app": "aws-node"}},
            "template": template,
            "updateStrategy": {"type": "RollingUpdate"},
        }
        self.put(
            "daemonsets",
            "kube-system",
            {"metadata": {"name": "aws-node", "generation": 1}, "spec": spec, "status": status},
        )
        available = {"conditions": [{"type": "Available", "status": "True"}]}
        self.put("apiservices", None, {"metadata": {"name": "v1beta1.metrics.k8s.io"}, "spec": {}, "status": available})
        entered = super().__enter__()
        self.server.RequestHandlerClass = type("Handler", (Handler,), {"cluster": self})
        return entered

    def controllers(self):
        super().controllers()
        for (plural, namespace, name), value in list(self.objects.items()):
            if plural == "services" and (plural, namespace, name) != ("services", "locust", "locust-master-web"):
                labels = {"kubernetes.io/service-name": name}
                self.put(
                    "endpointslices",
                    namespace,
                    {"metadata": {"name": name, "labels": labels}, "addressType": "IPv4", "endpoints": []},
                )
            elif plural == "deployments":
                self.history(namespace, value)
        for (plural, namespace, name), value in list(self.objects.items()):
            if namespace:
                value["metadata"]["namespace"] = namespace
            if plural == "pods":
                self.dress(namespace, name, value)

    def seen(self, *key):
        """Secrets are read as they are kept, in base64."""
        value = super().seen(*key)
        if key[0] == "secrets":
            value["data"] = {
                name: base64.b64encode(text.encode()).decode() for name, text in value.get("data", {}).items()
            }
        if key[0] == "deployments" and "status" not in value:
            value["status"] = {
                "observedGeneration": value["metadata"].get("generation", 1),
                "replicas": 1,
                "updatedReplicas": 1,
                "readyReplicas": 1,
            }
        if key[0] == "deployments":
            value["status"]["availableReplicas"] = value["status"]["readyReplicas"]
        return value

    def history(self, namespace, deployment):
        """Two revisions of each, for rollout history and undo."""
        meta, spec = deployment["metadata"], deployment["spec"]
        labels = spec.get("selector", {}).get("matchLabels", {})
        for revision in ("1", "2"):
            owner = {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": meta["name"],
                "uid": meta.get("uid"),
                "controller": True,
            }
            template = json.loads(json.dumps(spec["template"]))
            template["metadata"].setdefault("labels", {})["pod-template-hash"] = revision
            template["metadata"].setdefault("annotations", {})["revision"] = revision
            about = {
                "name": f"{meta['name']}-r{revision}",
                "uid": f"{meta['name']}-r{revision}",
                "labels": labels,
                "ownerReferences": [owner],
            }
            about["annotations"] = {"deployment.kubernetes.io/revision": revision}
            self.put("replicasets", namespace, {"metadata": about, "spec": {"replicas": 0, "template": template}})
        meta.setdefault("annotations", {})["deployment.kubernetes.io/revision"] = "2"

    def dress(self, namespace, name, pod):
        """Labels, a node and a container, as its Deployment says."""
        owner = self.get("deployments", name.rpartition("-")[0], namespace)
        if owner:
            template = owner["spec"]["template"]
            pod["metadata"] |= {
                "labels": template["metadata"].get("labels", {}) | owner["spec"]["selector"]["matchLabels"]
            }
            pod.setdefault("spec", {"nodeName": "node-0", "containers": template["spec"]["containers"]})
            pod["status"].setdefault("containerStatuses", [])


class Handler(apiserver.Handler):
    """Discovery of all kinds; sub-resources; merge patches."""

    def handle_any(self):
        url = urllib.parse.urlsplit(self.path)
        path, groups = url.path, known()
        for group in groups:
            if path == apiserver.base(group):
                resources = [
                    {
                        "name": plural,
                        "singularName": kind.lower(),
                        "kind": kind,
                        "namespaced": own,
                        "verbs": [*apiserver.VERBS, "watch"],
                        "shortNames": short,
                    }
                    for plural, (kind, own, short) in groups[group].items()
                ]
                if group == "apps/v1":
                    resources.append(
                        {
                            "name": "deployments/scale",
                            "group": "autoscaling",
                            "version": "v1",
                            "kind": "Scale",
                            "namespaced": True,
                            "verbs": ["get", "update", "patch"],
                        }
                    )
                if group == "v1":
                    resources.append(
                        {
                            "name": "pods/eviction",
                            "group": "policy",
                            "version": "v1",
                            "kind": "Eviction",
                            "namespaced": True,
                            "verbs": ["create"],
                        }
                    )
                return self.reply(
                    200, {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group, "resources": resources}
                )
        if path == "/apis":
            found = []
            for group in groups:
                if "/" in group:
                    name, version = group.split("/")
                    versions = {"groupVersion": group, "version": version}
                    found.append({"name": name, "versions": [versions], "preferredVersion": versions})
            return self.reply(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": found})
        return super().handle_any()

    do_GET = do_PATCH = do_POST = do_DELETE = do_PUT = handle_any

    def on_object(self, url, body):
        query = dict(urllib.parse.parse_qsl(url.query))
        sub = SUB.match(url.path)
        if sub:
            return self.on_sub(sub, body)
        match = apiserver.PATH.match(url.path)
        kinds = known().get(match["group"], {}) if match else {}
        if not match or match["plural"] not in kinds:
            return super().on_object(url, body)
        plural, namespace, name = match["plural"], match["namespace"], match["name"]
        if match["group"].startswith("metrics.k8s.io"):
            return 200, self.metrics(plural, namespace)
        if self.command == "GET":
            code, value = self.cluster.read(plural, namespace, name)
            kind = {"apiVersion": match["group"], "kind": kinds[plural][0]}
            if not isinstance(value, list):
                return code, value if "kind" in value else {**kind, **value}
            items = [{**kind, **item} for item in value if selected(item, query)]
            if query.get("watch"):
                return 200, "".join(json.dumps({"type": "ADDED", "object": item}) for item in items)
            return 200, {
                "apiVersion": match["group"],
                "kind": kind["kind"] + "List",
                "metadata": {"resourceVersion": "1"},
                "items": items,
            }
        if self.command == "PATCH" and "apply-patch" not in self.headers["Content-Type"]:
            return self.patch(plural, namespace, name, body, kinds[plural][0], match["group"])
        if self.command == "DELETE" and plural == "secrets":
            self.cluster.objects.pop((plural, namespace, name), None)
            return 200, {"kind": "Status", "apiVersion": "v1", "status": "Success"}
        return super().on_object(url, body)

    def patch(self, plural, namespace, name, body, kind, group):
        old = self.cluster.get(plural, name, namespace)
        if not old:
            return apiserver.failure(404, "NotFound", f'{plural} "{name}" not found')
        change = json.loads(body)
        if isinstance(change, list):  # JSON patches of "rollout undo"
            change = {}
        new = merged(old, change)
        new["metadata"]["generation"] = old["metadata"].get("generation", 1) + 1
        self.cluster.put(plural, namespace, new)
        return 200, {"apiVersion": group, "kind": kind, **new}

    def on_sub(self, match, body):
        place = apiserver.PATH.match(match["object"])
        plural, namespace, name = match["plural"], place["namespace"], match["name"]
        value = self.cluster.get(plural, name, namespace)
        if not value:
            return apiserver.failure(404, "NotFound", f'{plural} "{name}" not found')
        if match["sub"] == "log":
            return 200, "[2026-11-26 08:00:00,000] pod/INFO/cicada: a line of its log\n"
        if match["sub"] == "scale":
            if self.command != "GET":
                value["spec"]["replicas"] = json.loads(body)["spec"]["replicas"]
            meta = {"name": name, "namespace": namespace}
            return 200, {
                "apiVersion": "autoscaling/v1",
                "kind": "Scale",
                "metadata": meta,
                "spec": {"replicas": value["spec"].get("replicas", 1)},
            }
        return apiserver.failure(400, "BadRequest", "the stand-in has no containers: unable to upgrade connection")

    def metrics(self, plural, namespace):
        usage = {"cpu": "250m", "memory": "64Mi"}
        items = []
        for (kind, place, name), _ in sorted(self.cluster.objects.items(), key=str):
            if kind == plural and namespace in (None, place):
                item = {
                    "metadata": {"name": name, "namespace": place},
                    "timestamp": "2026-11-26T08:00:00Z",
                    "window": "30s",
                }
                items.append(
                    item
                    | ({"usage": usage} if plural == "nodes" else {"containers": [{"name": "locust", "usage": usage}]})
                )
        kind = "NodeMetricsList" if plural == "nodes" else "PodMetricsList"
        return {"apiVersion": "metrics.k8s.io/v1beta1", "kind": kind, "metadata": {}, "items": items}


def selected(item, query):
    """Whether label and field selectors take it."""
    labels = item["metadata"].get("labels", {})
    for part in filter(None, query.get("labelSelector", "").split(",")):
        name, _, value = part.partition("=")
        if labels.get(name) != value.lstrip("="):
            return False
    for part in filter(None, query.get("fieldSelector", "").split(",")):
        name, _, value = part.partition("=")
        at = item
        for key in name.split("."):
            at = at.get(key, {}) if isinstance(at, dict) else {}
        if "!" not in name and at != value:
            return False
    return True
