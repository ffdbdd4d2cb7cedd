# SPDX-License-Identifier: MIT
"""buildah and podman with a storage of their own in .cache/image, and the base the image is built on.

No image can be pulled here, so the base is made of Debian's packages, slim as the one it stands for. What has
been made is kept between runs; mounts and containers are not."""

import datetime
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
RELEASE = dict(
    line.rstrip().split("=", 1) for line in open("/etc/os-release", encoding="utf-8") if "=" in line
).get("VERSION_CODENAME", "bookworm")  # fmt: skip

STORAGE = """[storage]
driver = "overlay"
runroot = "{home}/run"
graphroot = "{home}/storage"
"""

# crun refuses some cgroups; events and cgroups without systemd; the limits, since a container's must not be
# above ours.
CONTAINERS = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "{home}/run/libpod"
helper_binaries_dir = [{helpers}]
[network]
network_backend = "netavark"
network_config_dir = "{home}/networks"
"""

# What makes Debian's image "slim".
SLIM = [
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/info/*",
    "path-exclude=/usr/share/locale/*",
    "path-exclude=/usr/share/man/*",
]


def need(program):
    path = shutil.which(program)
    if not path:
        pytest.fail(f"{program} is not installed; ./dev test deploy installs it", pytrace=False)
    return path


class Containers:
    def __init__(self, home):
        if os.geteuid() != 0:
            message = "building and running images needs root"
            pytest.fail(message, pytrace=False) if os.environ.get("CI") else pytest.skip(message)
        for program in ("buildah", "podman", "runc", "mmdebstrap"):
            need(program)
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        helpers = [ROOT / ".cache" / name / "usr/lib/podman" for name in ("netavark", "aardvark-dns")]
        helpers = ", ".join(f'"{path}"' for path in [*helpers, "/usr/lib/podman"])
        for name, text in (("storage.conf", STORAGE), ("containers.conf", CONTAINERS)):
            (home / name).write_text(text.format(home=home, helpers=helpers))
        (home / "registries.conf").write_text("unqualified-search-registries = []\n")
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("LOCUST_", "CICADA_"))},
            "CONTAINERS_STORAGE_CONF": str(home / "storage.conf"),
            "CONTAINERS_CONF": str(home / "containers.conf"),
            "CONTAINERS_REGISTRIES_CONF": str(home / "registries.conf"),
            "BUILDAH_ISOLATION": "chroot",
        }

    def run(self, *argv, check=True, timeout=900, **options):
        argv = [str(word) for word in argv]
        done = subprocess.run(argv, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=timeout, **options)  # fmt: skip
        assert not check or done.returncode == 0, f"{argv}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done

    def podman(self, *argv, **options):
        return self.run("podman", *argv, **options)

    def buildah(self, *argv, **options):
        return self.run("buildah", *argv, **options)

    def exists(self, image) -> bool:
        return self.podman("image", "exists", image, check=False).returncode == 0

    def base(self) -> str:
        """Debian's slim image, as its packages make it; made anew each month."""
        options = [f"--dpkgopt={line}" for line in SLIM]
        # A mirror that stands still needs its clients to know.
        checks = self.run("apt-config", "dump", "--format", "%f \"%v\";%n").stdout.splitlines()
        options += [f"--aptopt={line}" for line in checks if line.startswith("Acquire::Check-")]
        kind = hashlib.sha256(repr((options, datetime.date.today().strftime("%Y-%m"))).encode()).hexdigest()[:12]
        name = f"localhost/debian:{RELEASE}-slim-{kind}"
        if not self.exists(name):
            root = self.home / "base.tar"
            self.run("mmdebstrap", "--variant=minbase", *options, RELEASE, root)
            self.podman("import", "--change", "CMD=bash", root, name)
            root.unlink()
        return name

    def build(self, target, *options):
        """A stage of docker/Dockerfile as localhost/cicada-TARGET:test; says what the build said."""
        name = f"localhost/cicada-{target}:test"
        done = self.buildah(
            "build", "--layers", "--pull-never", "--format", "docker", "--build-arg", f"BASE={self.base()}",
            "--target", target, *options, "-t", name, "-f", "docker/Dockerfile", ".", cwd=ROOT,
        )  # fmt: skip
        return name, done.stdout + done.stderr

    def clean(self):
        """Nothing of ours runs or is mounted any more: a mount would keep the clone from being deleted."""
        self.podman("rm", "--all", "--force", "--time", "0", check=False)
        self.buildah("rm", "--all", check=False)
        self.podman("image", "prune", "--force", check=False)
        with open("/proc/self/mounts", encoding="utf-8") as file:
            mounts = [line.split()[1] for line in file]
        for mount in reversed([mount for mount in mounts if Path(mount).is_relative_to(self.home)]):
            subprocess.run(["umount", "--lazy", mount], check=False)
