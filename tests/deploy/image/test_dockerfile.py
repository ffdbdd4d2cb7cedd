# SPDX-License-Identifier: MIT
"""T7 and T11, in seconds: what can be said of the image before it is built."""

import json
import os
import re
import shutil
import subprocess

import pytest
from docker.utils import exclude_paths

from harness.containers import ROOT

DOCKERFILE = ROOT / "docker/Dockerfile"
PACKAGES = ROOT / ".cache/dockerfile-utils/node_modules"


def lint(file):
    return subprocess.run([PACKAGES / ".bin/dockerfile-utils", "lint", file], capture_output=True, text=True)


@pytest.fixture(scope="module")
def instructions():
    done = subprocess.run(["node", ROOT / "tests/deploy/image/instructions.js", DOCKERFILE], text=True, check=True,
                          stdout=subprocess.PIPE, env={**os.environ, "NODE_PATH": str(PACKAGES)})  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def last_stage(instructions):
    start = max(i for i, one in enumerate(instructions) if one["instruction"] == "FROM")
    return instructions[start:]


def texts(instructions, name):
    return [one["text"] for one in instructions if one["instruction"] == name]


def test_t7_the_linter_finds_nothing():
    """T7 of D30."""
    done = lint(DOCKERFILE)
    assert done.returncode == 0 and not done.stdout.strip(), done.stdout


@pytest.mark.parametrize("fault", ["EXPOSE x", "FOO x", "HEALTHCHECK --every=3s CMD x", "USER"])
def test_t7_the_linter_finds_a_fault(tmp_path, fault):
    bad = tmp_path / "Dockerfile"
    bad.write_text(DOCKERFILE.read_text() + fault + "\n")
    assert lint(bad).returncode == 1


def test_b26_the_base_is_pinned_by_digest(instructions):
    """B26, T7: every stage is on the one base, which is named with its digest and not as latest."""
    base = texts(instructions, "ARG")[0]
    assert re.fullmatch(r"BASE=docker\.io/library/debian:(?!latest)[\w.-]+@sha256:[0-9a-f]{64}", base)
    assert {text.split()[0] for text in texts(instructions, "FROM")} == {"${BASE}"}


def test_b27_only_the_last_stage_is_of_the_target_platform(instructions):
    """B27: nothing is compiled in emulation."""
    platforms = [one["flags"].get("platform") for one in instructions if one["instruction"] == "FROM"]
    assert platforms == ["$BUILDPLATFORM", "$BUILDPLATFORM", None]
    assert sorted(file.name for file in (ROOT / "docker/cross").iterdir()) == ["amd64.ini", "arm64.ini"]


def test_d30_multi_stage_with_the_tests_behind_an_argument(instructions):
    """D30: stages by name, the unit tests off unless asked for."""
    assert [text.split()[-1] for text in texts(instructions, "FROM")] == ["page", "build", "runtime"]
    assert "TESTS=no" in texts(instructions, "ARG")


def test_d31_the_last_stage_takes_nothing_but_results(last_stage):
    """D31, D35: programs and scenarios come from the builder, scripts go again."""
    copies = {(one["flags"].get("from"), one["text"].split()[0]) for one in last_stage if one["instruction"] == "COPY"}
    assert copies == {
        ("build", "/out/runtime-packages"),
        ("build", "/out/usr"),
        (None, "LICENSE"),
        (None, "docker/entrypoint.sh"),
        (None, "docker/stages/runtime.sh"),
        (None, "docker/stages/sbom.sh"),
    }
    assert not re.search(r"\b(gcc|meson|ninja|nodejs|npm|-dev)\b", (ROOT / "docker/stages/runtime.sh").read_text())


def test_d32_the_user_is_a_number(last_stage):
    """D32: numeric, so that a kubelet can tell that it is not root."""
    assert texts(last_stage, "USER") == ["1000:1000"]


def test_d33_d34_d38_ports_health_and_start(last_stage):
    """D33, D34, D38, X5: no curl and no pgrep, since the image has neither."""
    (ports,) = texts(last_stage, "EXPOSE")
    assert ports.split() == ["8089", "5557", "8090"]
    (health,) = [one for one in last_stage if one["instruction"] == "HEALTHCHECK"]
    assert health["flags"]["interval"] == "30s"
    assert health["text"] == 'CMD ["cicada", "healthcheck"]'
    assert texts(last_stage, "ENTRYPOINT") == ['["/usr/local/bin/entrypoint.sh"]']


