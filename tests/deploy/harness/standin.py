# SPDX-License-Identifier: MIT
"""An AWS to deploy to: moto for the services' APIs, and the stand-in provider for Terraform.

    with standin.moto(tmp_path) as url:
        env = standin.environment(tmp_path, endpoint=url)
        subprocess.run(["terraform", "apply", "-auto-approve"], cwd=standin.checkout(tmp_path / "c") / "infra", env=env)

Without an endpoint Terraform runs just the same, and nothing is made anywhere. STANDIN_FAIL in the
environment ("create aws_vpc", "delete aws_eks_cluster") has the stand-in refuse that step.
"""

import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROVIDER = ROOT / "tests/deploy/standin-provider/provider.js"
MODULES = pathlib.Path(os.environ.get("STANDIN_MODULES", ROOT / ".cache/standin"))
VERSION = "6.25.0"  # of aws-schema/schema.json
ACCOUNT = "123456789012"
REGION = "eu-central-1"

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def plugins(folder):
    """Makes the folder Terraform installs the provider from; returns the CLI configuration that says so."""
    if not (MODULES / "node_modules").is_dir():
        raise RuntimeError(f"{MODULES} has no node_modules; ./dev test fast makes it")
    folder = pathlib.Path(folder)
    config = folder / "terraform.rc"
    if config.exists():
        return config
    target = f"{platform.system().lower()}_{ARCHITECTURES[platform.machine()]}"
    place = folder / f"mirror/registry.terraform.io/hashicorp/aws/{VERSION}/{target}"
    place.mkdir(parents=True)
    program = place / f"terraform-provider-aws_v{VERSION}"
    program.write_text(f"#!/bin/sh\nSTANDIN_MODULES='{MODULES}' exec node '{PROVIDER}'\n")
    program.chmod(0o755)
    config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder}/mirror"\n  }}\n}}\n')
    return config


def environment(folder, endpoint=None, **more):
    """The environment for terraform, aws and the scripts. folder holds what it needs; more is added."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_", "STANDIN_"))}
    env |= {
        "TF_CLI_CONFIG_FILE": str(plugins(folder)),
        "TF_DISABLE_PLUGIN_TLS": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "AWS_ACCESS_KEY_ID": "standin",
        "AWS_SECRET_ACCESS_KEY": "standin",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_PAGER": "",
    }
    if endpoint:
        env["AWS_ENDPOINT_URL"] = endpoint
    return env | {name: str(value) for name, value in more.items()}


@contextlib.contextmanager
def provider(env):
    """The stand-in running beside the tests; gives env with the word that has terraform use this one instead
    of starting its own at every step, which halves the time of many short commands."""
    process = subprocess.Popen(
        [shutil.which("node") or "node", str(PROVIDER)],
        env=env | {"STANDIN_MODULES": str(MODULES)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        handshake = process.stdout.readline().split("|")
        attach = {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": process.pid, "Test": True}
        attach["Addr"] = {"Network": handshake[2], "String": handshake[3]}
        yield env | {"TF_REATTACH_PROVIDERS": json.dumps({"registry.terraform.io/hashicorp/aws": attach})}
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def moto(folder):
    """A moto server of its own on a free port, empty; gives its URL. Its log is folder/moto.log."""
    log = pathlib.Path(folder) / "moto.log"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with log.open("wb") as out:
        # The services' own regions and accounts, whatever the caller's environment holds.
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env)
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process, log):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = re.search(r"Running on (http://127\.0\.0\.1:\d+)", log.read_text())
        if found:
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"moto did not start: {log.read_text()}")


def reset(endpoint):
    """Empties a moto server."""
    request = urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")
    urllib.request.urlopen(request, timeout=20).close()


def checkout(folder, *parts):
    """A copy of these top-level folders (infra alone without any), to run things in; returns where."""
    folder = pathlib.Path(folder)
    for part in parts or ("infra",):
        shutil.copytree(
            ROOT / part,
            folder / part,
            symlinks=True,
            ignore=shutil.ignore_patterns(".terraform", ".terraform.lock.hcl", "*.tfstate*", "__pycache__"),
        )
    return folder
