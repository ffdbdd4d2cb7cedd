# SPDX-License-Identifier: MIT
"""Every command of the operators' documents, run: the scripts, terraform, aws and kubectl are real, the
cloud and the cluster are stand-ins (harness/desk.py, cluster.py). A command that fails, and is not one of
ELSEWHERE with the very answer it must give here, fails the test."""

import concurrent.futures
import json
import os
import re
import subprocess

import pytest
from documents import pages
from documents.cluster import Operated
from harness import desk as desks

pytestmark = pytest.mark.medium

# A pattern of commands that need what no stand-in has, why, and the answer they must give here.
ELSEWHERE = (
    (r"^kubectl .* port-forward ", "the stand-in's pods have no ports", "unable to upgrade connection"),
    (r"^kubectl .* exec ", "the stand-in's pods have no containers", "unable to upgrade connection"),
    (
        r"^aws .* eks (describe-addon|describe-addon-versions|list-insights) ",
        "moto has no add-ons and no insights",
        "404",
    ),
    (r"^aws .* eks (create-access-entry|associate-access-policy) ", "moto has no access entries", "404"),
    (r"^aws .* ecr describe-image-scan-findings ", "nobody scans moto's images", "ScanNotFoundException"),
    (r"^aws .* service-quotas ", "moto does not know this quota", "NoSuchResourceException"),
    (r"^aws .* set-alarm-state ", "the stand-in makes no alarms in moto", "ResourceNotFound"),
    (r"^docker system df$", "the stand-in of docker keeps nothing on a disk", "^$"),
)

# Commands that change nothing, so that it does not matter when they run.
LOOKS = re.compile(
    r"kubectl (-n \S+ )?(get|describe|logs|top|version|kustomize|port-forward) |kubectl version"
    r"|aws (--region \S+ )?\S+ (describe|list|get|filter|tail)(-|\b)(?!object)"
    r"|terraform (version|-chdir=infra (output|validate|fmt))|docker |jq |cicada |printf "
)

EXAMPLE = "http://127.0.0.1:8000"  # where documents have a server to load

KUBECTL = """#!/usr/bin/env bash
# The scripts name a context, which the desk's kubectl knows; a person's is the current one.
case " $* " in
*" --context "* | *" --kubeconfig "*) exec {desk} "$@" ;;
esac
case $1 in
kustomize | label) exec {real} "$@" ;;
config) exec {real} "$@" ;;
esac
KUBECONFIG=/dev/null exec {real} --server "$(cat {server})" "$@"
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory, terraform, kubectl):
    """A deployment, and what an operator has beside it."""
    folder = tmp_path_factory.mktemp("operator")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desks, "Cluster", Operated)
        with desks.Desk(folder) as desk:
            tools = folder / "mine"
            tools.mkdir()
            shim = KUBECTL.format(desk=folder / "bin/kubectl", real=kubectl, server=folder / "server")
            (tools / "kubectl").write_text(shim)
            (tools / "kubectl").chmod(0o755)
            cicada = os.environ.get("CICADA", str(pages.ROOT / "build/engine/cli/cicada"))
            (tools / "cicada").symlink_to(cicada)
            desk.env["PATH"] = f"{tools}:{desk.env['PATH']}"
            desk.env.pop("TF_INPUT")
            body = next(text for language, _, text in pages.blocks(pages.DOCS / "QUICKSTART.md") if language == "hcl")
            (desk.tree / "mine.tfvars").write_text(body)
            (desk.tree / "users").write_text("alice:hash\n")
            (desk.tree / "results").mkdir()
            (desk.tree / "results/cicada_stats.csv").write_text("Type,Name\n")
            for bucket in ("load-test-results", "cicada-terraform-state-111122223333"):
                desk.aws("s3").create_bucket(
                    Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
                )
            server = os.environ.get("CICADA_TARGET", str(pages.ROOT / "build/engine/target/cicada-target"))
            with subprocess.Popen(
                [server, "--port", "0"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            ) as target:
                desk.target = "http://127.0.0.1:" + re.search(r":(\d+)", target.stdout.readline())[1]
                yield desk
                target.terminate()


def perform(desk, text):
    """As typed in the root of the checkout; questions are answered as asked."""
    result = subprocess.run(
        ["timeout", "150", "bash", "-c", f"set -o pipefail\n{text.replace(EXAMPLE, desk.target)}"],
        cwd=desk.tree,
        env=desk.env,
        input="destroy\n" if "destroy.sh" in text else "yes\n",
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=170,
    )
    return result.returncode, result.stdout


def wrong(desk, command):
    """What is wrong with how it went; nothing if all is well."""
    code, said = perform(desk, command.text)
    for pattern, _, expected in ELSEWHERE:
        if re.search(pattern, command.text):
            good = code and re.search(expected, said)
            return None if good else f"{command}\n  was to say {expected!r}, code {code}: {said[-500:]}"
    return f"{command}\n  code {code}: {said[-500:]}" if code else None


def every_command():
    """Each one once: (those of the quick start, those that only look, the others, the removal). What
    changes something is run where it stands last, for a page may take back what another one made."""
    kinds = {"start": {}, "looks": {}, "changes": {}, "removal": {}}
    for page in (pages.DOCS / "QUICKSTART.md", *pages.PAGES):
        for command in filter(lambda command: command.runs, pages.commands(page)):
            text = command.text
            if re.match(r"infra/scripts/destroy\.sh(?!.*--dry-run)", text):
                kinds["removal"][text] = command
            elif LOOKS.match(text):
                kinds["looks"].setdefault(text, command)
            elif page.name == "QUICKSTART.md":
                kinds["start"].setdefault(text, command)
            elif text not in kinds["start"]:
                kinds["changes"].pop(text, None)
                kinds["changes"][text] = command
    return [list(commands.values()) for commands in kinds.values()]


def test_every_command_was_run(desk):
    """T14, D66, D67, D74: looks side by side, changes one after the other; the removal leaves nothing."""
    start, looks, changes, removal = every_command()
    assert len(start) > 2 and len(looks) > 50 and len(changes) > 20 and removal
    bad = [wrong(desk, command) for command in start]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        bad += pool.map(lambda command: wrong(desk, command), looks)
    bad += [wrong(desk, command) for command in (*changes, *removal)]
    assert not any(bad), "\n".join(filter(None, bad))
    assert perform(desk, "terraform -chdir=infra state list") == (0, "")
    assert json.loads(perform(desk, "aws eks list-clusters")[1])["clusters"] == []


def test_exceptions_are_of_commands_that_are_there():
    """T14: and each says why."""
    texts = [command.text for page in pages.PAGES for command in pages.commands(page) if command.runs]
    for pattern, why, answer in ELSEWHERE:
        assert any(re.search(pattern, text) for text in texts), pattern
        assert why and answer
