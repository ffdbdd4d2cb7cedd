# SPDX-License-Identifier: MIT
"""Stand-ins for what needs machines: a kubelet, whose pods run as soon as they are bound, and a metrics
server, by which the workers share a demand between them."""

import http.server
import json
import ssl
import threading
import time

import requests

STRATEGIC = {"Content-Type": "application/strategic-merge-patch+json"}


def stamp():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def component(pod):
    return pod["metadata"].get("labels", {}).get("app.kubernetes.io/component")


class Kubelet:
    """Of all nodes: bound pods are Running and Ready, deleted ones are gone, a little later."""

    def __init__(self, cluster):
        self.url = cluster.url
        self.session = cluster.client()
        self.running = []
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def start(self):
        self.thread.start()

    def stop(self):
        self.ending.set()
        self.thread.join(10)

    def work(self):
        while not self.ending.wait(0.2):
            try:
                self.look()
            except requests.RequestException as e:
                if not self.ending.is_set():
                    print("kubelet:", e)

    def look(self):
        pods = self.session.get(self.url + "/api/v1/pods", timeout=30).json()["items"]
        for pod in pods:
            if not pod["spec"].get("nodeName"):
                continue
            if pod["metadata"].get("deletionTimestamp"):
                self.end(pod)
            elif pod["status"].get("phase") == "Pending":
                self.run(pod)
        self.running = [
            pod for pod in pods
            if pod["status"].get("phase") == "Running" and not pod["metadata"].get("deletionTimestamp")
        ]  # fmt: skip

    def path(self, pod):
        return f"{self.url}/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"

    def end(self, pod):
        now = {"gracePeriodSeconds": 0, "kind": "DeleteOptions", "apiVersion": "v1"}
        self.session.delete(self.path(pod), json=now, timeout=30)

    def run(self, pod):
        now = stamp()
        status = {
            "phase": "Running",
            "podIP": "10.1.0.1",
            "startTime": now,
            "conditions": [
                {"type": kind, "status": "True", "lastTransitionTime": now}
                for kind in ("Initialized", "Ready", "ContainersReady")
            ],
            "containerStatuses": [
                {
                    "name": c["name"], "image": c["image"], "imageID": "x", "ready": True, "started": True,
                    "restartCount": 0, "state": {"running": {"startedAt": now}},
                }
                for c in pod["spec"]["containers"]
            ],
        }  # fmt: skip
        self.session.patch(
            self.path(pod) + "/status", data=json.dumps({"status": status}), headers=STRATEGIC, timeout=30
        )


class Metrics:
    """metrics.k8s.io: the workers that run share a demand of so many cores; each uses 2 at most, its limit."""

    def __init__(self, cluster, kubelet):
        self.kubelet = kubelet
        self.cores = 0.0
        handler = type("Handler", (_Handler,), {"metrics": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cluster.certificates("metrics.crt"), cluster.certificates("metrics.key"))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def port(self):
        return self.server.server_address[1]

    def start(self):
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def register(self, cluster):
        """The API server passes on to us what it is asked of the group."""
        cluster.create("/api/v1/namespaces/kube-system/services", {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "metrics"},
            "spec": {"type": "ExternalName", "externalName": "localhost"},
        })  # fmt: skip
        cluster.create("/apis/apiregistration.k8s.io/v1/apiservices", {
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": {"name": "v1beta1.metrics.k8s.io"},
            "spec": {
                "group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100,
                "versionPriority": 100, "insecureSkipTLSVerify": True,
                "service": {"namespace": "kube-system", "name": "metrics", "port": self.port},
            },
        })  # fmt: skip

    def pods(self):
        workers = [pod for pod in self.kubelet.running if component(pod) == "worker"]
        each = min(2000, int(1000 * self.cores / max(1, len(workers))))
        return [
            {
                "metadata": {k: pod["metadata"][k] for k in ("name", "namespace", "labels")},
                "timestamp": stamp(),
                "window": "15s",
                "containers": [{"name": "locust", "usage": {"cpu": f"{each}m", "memory": "60Mi"}}],
            }
            for pod in workers
        ]


class _Handler(http.server.BaseHTTPRequestHandler):
    metrics = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.path.partition("?")[0].rstrip("/")
        if path.endswith("/pods"):
            self.answer({
                "kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {},
                "items": self.metrics.pods(),
            })  # fmt: skip
        else:
            self.answer({
                "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "metrics.k8s.io/v1beta1",
                "resources": [{"name": "pods", "singularName": "", "namespaced": True, "kind": "PodMetrics",
                               "verbs": ["get", "list"]}],
            })  # fmt: skip

    def answer(self, o):
        body = json.dumps(o).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
