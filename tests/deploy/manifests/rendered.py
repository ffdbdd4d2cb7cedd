# SPDX-License-Identifier: MIT
"""Manifests as the cluster gets them: an overlay, with components on top, through the real kustomize."""

import concurrent.futures
import functools
import itertools
import os
import pathlib
import subprocess
import tempfile

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
K8S = pathlib.Path(__file__).resolve().parents[3] / "k8s"
OVERLAYS = ("local", "eks")
IMAGE = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/cicada"
DIGEST = "sha256:" + "0123456789abcdef" * 4

# What takes the same place, so that at most one of a line fits. run-once stands on fixed-workers,
# secrets-store and internet-facing on web-login.
INSTEAD = (("fixed-workers", "run-once", "keda", "keep-workers"), ("nodeport", "internet-facing"))
NEEDS = {"run-once": ("fixed-workers",), "secrets-store": ("web-login",), "internet-facing": ("web-login",)}


def components():
    return sorted(path.parent.name for path in K8S.glob("components/*/kustomization.yaml"))


def complete(chosen):
    """The components in the order in which they go on top of each other, with those they stand on."""
    order = []
    for name in chosen:
        for needed in (*NEEDS.get(name, ()), name):
            if needed not in order:
                order.append(needed)
    # It takes the Deployments away, so whatever changes those comes before.
    order.sort(key=lambda name: name == "run-once")
    return tuple(order)


def combinations():
    """(overlay, components): over eks each component alone, and as many as go together, in both orders;
    over local, which differs in none of what they change, those together."""
    names = components()
    free = [name for name in names if not any(name in line for line in INSTEAD)]
    full = [[*free, *line] for line in itertools.product(*INSTEAD)]
    of = {
        "local": [(), *full],
        "eks": [(), *itertools.combinations(names, 1), *full, *(reversed(chosen) for chosen in full)],
    }
    return [
        (overlay, chosen)
        for overlay in OVERLAYS
        for chosen in dict.fromkeys(complete(chosen) for chosen in of[overlay])
    ]


def kustomization(folder, overlay, chosen):
    """A kustomization on top of the overlay, as deploy.sh makes one: components, and the image by digest."""
    up = os.path.relpath(K8S, folder)
    content = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [f"{up}/overlays/{overlay}"],
        "components": [f"{up}/components/{name}" for name in chosen],
        "images": [{"name": "cicada", "newName": IMAGE, "digest": DIGEST}],
    }
    (pathlib.Path(folder) / "kustomization.yaml").write_text(yaml.safe_dump(content))


def kustomize(kubectl, folder):
    result = subprocess.run(
        [kubectl, "kustomize", folder], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def text(kubectl, overlay, chosen=()):
    with tempfile.TemporaryDirectory() as folder:
        kustomization(folder, overlay, chosen)
        return kustomize(kubectl, folder)


def parse(documents):
    return [o for o in yaml.load_all(documents, LOADER) if o]


@functools.cache
def addon(kubectl):
    return parse(kustomize(kubectl, K8S / "addons/cluster-autoscaler"))


@functools.cache
def objects(kubectl, overlay, chosen=()):
    return parse(text(kubectl, overlay, chosen))


@functools.cache
def everything(kubectl):
    """[(combination, its objects)]; the first call renders them all."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda c: (c, objects(kubectl, *c)), combinations()))


def kinds(rendered, kind):
    return [o for o in rendered if o["kind"] == kind]


def one(rendered, kind, name):
    found = [o for o in kinds(rendered, kind) if o["metadata"]["name"] == name]
    assert len(found) == 1, (kind, name, [o["metadata"]["name"] for o in kinds(rendered, kind)])
    return found[0]


def pod_of(workload):
    return workload["spec"]["template"]["spec"]


def container_of(workload):
    (container,) = pod_of(workload)["containers"]
    return container


def workloads(rendered):
    return [o for o in rendered if o["kind"] in ("Deployment", "Job")]


def selected(selector, workload):
    """Whether matchLabels picks the workload's pods; an empty selector picks all."""
    assert set(selector) <= {"matchLabels"}, selector
    labels = workload["spec"]["template"]["metadata"]["labels"]
    return selector.get("matchLabels", {}).items() <= labels.items()
