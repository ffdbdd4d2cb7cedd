# SPDX-License-Identifier: MIT
"""T17: the image itself, as buildah builds it from Debian's packages: what it says of itself and what is in it."""

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from harness.containers import ROOT
from harness.pod import HARDENED

pytestmark = pytest.mark.medium


@pytest.fixture(scope="module")
def config(containers, image):
    return json.loads(containers.podman("image", "inspect", image).stdout)[0]


def listing(containers, image):
    """Everything in it: path -> stat."""
    mount = Path(containers.podman("image", "mount", image).stdout.strip())
    found = {}
    for folder, _, names in os.walk(mount):
        for name in names:
            file = Path(folder) / name
            found["/" + str(file.relative_to(mount))] = file.lstat()
    containers.podman("image", "umount", image)
    return found


@pytest.fixture(scope="module")
def files(containers, image):
    return listing(containers, image)


def in_image(containers, image, *words, **options):
    return containers.podman("run", "--rm", "--pull", "never", "--network", "none", "--no-healthcheck", *HARDENED,
                             "--entrypoint", json.dumps(list(words)), image, **options)  # fmt: skip


def test_t17_configuration(config):
    """T17: D32, D33, D34, D35, D38 as the built image has them."""
    inner = config["Config"]
    assert inner["User"] == "1000:1000"
    assert {"8089/tcp", "5557/tcp"} <= set(inner["ExposedPorts"])
    assert inner["Entrypoint"] == ["/usr/local/bin/entrypoint.sh"] and not inner.get("Cmd")
    health = config["Healthcheck"] if "Healthcheck" in config else inner["Healthcheck"]
    assert health["Test"] == ["CMD", "cicada", "healthcheck"]
    assert health["Interval"] == 30_000_000_000
    labels = inner["Labels"]
    assert labels["org.opencontainers.image.revision"] == "0123abcd"
    assert labels["org.opencontainers.image.source"] == "https://git.example/cicada"
    version = re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text())[1]
    assert labels["org.opencontainers.image.version"] == version


def test_t17_what_is_in_it(containers, files):
    """T17: D31: no compiler, no build tool, no header, no source, no page of npm; B26: no setuid file."""
    programs = {name for name in files if re.match(r"/(usr/(local/)?)?s?bin/", name)}
    assert {"/usr/local/bin/cicada", "/usr/local/bin/cicada-target", "/usr/local/bin/entrypoint.sh"} <= programs
    tools = r"(cc|gcc.*|c\+\+|g\+\+.*|cpp|.*-gcc.*|clang.*|as|ld|ar|make|meson|ninja|python.*|node.*|npm|git|curl|wget)$"
    assert not [name for name in programs if re.match(tools, name.rsplit("/", 1)[1])]
    added = files.keys() - listing(containers, containers.base()).keys()
    assert not [name for name in added if re.search(r"\.(h|c|S|o|a|pc|ts|tsx)$", name)]
    assert not [name for name in files if name.startswith(("/src", "/build", "/out", "/stages", "/usr/include"))]
    assert not [name for name in files if name.endswith((".deb", "_Packages", "_InRelease"))]
    plain = {name: info.st_mode for name, info in files.items() if stat.S_ISREG(info.st_mode)}
    assert not [name for name, mode in plain.items() if mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH)]
    own = {name for name, info in files.items() if info.st_uid == 1000}
    assert all(name.startswith("/home/locust/") for name in own)


def test_t17_size(containers, image, config):
    """T17: D31: at least 40 % smaller than the builder, and no more than 60 MB over its base."""
    size = {name: int(containers.podman("image", "inspect", "--format", "{{.Size}}", name).stdout)
            for name in (containers.base(), "localhost/cicada-build:test")}  # fmt: skip
    base, builder = size.values()
    print(f"base {base / 1e6:.0f} MB, image {config['Size'] / 1e6:.0f} MB, builder {builder / 1e6:.0f} MB")
    assert config["Size"] <= 0.6 * builder
    assert config["Size"] - base <= 60e6


def test_t17_every_library_is_there(containers, image):
    """T17: ldd resolves all of them, as the image's user."""
    for program in ("cicada", "cicada-target"):
        listed = in_image(containers, image, "ldd", f"/usr/local/bin/{program}").stdout
        assert "not found" not in listed and listed.count("=>") >= 5, listed


