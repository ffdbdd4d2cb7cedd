# SPDX-License-Identifier: MIT
"""A Kubernetes API for the real kubectl to talk to: objects, and just enough of what controllers do that
the operator's scripts have something to see. Strict where a script could be wrong (unknown kinds, field
conflicts), slow where a real one is (things become ready, and go away, only after a while).

    with Cluster(balancers) as cluster:
        kubectl --server cluster.url ...

balancers is told of Services of type LoadBalancer: made(service) and gone(service), gone only returns when
nothing of the balancer is left.
"""

import http.server
import json
import re
import threading
import urllib.parse

import yaml

# group/version: {plural: (kind, namespaced, short names)}
KINDS = {
    "v1": {
        "namespaces": ("Namespace", False, ["ns"]),
        "nodes": ("Node", False, ["no"]),
        "pods": ("Pod", True, ["po"]),
        "services": ("Service", True, ["svc"]),
        "secrets": ("Secret", True, []),
        "configmaps": ("ConfigMap", True, ["cm"]),
        "serviceaccounts": ("ServiceAccount", True, ["sa"]),
    },
    "apps/v1": {"deployments": ("Deployment", True, ["deploy"])},
    "autoscaling/v2": {"horizontalpodautoscalers": ("HorizontalPodAutoscaler", True, ["hpa"])},
    "policy/v1": {"poddisruptionbudgets": ("PodDisruptionBudget", True, ["pdb"])},
    "networking.k8s.io/v1": {"networkpolicies": ("NetworkPolicy", True, ["netpol"])},
    "scheduling.k8s.io/v1": {"priorityclasses": ("PriorityClass", False, ["pc"])},
    "rbac.authorization.k8s.io/v1": {
        "roles": ("Role", True, []),
        "rolebindings": ("RoleBinding", True, []),
        "clusterroles": ("ClusterRole", False, []),
        "clusterrolebindings": ("ClusterRoleBinding", False, []),
    },
}
VERBS = ["create", "delete", "get", "list", "patch", "update"]
PATH = re.compile(
    r"^/(?:api|apis)/(?P<group>v1|[^/]+/[^/]+)(?:/namespaces/(?P<namespace>[^/]+))?/(?P<plural>[a-z]+)"
    r"(?:/(?P<name>[^/]+))?$"
)


def base(group):
    return f"/api/{group}" if group == "v1" else f"/apis/{group}"


def discovery(group):
    resources = [
        {"name": plural, "singularName": kind.lower(), "kind": kind, "namespaced": namespaced, "verbs": VERBS, "shortNames": short}
        for plural, (kind, namespaced, short) in KINDS[group].items()
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group, "resources": resources}


def groups():
    found = []
    for group in KINDS:
        if "/" in group:
            name, version = group.split("/")
            versions = {"groupVersion": group, "version": version}
            found.append({"name": name, "versions": [versions], "preferredVersion": versions})
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": found}


def openapi(group):
    """Only that fields are validated by the server; kubectl asks for nothing else."""
    paths = {}
    for plural, (kind, namespaced, _) in KINDS[group].items():
        path = base(group) + ("/namespaces/{namespace}" if namespaced else "") + f"/{plural}/{{name}}"
        name, _, version = group.rpartition("/")
        paths[path] = {
            "patch": {
                "parameters": [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}],
                "x-kubernetes-group-version-kind": {"group": name, "version": version, "kind": kind},
            }
        }
    return {"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": "1"}, "paths": paths}


def failure(code, reason, message):
    return code, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message}


READY = [{"type": "Ready", "status": "True"}]


