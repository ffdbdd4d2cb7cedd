# SPDX-License-Identifier: MIT
"""B26: what the image says it is made of, read by those who define how that is said."""

import hashlib
import json
import os
import subprocess

import pytest
from harness.containers import ROOT

PYTHON = ROOT / ".cache/sbom/bin/python"
HERE = ROOT / "tests/deploy/image"
DIGEST = "sha256:" + hashlib.sha256(b"an image").hexdigest()
BASE = "registry.example/debian:13-slim@sha256:" + hashlib.sha256(b"a base").hexdigest()


def check(script, file):
    return subprocess.run([PYTHON, HERE / script, file], capture_output=True, text=True, check=False)


def provenance(*words, **environment):
    clean = {key: value for key, value in os.environ.items() if key not in ("SOURCE_URI", "BUILDER_ID", "BUILD_ID")}
    return subprocess.run([ROOT / "docker/provenance.sh", *words], capture_output=True, text=True, check=False,
                          env={**clean, **environment})  # fmt: skip


def test_b26_provenance_is_a_statement_of_in_toto(tmp_path):
    """B26: source revision, builder, base and Dockerfile, as in-toto's own messages read them."""
    file = tmp_path / "provenance.json"
    done = provenance("registry.example/cicada", DIGEST, BASE, BUILDER_ID="https://ci.example/runner", BUILD_ID="42",
                      SOURCE_URI="https://me:password@git.example/cicada.git", SOURCE_DATE_EPOCH="1800000000")  # fmt: skip
    file.write_text(done.stdout)
    checked = check("check_provenance.py", file)
    assert checked.returncode == 0, checked.stderr
    statement = json.loads(done.stdout)
    assert statement["subject"] == [{"name": "registry.example/cicada", "digest": {"sha256": DIGEST[7:]}}]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    source, base, dockerfile = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
    assert source == {"uri": "git+https://git.example/cicada.git", "digest": {"gitCommit": head}}
    assert base == {"uri": "docker://registry.example/debian:13-slim", "digest": {"sha256": BASE[-64:]}}
    assert dockerfile["digest"]["sha256"] == hashlib.sha256((ROOT / "docker/Dockerfile").read_bytes()).hexdigest()
    run = statement["predicate"]["runDetails"]
    assert run == {"builder": {"id": "https://ci.example/runner"},
                   "metadata": {"finishedOn": "2027-01-15T08:00:00Z", "invocationId": "42"}}  # fmt: skip
    assert "password" not in done.stdout


def test_b26_provenance_takes_the_dockerfiles_base():
    done = provenance("cicada", DIGEST)
    assert done.returncode == 0, done.stderr
    base = json.loads(done.stdout)["predicate"]["buildDefinition"]["externalParameters"]["baseImage"]
    assert f"ARG BASE={base}\n" in (ROOT / "docker/Dockerfile").read_text()


@pytest.mark.parametrize("words", [(), ("cicada",), ("cicada", "latest"), ("cicada", DIGEST, "debian:bookworm-slim"),
                                   ("cicada", DIGEST[:-1])], ids=str)  # fmt: skip
def test_b26_provenance_refuses_what_is_no_digest(words):
    done = provenance(*words)
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.startswith("provenance: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("fault", ["an unknown field", "no predicate"])
def test_b26_a_bad_provenance_is_found(tmp_path, fault):
    statement = json.loads(provenance("cicada", DIGEST).stdout)
    if fault == "no predicate":
        del statement["predicateType"]
    else:
        statement["predicate"]["buildDefinition"]["materials"] = []
    file = tmp_path / "provenance.json"
    file.write_text(json.dumps(statement))
    assert check("check_provenance.py", file).returncode != 0


@pytest.mark.medium
def test_b26_the_image_lists_what_is_in_it(containers, image, tmp_path):
    """B26: the SBOM is CycloneDX's, and names cicada and every package that dpkg has in there, no more."""
    read = ("run", "--rm", "--pull", "never", "--network", "none", "--no-healthcheck", "--entrypoint")
    text = containers.podman(*read, "cat", image, "/usr/share/doc/cicada/sbom.cdx.json").stdout
    file = tmp_path / "sbom.json"
    file.write_text(text)
    checked = check("check_sbom.py", file)
    assert checked.returncode == 0, checked.stderr
    bill = json.loads(text)
    own, *packages = bill["components"]
    label = json.loads(containers.podman("image", "inspect", image).stdout)[0]["Config"]["Labels"]
    assert own["name"] == "cicada" and own["version"] == label["org.opencontainers.image.version"]
    assert own["properties"] == [{"name": "cicada:revision", "value": "0123abcd"}]
    listed = containers.podman(*read, "dpkg-query", image, "-W", "-f", "${Package} ${Version}\n").stdout.splitlines()
    assert sorted(f"{part['name']} {part['version']}" for part in packages) == sorted(listed)
    assert {"libcurl4", "libzmq5", "ca-certificates"} <= {part["name"].removesuffix("t64") for part in packages}
    assert all(part["purl"].startswith(f"pkg:deb/debian/{part['name'].replace('+', '%2B')}@") for part in packages)
    # The validator does find faults.
    own["colour"] = "blue"
    file.write_text(json.dumps(bill))
    assert check("check_sbom.py", file).returncode != 0