def test_b26_nothing_is_behind_debians_security_updates(containers, image):
    """B26: no package of the image is older than what the builder's lists, of the same hour or later, offer."""
    installed = in_image(containers, image, "dpkg-query", "-W", "-f", "${Package} ${Version}\n").stdout.split("\n")
    installed = dict(line.split() for line in installed if line)
    done = containers.podman("run", "--rm", "--pull", "never", "--network", "none", "localhost/cicada-build:test",
                             "apt-cache", "policy", *installed)  # fmt: skip
    offered = dict(re.findall(r"^(\S+):\n.*\n  Candidate: (\S+)", done.stdout, re.M))
    assert len(offered) == len(installed) > 50
    other = {name: (version, offered[name]) for name, version in installed.items() if offered[name] != version}
    for name, (have, offer) in other.items():
        newer = subprocess.run(["dpkg", "--compare-versions", have, "ge", offer], check=False)
        assert newer.returncode == 0, f"{name} is {have}, Debian has {offer}"


def test_the_root_can_be_read_only_and_nobody_is_root(containers, image):
    """T17: D32, B14: user 1000, no capability, no new privileges, and nowhere to write but /tmp."""
    script = """id -u; id -g; id -un; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status
    for place in / /usr/local/bin /home/locust /var/tmp /tmp; do touch $place/x 2>/dev/null && echo "wrote $place"; done"""
    lines = in_image(containers, image, "sh", "-c", script, check=False).stdout.split("\n")
    assert lines[:3] == ["1000", "1000", "locust"]
    assert [line.split()[1].lstrip("0") for line in lines[3:6]] == ["", "", "1"]
    assert lines[6:] == ["wrote /tmp", ""]


def test_d56_scenarios_are_built_in_and_others_are_named(containers, image):
    """D56: by LOCUST_SCENARIO; one that is unknown ends with an error that lists the known ones."""
    known = ("jsonplaceholder", "httpbin", "custom")
    for name in known:
        done = containers.podman("run", "--rm", "--pull", "never", "--network", "none", "--no-healthcheck", *HARDENED,
                                 "--env", "LOCUST_MODE=master", "--env", f"LOCUST_SCENARIO={name}", image, "--list")  # fmt: skip
        assert "User" in done.stdout, done.stdout
    done = containers.podman("run", "--rm", "--pull", "never", "--network", "none", "--no-healthcheck", *HARDENED,
                             "--env", "LOCUST_MODE=master", "--env", "LOCUST_SCENARIO=shop", image, check=False)  # fmt: skip
    assert done.returncode == 1
    assert all(name in done.stderr for name in ("shop", *known)), done.stderr


def test_d36_d38_the_container_refuses_what_its_entrypoint_refuses(containers, image):
    """D36, D38: in the image, too, one line and exit code 64."""
    for environment in ((), ("--env", "LOCUST_MODE=slave"), ("--env", "LOCUST_MODE=worker")):
        done = containers.podman("run", "--rm", "--pull", "never", "--network", "none", "--no-healthcheck",
                                 *environment, image, check=False)  # fmt: skip
        assert done.returncode == 64, done
        assert re.fullmatch(r"entrypoint: .*\n", done.stderr), done.stderr


def test_x9_buildah_reads_the_roots_dockerignore_alone(containers, tmp_path):
    """X9: measured: docker/.dockerignore is not read where the context is the root, a link to it there is."""
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker/.dockerignore").write_text("*\n!wanted\n")
    (tmp_path / "docker/Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    for name in ("wanted", "litter"):
        (tmp_path / name).write_text(name)

    def context():
        containers.buildah("build", "--format", "docker", "-t", "localhost/context:test", "-f", "docker/Dockerfile", ".",
                           cwd=tmp_path)  # fmt: skip
        mount = Path(containers.podman("image", "mount", "localhost/context:test").stdout.strip())
        found = {str(file.relative_to(mount)) for file in mount.rglob("*") if file.is_file()}
        containers.podman("image", "rm", "--force", "localhost/context:test")
        return found

    assert "litter" in context()
    (tmp_path / ".dockerignore").symlink_to("docker/.dockerignore")
    assert context() == {"wanted"}
