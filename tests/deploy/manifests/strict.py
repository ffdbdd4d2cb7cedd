# SPDX-License-Identifier: MIT
"""Objects against the types of Kubernetes 1.36 and of the add-ons: wrong types and unknown fields, by tsc."""

import json
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
TYPES = ROOT / ".cache/manifests/node_modules"

MODULES = {
    "keda.sh": "@kubernetes-models/keda",
    "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
    "secrets-store.csi.x-k8s.io": None,
}


def module_of(api_version):
    package = MODULES.get(api_version.partition("/")[0], "kubernetes-models")
    return f"{package}/{api_version}" if package else "./secrets-store.mjs"


def source(objects):
    """One constant a line, so that the line of a complaint names the object."""
    types, lines = {}, []
    for o in objects:
        types.setdefault((o["apiVersion"], o["kind"]), f"T{len(types)}")
    for (api_version, kind), name in types.items():
        lines.append(f'import type {{ I{kind} as {name} }} from "{module_of(api_version)}";')
    first = len(lines)
    for i, o in enumerate(objects):
        lines.append(f"export const o{i}: {types[o['apiVersion'], o['kind']]} = {json.dumps(o)};")
    return "\n".join(lines) + "\n", first


def complaints(objects, folder):
    """What tsc says, as (kind/name, message); folder is an empty one to work in."""
    assert TYPES.is_dir(), "the types are not there; ./dev test fast installs them"
    (folder / "node_modules").symlink_to(TYPES)
    for name in ("tsconfig.json", "secrets-store.mts"):
        (folder / name).write_bytes((HERE / name).read_bytes())
    (folder / "package.json").write_text('{"type": "module"}')
    text, first = source(objects)
    (folder / "objects.mts").write_text(text)
    result = subprocess.run(
        ["node", TYPES / "typescript/lib/tsc.js", "--pretty", "false", "-p", folder],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    found = []
    for line, message in re.findall(r"^objects\.mts\((\d+),\d+\): error (.*)$", result.stdout, re.MULTILINE):
        at = int(line) - 1 - first
        where = f"{objects[at]['kind']}/{objects[at]['metadata']['name']}" if at >= 0 else "import"
        found.append((where, message))
    assert bool(found) == (result.returncode != 0), result.stdout + result.stderr
    return found
