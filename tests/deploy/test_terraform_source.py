# SPDX-License-Identifier: MIT
"""The Terraform code as text: format, and that every root is valid against the provider's schema."""

import json
import re
import subprocess

import pytest
from harness import standin

INFRA = standin.ROOT / "infra"
SOURCES = sorted(INFRA.rglob("*.tf"))


def blocks(kind):
    """(file, name, body) of every variable or output of the root module and of bootstrap."""
    for path in SOURCES:
        for name, body in re.findall(rf'^{kind} "(\w+)" \{{\n(.*?)^\}}', path.read_text(), re.M | re.S):
            yield path, name, body


def test_format(terraform):
    """D1, T1."""
    result = subprocess.run(
        [terraform, "fmt", "-check", "-diff", "-recursive", "."], cwd=INFRA, text=True, capture_output=True, timeout=60
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_files_the_seed_names_exist():
    """D1."""
    for name in ("main.tf", "variables.tf", "outputs.tf", "terraform.tfvars"):
        assert (INFRA / name).is_file(), name


@pytest.mark.parametrize("part", [".", "bootstrap"])
def test_valid(part, terraform, tmp_path):
    """D1, B1, T2: init from the mirror and validate."""
    env = standin.environment(tmp_path)
    folder = standin.checkout(tmp_path / "copy") / "infra" / part
    for command in (["init", "-no-color"], ["validate", "-no-color"]):
        result = subprocess.run([terraform, *command], cwd=folder, env=env, text=True, capture_output=True, timeout=120)
        assert result.returncode == 0, result.stdout + result.stderr


def test_every_variable_is_described_typed_and_sensible_for_development():
    """D15-D26: description, type and default; what is not a plain switch also has a validation."""
    unchecked = set()
    for path, name, body in blocks("variable"):
        assert re.search(r'^  description = "\S', body, re.M), name
        assert re.search(r"^  type +=", body, re.M), name
        if name != "bucket_name":  # no bucket's name is sensible for everybody
            assert re.search(r"^  default +=", body, re.M), name
        if not re.search(r"^  type += bool$", body, re.M) and "validation {" not in body:
            unchecked.add(name)
    assert not unchecked


def test_every_output_is_described():
    """D29: and the certificate, long but no secret, is not marked sensitive."""
    outputs = {name: body for _, name, body in blocks("output")}
    assert len(outputs) > 20
    for name, body in outputs.items():
        assert re.search(r'^  description = "\S', body, re.M), name
        assert "sensitive" not in body, name


def test_defaults_of_the_seed_stand_in_tfvars():
    """D27."""
    text = (INFRA / "terraform.tfvars").read_text()
    values = dict(re.findall(r'^(\w+) += "?([^"\n]+)"?$', text, re.M))
    assert values == {
        "aws_region": "eu-central-1",
        "environment": "dev",
        "node_instance_type": "t3.medium",
        "node_capacity_type": "ON_DEMAND",
        "min_capacity": "3",
        "desired_capacity": "3",
        "max_capacity": "10",
        "log_retention_days": "7",
    }


def test_versions():
    """X12, B1: S3 locks by itself since Terraform 1.11; the provider's next major version is not taken."""
    for part in (INFRA / "versions.tf", INFRA / "bootstrap/main.tf"):
        text = part.read_text()
        assert 'required_version = ">= 1.11"' in text
        assert 'version = ">= 6.25, < 7"' in text
    assert "terraform providers lock" in (INFRA / "versions.tf").read_text()


def test_no_third_party_module_and_no_dynamodb():
    """X12."""
    for path in SOURCES:
        text = path.read_text()
        assert not re.search(r"^module ", text, re.M), path
        assert "aws_dynamodb" not in text, path


def test_schema_has_every_type_in_use_and_no_other():
    """The distilled schema follows the code (aws-schema/types.txt)."""
    text = "\n".join(path.read_text() for path in SOURCES)
    schema = json.loads((standin.ROOT / "tests/deploy/aws-schema/schema.json").read_text())
    assert set(re.findall(r'^resource "(\w+)"', text, re.M)) == set(schema["resources"])
    assert set(re.findall(r'^data "(\w+)"', text, re.M)) == set(schema["data"])
    assert schema["version"] == standin.VERSION