class Cluster:
    """objects: {(plural, namespace, name): object}; views: functions (plural, object) that change what is
    read, for faults; balancer_ready and conflict: switches for the same."""

    def __init__(self, balancers, nodes=3):
        self.balancers = balancers
        self.lock = threading.RLock()
        self.objects, self.views, self.reads = {}, [], {}
        self.answers, self.balancer_ready, self.conflict = True, True, False
        self.put("namespaces", None, {"metadata": {"name": "kube-system"}, "status": {"phase": "Active"}})
        for number in range(nodes):
            self.put("nodes", None, {"metadata": {"name": f"node-{number}"}, "status": {"conditions": READY}})

    def __enter__(self):
        handler = type("Handler", (Handler,), {"cluster": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def get(self, plural, name, namespace="locust"):
        return self.objects.get((plural, namespace, name))

    def put(self, plural, namespace, value):
        self.objects[plural, namespace, value["metadata"]["name"]] = value
        return value

    # ---- What kubectl does -------------------------------------------------------------------------

    def apply(self, plural, namespace, name, value, force):
        if namespace and ("namespaces", None, namespace) not in self.objects:
            return failure(404, "NotFound", f'namespaces "{namespace}" not found')
        if self.conflict and not force:
            return failure(409, "Conflict", 'Apply failed with 1 conflict: conflict with "kubectl-edit": .spec.replicas')
        old = self.get(plural, name, namespace)
        changed = not old or old.get("spec") != value.get("spec")
        value["metadata"] = {**value["metadata"], "uid": f"{plural}-{name}", "generation": 1}
        if old:
            value["metadata"]["generation"] = old["metadata"]["generation"] + changed
            for field in ("status", "deletionTimestamp"):
                if field in old:
                    value[field] = old[field]
        if changed:
            self.reads[plural, name] = 0
        if plural == "namespaces":
            value["status"] = {"phase": "Active"}
        if plural == "secrets":
            value["data"] = value.pop("stringData", {})
        self.put(plural, namespace, value)
        if plural == "services" and value["spec"].get("type") == "LoadBalancer" and not old:
            self.balancers.made(name)
        return (200 if old else 201), value

    def delete(self, plural, namespace, name):
        value = self.get(plural, name, namespace)
        if not value:
            return failure(404, "NotFound", f'{plural} "{name}" not found')
        if plural == "namespaces":
            value["status"] = {"phase": "Terminating"}
        value["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        self.reads["gone", plural, name] = 0
        return 200, value

    def read(self, plural, namespace, name):
        """Every look moves the controllers on by a step."""
        self.controllers()
        found = [self.seen(*key) for key in sorted(self.objects, key=str) if key[0] == plural and namespace in (None, key[1])]
        if not name:
            return 200, found
        for value in found:
            if value["metadata"]["name"] == name:
                return 200, value
        return failure(404, "NotFound", f'{plural} "{name}" not found')

    def seen(self, *key):
        value = json.loads(json.dumps(self.objects[key]))
        for view in self.views:
            view(key[0], value)
        return value

    # ---- What controllers do -----------------------------------------------------------------------

    def controllers(self):
        for (plural, namespace, name), value in list(self.objects.items()):
            if (plural, namespace, name) not in self.objects:
                continue  # it went with its namespace
            if "deletionTimestamp" in value["metadata"]:
                self.finish(plural, namespace, name)
            elif plural == "deployments":
                self.deployment(namespace, value)
            elif plural == "services" and value["spec"].get("type") == "LoadBalancer":
                seen = self.reads[plural, name] = self.reads.get((plural, name), 0) + 1
                if seen > 2 and self.balancer_ready:
                    value["status"] = {"loadBalancer": {"ingress": [{"hostname": f"{name}.elb.example.com"}]}}

    def finish(self, plural, namespace, name):
        seen = self.reads["gone", plural, name] = self.reads["gone", plural, name] + 1
        if seen < 3:
            return
        value = self.objects.pop((plural, namespace, name))
        if plural == "services" and value["spec"].get("type") == "LoadBalancer":
            threading.Thread(target=self.balancers.gone, args=(name,), daemon=True).start()
        if plural == "namespaces":
            for key in [key for key in self.objects if key[1] == name]:
                if key[0] == "services" and self.objects[key]["spec"].get("type") == "LoadBalancer":
                    threading.Thread(target=self.balancers.gone, args=(key[2],), daemon=True).start()
                del self.objects[key]

    def deployment(self, namespace, value):
        name = value["metadata"]["name"]
        seen = self.reads["deployments", name] = self.reads.get(("deployments", name), 0) + 1
        scaler = self.get("horizontalpodautoscalers", name, namespace)
        wanted = value["spec"].setdefault("replicas", 1)
        if scaler and wanted < scaler["spec"]["minReplicas"]:
            wanted = value["spec"]["replicas"] = scaler["spec"]["minReplicas"]
        needed = [v["secret"]["secretName"] for v in value["spec"]["template"]["spec"].get("volumes", []) if "secret" in v]
        ready = wanted if seen > 2 and all(self.get("secrets", n, namespace) for n in needed) else 0
        value["status"] = {
            "observedGeneration": value["metadata"]["generation"],
            "replicas": wanted,
            "updatedReplicas": wanted,
            "readyReplicas": ready,
        }
        for key in [k for k in self.objects if k[0] == "pods" and k[2].startswith(f"{name}-")]:
            del self.objects[key]
        for number in range(wanted):
            status = {"phase": "Running", "conditions": READY} if ready else {"phase": "Pending"}
            self.put("pods", namespace, {"metadata": {"name": f"{name}-{number}"}, "status": status})
        if scaler:
            scaler["status"] = {
                "currentMetrics": [
                    {"type": "Resource", "resource": {"name": m["resource"]["name"], "current": {"averageUtilization": 20}}}
                    for m in scaler["spec"]["metrics"]
                ]
            }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster: Cluster

    def log_message(self, *_):
        pass

    def reply(self, code, body, kind="application/json"):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urllib.parse.urlsplit(self.path)
        with self.cluster.lock:
            if not self.cluster.answers:
                self.reply(*failure(401, "Unauthorized", "Unauthorized"))
            elif url.path in FIXED:
                self.reply(200, *FIXED[url.path])
            else:
                self.reply(*self.on_object(url, body))

    do_GET = do_PATCH = do_POST = do_DELETE = handle_any

    def on_object(self, url, body):
        match = PATH.match(url.path)
        if not match or match["plural"] not in KINDS.get(match["group"], {}):
            return failure(404, "NotFound", f"the server could not find {url.path}")
        group, plural, namespace, name = match["group"], match["plural"], match["namespace"], match["name"]
        kind = {"apiVersion": group, "kind": KINDS[group][plural][0]}
        query = dict(urllib.parse.parse_qsl(url.query))
        if self.command == "GET":
            code, value = self.cluster.read(plural, namespace, name)
            if isinstance(value, list):
                items = [{**kind, **item} for item in value]
                return code, {"apiVersion": group, "kind": kind["kind"] + "List", "metadata": {}, "items": items}
        elif self.command == "DELETE" and name:
            code, value = self.cluster.delete(plural, namespace, name)
        elif self.command == "PATCH" and self.headers["Content-Type"] == "application/apply-patch+yaml":
            if query.get("fieldManager") != "cicada-deploy":
                return failure(400, "BadRequest", "the field manager is not cicada-deploy")
            code, value = self.cluster.apply(plural, namespace, name, yaml.safe_load(body), query.get("force") == "true")
        else:
            return failure(405, "MethodNotAllowed", f"{self.command} {url.path}: only server-side apply makes objects here")
        return code, value if "kind" in value else {**kind, **value}


FIXED = {
    "/readyz": ("ok", "text/plain"),
    "/version": ({"major": "1", "minor": "33", "gitVersion": "v1.33.0"},),
    "/api": ({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []},),
    "/apis": (groups(),),
    "/openapi/v3": ({"paths": {base(g)[1:]: {"serverRelativeURL": f"/openapi/v3{base(g)}"} for g in KINDS}},),
    **{base(group): (discovery(group),) for group in KINDS},
    **{f"/openapi/v3{base(group)}": (openapi(group),) for group in KINDS},
}
