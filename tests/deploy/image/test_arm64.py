# SPDX-License-Identifier: MIT
"""B27: the builder stage, for arm64 on another processor."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from harness.containers import ROOT
from harness.pod import wait_until

pytestmark = pytest.mark.medium


def qemu() -> Path:
    # The package's name on Debian 12, and on 13.
    for name in ("qemu-user-static/usr/bin/qemu-aarch64-static", "qemu-user/usr/bin/qemu-aarch64"):
        if (ROOT / ".cache" / name).exists():
            return ROOT / ".cache" / name
    pytest.fail("there is no emulator in .cache; ./dev test deploy unpacks it", pytrace=False)


def test_b27_the_cross_compiled_programs_run_on_arm64(containers, tmp_path):
    """B27: built by docker/cross/arm64.ini without emulation; then, emulated, a run whose counts are the target's."""
    name = "localhost/cicada-build-arm64:test"
    containers.buildah("build", "--layers", "--pull-never", "--format", "docker", "--build-arg", f"BASE={containers.base()}",
                       "--build-arg", "TARGETARCH=arm64", "--target", "build", "-t", name, "-f", "docker/Dockerfile", ".",
                       cwd=ROOT)  # fmt: skip
    root = Path(containers.podman("image", "mount", name).stdout.strip())
    target = ROOT / "build/engine/target/cicada-target"
    log = tmp_path / "target"
    with open(log, "wb") as out:
        child = subprocess.Popen([target, "--port", "0"], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        url = wait_until(lambda: re.search(r"listening on (http://\S+)", log.read_text()), "server to load")[1]
        program = root / "out/usr/local/bin/cicada"
        header = program.read_bytes()[:20]
        assert int.from_bytes(header[18:20], "little") == 183  # EM_AARCH64
        done = containers.run(qemu(), "-L", root, program, "--headless", "-f", "jsonplaceholder", "-H", url, "-u", "5",
                              "-r", "100", "-t", "3s", "--stop-timeout", "10", "--json-file", tmp_path / "run",
                              cwd=tmp_path)  # fmt: skip
        rows = json.loads((tmp_path / "run.json").read_text())
        counted = containers.run("curl", "--silent", f"{url}/_count")
        assert sum(row["num_requests"] for row in rows) == json.loads(counted.stdout)["total"] > 0, done.stdout
        assert "libzmq5" in (root / "out/runtime-packages").read_text()
    finally:
        child.kill()
        child.wait()
        containers.podman("image", "umount", name)
