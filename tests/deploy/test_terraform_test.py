# SPDX-License-Identifier: MIT
"""T3, T4: infra's own tests (tests/*.tftest.hcl) by the real terraform test, with mocked answers of AWS."""

import json
import re
import shutil

import pytest
from harness import standin

INFRA = standin.ROOT / "infra"


def verdicts(infra, name, cwd=None):
    """{run: (status, diagnostics)} of one test file."""
    result = infra.run("test", "-json", f"-filter=tests/{name}.tftest.hcl", cwd=cwd, check=False)
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    said = {}
    for line in lines:
        if line["type"] == "diagnostic":
            run = line.get("@testrun")
            said.setdefault(run, []).append(f"{line['diagnostic']['summary']}: {line['diagnostic'].get('detail', '')}")
    runs = {
        line["test_run"]["run"]: (line["test_run"]["status"], said.get(line["test_run"]["run"], []))
        for line in lines
        if line["type"] == "test_run" and line["test_run"].get("status")
    }
    assert runs, result.stdout + result.stderr
    return runs


def check(infra, name, cwd=None):
    text = ((cwd or infra.folder) / f"tests/{name}.tftest.hcl").read_text()
    runs = verdicts(infra, name, cwd)
    assert len(runs) == text.count("\nrun "), "a run is missing"
    assert {run: said for run, (status, said) in runs.items() if status != "pass"} == {}


def test_network(infra):
    """D2, D3, D4, D5, D6, D7, D14, D70, X1, B13."""
    check(infra, "network")


def test_cluster(infra):
    """D8, D9, D10, D11, D12, D13, D25, X2, X11, X14, B2, B3, B4, B5, B6, B7, B8, B9, B10, B13, B26, B29, B30."""
    check(infra, "cluster")


def test_options(infra):
    """D25, X8, B2, B3, B4, B5, B9, B11, B12, B25, B27, B29, B30: what is off by default, on, and the reverse."""
    check(infra, "options")


def test_capacity(infra):
    """X6: the check warns at ten t3.medium and is content with seven t3.xlarge."""
    check(infra, "capacity")


def test_outputs(infra):
    """D28, T4."""
    check(infra, "outputs")


def test_variables_accepted(infra):
    """D15, D16, D17, D18, D19, D20, D21, D22, D23, D24, D25, D26: values that are taken."""
    check(infra, "accepted")


@pytest.fixture(scope="module")
def variables_alone(infra, tmp_path_factory):
    """A root of nothing but the variables: what they refuse needs no plan of the rest."""
    folder = tmp_path_factory.mktemp("variables")
    (folder / "tests").mkdir()
    for name in ("variables.tf", "versions.tf", "tests/variables.tftest.hcl"):
        shutil.copy(INFRA / name, folder / name)
    infra.run("init", cwd=folder)
    return folder


def test_variables_refused(infra, variables_alone):
    """D15, D16, D17, D18, D19, D20, D21, D22, D23, D24, D25, D26, X2: values that are refused."""
    check(infra, "variables", cwd=variables_alone)


def test_every_validation_has_both():
    """D26: a value refused for each validation, and one taken."""
    variables = (INFRA / "variables.tf").read_text()
    bodies = re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', variables, re.M | re.S)
    checked = {name: body.count("validation {") for name, body in bodies if "validation {" in body}
    refused = (INFRA / "tests/variables.tftest.hcl").read_text()
    taken = (INFRA / "tests/accepted.tftest.hcl").read_text()
    assert len(checked) > 25
    wanted = {name: refused.count(f"expect_failures = [var.{name}]") for name in checked}
    assert {name for name, count in checked.items() if wanted[name] < count} == set()
    assert {name for name in checked if not re.search(rf"^ +{name} += ", taken, re.M)} == set()


def test_bootstrap(infra):
    """B28, T3: the bucket for the state."""
    folder = infra.folder / "bootstrap"
    infra.run("init", cwd=folder)
    check(infra, "bootstrap", cwd=folder)


FAULTS = {
    "D6": ("network.tf", "nat_gateway_id         = aws_nat_gateway.this[local.nat_of_zone[each.key]].id",
           'nat_gateway_id         = aws_nat_gateway.this["zone1"].id', "network"),
    "D4": ("nodes.tf", "aws_subnet.private[zone].id", "aws_subnet.public[zone].id", "network"),
    "D12": ("ecr.tf", '"IMMUTABLE_WITH_EXCLUSION"', '"MUTABLE"', "cluster"),
    "B10": ("nodes.tf", "ignore_changes = [scaling_config[0].desired_size]", "ignore_changes = []", "cluster"),
    "X6": ("capacity.tf", ">= var.max_workers", ">= 0", "capacity"),
    "D28": ("outputs.tf", "value       = aws_cloudwatch_log_group.control_plane.name", 'value       = "somewhere"', "outputs"),
}  # fmt: skip


@pytest.mark.medium
@pytest.mark.parametrize("item", FAULTS)
def test_a_fault_in_the_code_is_found(infra, item, tmp_path):
    """T3: these tests can fail."""
    name, old, new, file = FAULTS[item]
    folder = standin.checkout(tmp_path) / "infra"
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    infra.run("init", cwd=folder)
    assert {status for status, _ in verdicts(infra, file, cwd=folder).values()} & {"fail", "error"}
