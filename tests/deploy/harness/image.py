# SPDX-License-Identifier: MIT
"""The image, built once for all tests that need it."""

import shutil

import pytest

from harness.containers import ROOT, Containers
from harness.pod import Pod


@pytest.fixture(scope="session")
def containers():
    """buildah and podman; see containers.py."""
    containers = Containers(ROOT / ".cache/image")
    yield containers
    containers.clean()


@pytest.fixture(scope="session")
def image(containers):
    """The runtime stage, as localhost/cicada-runtime:test. REVISION and CREATED stand still, so that an
    unchanged tree takes no time."""
    containers.build("page")
    containers.build("build")
    return containers.build("runtime", "--build-arg", "REVISION=0123abcd", "--build-arg", "SOURCE=https://git.example/cicada",
                            "--build-arg", "CREATED=2026-11-26T00:00:00Z")[0]  # fmt: skip


@pytest.fixture
def pod(containers, image, request):
    pod = Pod(containers, image, request.node.name.split("[")[0][:40])
    yield pod
    pod.stop()


@pytest.fixture
def volume(tmp_path):
    """A folder that is the image's user's, as fsGroup makes one of a volume."""
    folder = tmp_path / "volume"
    folder.mkdir()
    shutil.chown(folder, 1000, 1000)
    return folder