def test_d35_labels(last_stage):
    """D35: version, revision and source; the version is the project's unless given."""
    (labels,) = texts(last_stage, "LABEL")
    for name in ("version", "revision", "source"):
        assert f'org.opencontainers.image.{name}="${{{name.upper()}}}"' in labels
    version = re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text())[1]
    assert f"VERSION={version}" in texts(last_stage, "ARG")


def test_nothing_is_fetched_past_the_package_managers(instructions):
    """T7: no ADD, from URLs or otherwise, and no download in any stage."""
    assert not texts(instructions, "ADD")
    for script in (ROOT / "docker/stages").iterdir():
        assert not re.search(r"\b(curl|wget|git clone)\b", script.read_text()), script
        for line in script.read_text().splitlines():
            if "apt-get install" in line:
                assert "--no-install-recommends" in line, line


def test_d61_scripts_of_the_image_are_executable():
    """D61, of docker/."""
    listed = subprocess.run(["git", "ls-files", "-s", "docker"], cwd=ROOT, capture_output=True, text=True, check=True)
    modes = {line.split("\t")[1]: line.split()[0] for line in listed.stdout.splitlines() if line.endswith(".sh")}
    assert "docker/entrypoint.sh" in modes and set(modes.values()) == {"100755"}, modes


# What lies about in a tree that somebody works in, and must not get into an image or to a registry.
LITTER = [
    ".git/HEAD", ".git/objects/pack/p.pack", ".cache/deploy/bin/python", "build/engine/cli/cicada", "build-asan/x.o",
    "engine/web/ui/node_modules/vite/index.js", "coverage/index.html", "infra/terraform.tfstate",
    "infra/.terraform/providers/x", "infra/scripts/deploy.sh", "infra/docs/QUICKSTART.md", "k8s/base/namespace.yaml",
    "README.md", "CHANGELOG.md", "engine/web/API.md", "tests/deploy/conftest.py", "tests/unit/__pycache__/x.pyc",
    "tests/e2e/report.html", ".env", "id_rsa", "secrets.tfvars", "run_stats.csv", "docker/Dockerfile", "dev",
]  # fmt: skip
WANTED = [
    "LICENSE", "meson.build", "meson_options.txt", "engine/meson.build", "engine/api/cicada.h", "engine/cli/main.c",
    "engine/web/ui/package-lock.json", "engine/web/ui/src/main.tsx", "engine/web/ui/dist/index.html",
    "engine/web/ui/dist/.made-from", "proto/message.c", "scenarios/custom.c", "scenarios/README.md", "tests/meson.build",
    "tests/unit/meson.build", "docker/entrypoint.sh", "docker/stages/compile.sh", "docker/cross/arm64.ini",
]  # fmt: skip


def test_x9_d39_the_context_holds_what_is_built_and_no_more(tmp_path):
    """X9, D39: the root's .dockerignore is a link to docker's, and the list it makes, by Docker's own rules, is
    what the Dockerfile copies."""
    assert (ROOT / ".dockerignore").is_symlink()
    assert os.readlink(ROOT / ".dockerignore") == "docker/.dockerignore"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in [*tracked.stdout.split("\0")[:-1], *LITTER, *WANTED]:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    patterns = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in patterns if line and not line.startswith("#")]
    context = {name for name in exclude_paths(str(tmp_path), patterns) if (tmp_path / name).is_file()}
    # docker-py adds these two itself; they are for the builder.
    context -= {"Dockerfile", ".dockerignore"}
    assert not context & set(LITTER)
    assert set(WANTED) <= context
    assert {name.split("/")[0] for name in context} == {
        "LICENSE", "meson.build", "meson_options.txt", "docker", "engine", "proto", "scenarios", "tests"
    }  # fmt: skip


def bats(file):
    return subprocess.run([shutil.which("bats") or "bats", file], capture_output=True, text=True)


def test_t11_entrypoint():
    """T11: D36, D37, D38 and B19 by a table of variables and command lines; see entrypoint.bats."""
    done = bats(ROOT / "tests/deploy/image/entrypoint.bats")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall("^ok ", done.stdout, re.M)) >= 11
