# SPDX-License-Identifier: MIT
"""A real API server, controller manager, scheduler and etcd on loopback; build.sh made the programs."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess

import requests
from harness.waiting import free_port, wait_until

BINARIES = pathlib.Path(__file__).resolve().parents[3] / ".cache/cluster/bin"
CONTROLLERS = (
    "deployment", "replicaset", "job", "namespace", "horizontalpodautoscaling", "serviceaccount",
    "serviceaccount-token", "disruption", "garbagecollector", "endpoint", "endpointslice",
)  # fmt: skip
HPA_LOOKS_EVERY = "2s"


class Certificates:
    """One authority and the certificates it signed."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt",
                     "-days", "2", "-subj", "/CN=ca")  # fmt: skip
        self.openssl("genrsa", "-out", "sa.key", "2048")
        (folder / "extensions").write_text(
            "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n"
        )
        for name, subject in (
            ("apiserver", "/CN=kube-apiserver"),
            ("admin", "/O=system:masters/CN=admin"),
            ("proxy", "/CN=front-proxy"),
            ("metrics", "/CN=metrics"),
        ):
            self.sign(name, subject)

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60)

    def sign(self, name, subject):
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                     "-subj", subject)  # fmt: skip
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
                     "-CAcreateserial", "-days", "2", "-out", f"{name}.crt", "-extfile", "extensions")  # fmt: skip

    def __call__(self, name):
        return str(self.folder / name)


class Cluster:
    def __init__(self, folder, kubectl):
        self.folder = folder
        self.program = kubectl
        self.certificates = Certificates(folder / "certificates")
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.processes = []
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(json.dumps(self.configuration()))
        self.session = self.client()

    def configuration(self):
        of = self.certificates
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {"name": "c", "cluster": {"server": self.url, "certificate-authority": of("ca.crt")}}
            ],
            "users": [
                {
                    "name": "u",
                    "user": {"client-certificate": of("admin.crt"), "client-key": of("admin.key")},
                }
            ],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }

    def client(self):
        """A session of its own for a thread of its own."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self.certificates("ca.crt")
        session.cert = (self.certificates("admin.crt"), self.certificates("admin.key"))
        return session

    # ---- The programs --------------------------------------------------------------------------------

    def start(self):
        self.start_etcd_and_server()
        wait_until(lambda: self.alive() and self.ready(), "the API server is ready")
        self.start_controllers()
        wait_until(
            lambda: self.get("/api/v1/namespaces/default/serviceaccounts/default"),
            "the controllers have made the default service account",
        )

    def run(self, name, *flags):
        log = (self.folder / f"{name}.log").open("w")
        process = subprocess.Popen(
            [BINARIES / name, *flags], stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            cwd=self.folder, env={"PATH": os.environ["PATH"]}, start_new_session=True,
        )  # fmt: skip
        self.processes.append((name, process))

    def start_etcd_and_server(self):
        of = self.certificates
        etcd, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self.run("etcd", "--data-dir", "etcd", "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
                 "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                 "--initial-cluster", f"default={peer}", "--unsafe-no-fsync")  # fmt: skip
        self.run(
            "kube-apiserver", f"--etcd-servers={etcd}", "--bind-address=127.0.0.1",
            f"--secure-port={self.port}", "--insecure-port=0", f"--tls-cert-file={of('apiserver.crt')}",
            f"--tls-private-key-file={of('apiserver.key')}", f"--client-ca-file={of('ca.crt')}",
            f"--service-account-key-file={of('sa.key')}",
            f"--service-account-signing-key-file={of('sa.key')}",
            "--service-account-issuer=https://kubernetes.default.svc", "--api-audiences=api",
            "--service-cluster-ip-range=10.96.0.0/16", "--authorization-mode=RBAC",
            # Nobody here says of a node that it is ready, which would take the taint away again.
            "--disable-admission-plugins=TaintNodesByCondition",
            # For metrics.k8s.io, which the API server asks of us.
            f"--proxy-client-cert-file={of('proxy.crt')}", f"--proxy-client-key-file={of('proxy.key')}",
            f"--requestheader-client-ca-file={of('ca.crt')}",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-", "--enable-aggregator-routing=false",
            "--endpoint-reconciler-type=none",
        )  # fmt: skip

    def start_controllers(self):
        common = (f"--kubeconfig={self.kubeconfig}", "--leader-elect=false", "--port=0", "--secure-port=0")
        self.run(
            "kube-controller-manager", *common, f"--controllers={','.join(CONTROLLERS)}",
            f"--service-account-private-key-file={self.certificates('sa.key')}",
            f"--root-ca-file={self.certificates('ca.crt')}", "--kube-api-qps=100", "--kube-api-burst=200",
            f"--horizontal-pod-autoscaler-sync-period={HPA_LOOKS_EVERY}",
            "--horizontal-pod-autoscaler-cpu-initialization-period=0s",
            "--horizontal-pod-autoscaler-initial-readiness-delay=0s",
        )  # fmt: skip
        self.run("kube-scheduler", *common)

    def alive(self):
        for name, process in self.processes:
            log = self.folder / f"{name}.log"
            assert process.poll() is None, f"{name} ended: {log.read_text()[-3000:]}"
        return True

    def ready(self):
        with contextlib.suppress(requests.RequestException):
            return self.session.get(self.url + "/readyz", timeout=5).ok
        return False

    def stop(self):
        for _, process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for _, process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    # ---- Its API -------------------------------------------------------------------------------------

    def get(self, path):
        """The object, or None while there is none."""
        answer = self.session.get(self.url + path, timeout=30)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.json()

    def post(self, path, o):
        return self.session.post(self.url + path, json=o, timeout=30)

    def create(self, path, o):
        answer = self.post(path, o)
        assert answer.ok, answer.text
        return answer.json()

    def patch(self, path, o):
        answer = self.session.patch(
            self.url + path, data=json.dumps(o), timeout=30,
            headers={"Content-Type": "application/strategic-merge-patch+json"},
        )  # fmt: skip
        assert answer.ok, answer.text

    def delete(self, path):
        answer = self.session.delete(self.url + path, timeout=30)
        assert answer.ok or answer.status_code == 404, answer.text

    def kubectl(self, *arguments, stdin=None, check=True):
        result = subprocess.run(
            [self.program, "--kubeconfig", self.kubeconfig, *arguments], input=stdin, text=True,
            capture_output=True, timeout=180, check=False,
        )  # fmt: skip
        assert not check or result.returncode == 0, result.stderr
        return result
