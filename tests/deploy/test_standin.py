# SPDX-License-Identifier: MIT
"""The stand-in itself: that it refuses what the real provider's schema refuses, and that what Terraform
makes is what the AWS command line sees. Without this the other tests would prove little."""

import json
import subprocess

import pytest
from harness import standin

GOOD = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "6.25.0" }
  }
}

provider "aws" {
  default_tags {
    tags = { project = "cicada", owner = "tests" }
  }
}

resource "aws_ecr_repository" "this" {
  name = "cicada"
  tags = { owner = "me" }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/eks/cicada/cluster"
  retention_in_days = 7
}

resource "aws_eks_cluster" "this" {
  name     = "cicada"
  role_arn = "arn:aws:iam::123456789012:role/cluster"
  vpc_config {
    subnet_ids = ["subnet-1", "subnet-2"]
  }
}

output "url" {
  value = aws_ecr_repository.this.repository_url
}

output "tags" {
  value = aws_ecr_repository.this.tags_all
}

output "ca" {
  value = aws_eks_cluster.this.certificate_authority[0].data
}
"""

FAULTS = {
    "misspelt argument": (
        'resource "aws_vpc" "a" { cidr = "10.0.0.0/16" }',
        "Unsupported argument",
    ),
    "missing required argument": (
        'resource "aws_subnet" "b" {}',
        "Missing required argument",
    ),
    "unknown nested argument": (
        'resource "aws_launch_template" "c" {\n  metadata_options { http_token = "required" }\n}',
        "Unsupported argument",
    ),
    "missing required block": (
        'resource "aws_eks_cluster" "d" {\n  name = "d"\n  role_arn = "r"\n}',
        "Insufficient vpc_config blocks",
    ),
    "reference to an attribute that is not there": (
        'output "e" { value = aws_ecr_repository.this.repository_uri }',
        "Unsupported attribute",
    ),
    "wrong type": (
        'resource "aws_cloudwatch_log_group" "f" { retention_in_days = [7] }',
        "Incorrect attribute value type",
    ),
    "wrong path into a computed object": (
        'output "g" { value = aws_eks_cluster.this.certificate_authority[0].pem }',
        "Unsupported attribute",
    ),
}


def run(folder, env, *command, check=True):
    result = subprocess.run(command, cwd=folder, env=env, text=True, capture_output=True, timeout=120)
    assert not check or result.returncode == 0, f"{command}: {result.stdout}\n{result.stderr}"
    return result


@pytest.fixture(scope="module")
def ready(tmp_path_factory, terraform):
    """A folder where terraform init was done, and the environment for it."""
    folder = tmp_path_factory.mktemp("standin")
    env = standin.environment(folder)
    (folder / "main.tf").write_text(GOOD)
    run(folder, env, terraform, "init", "-no-color")
    return folder, env


@pytest.fixture(scope="module")
def complaints(ready, terraform):
    """What validate says of each fault's file, all of them beside a good configuration."""
    folder, env = ready
    files = {f"fault{number}.tf": text for number, (text, _) in enumerate(FAULTS.values())}
    for name, text in files.items():
        (folder / name).write_text(text + "\n")
    result = run(folder, env, terraform, "validate", "-json", check=False)
    for name in files:
        (folder / name).unlink()
    return [(d["range"]["filename"], d["summary"]) for d in json.loads(result.stdout)["diagnostics"]]


def test_a_good_configuration_is_valid(complaints):
    assert all(name.startswith("fault") for name, _ in complaints), complaints


@pytest.mark.parametrize("number, fault", list(enumerate(FAULTS)))
def test_a_fault_is_found(complaints, number, fault):
    assert (f"fault{number}.tf", FAULTS[fault][1]) in complaints


@pytest.mark.medium
def test_terraform_and_the_aws_command_line_see_one_cloud(ready, terraform, tmp_path):
    folder, _ = ready
    with standin.moto(tmp_path) as endpoint:
        env = standin.environment(tmp_path, endpoint=endpoint)

        def aws(*command):
            return json.loads(run(folder, env, "aws", *command, "--output", "json").stdout)

        failing = env | {"STANDIN_FAIL": "create aws_eks_cluster"}
        result = run(folder, failing, terraform, "apply", "-auto-approve", "-no-color", check=False)
        assert result.returncode == 1 and "refused" in result.stderr, result.stderr
        run(folder, env, terraform, "apply", "-auto-approve", "-no-color")
        output = json.loads(run(folder, env, terraform, "output", "-json").stdout)

        assert output["tags"]["value"] == {"project": "cicada", "owner": "me"}
        assert aws("ecr", "describe-repositories")["repositories"][0]["repositoryUri"] == output["url"]["value"]
        cluster = aws("eks", "describe-cluster", "--name", "cicada")["cluster"]
        assert cluster["status"] == "ACTIVE"
        assert cluster["certificateAuthority"]["data"] == output["ca"]["value"]
        assert cluster["tags"] == {"project": "cicada", "owner": "tests"}
        assert aws("logs", "describe-log-groups")["logGroups"][0]["retentionInDays"] == 7

        again = run(folder, env, terraform, "plan", "-detailed-exitcode", "-no-color", check=False)
        assert again.returncode == 0, again.stdout

        media = "application/vnd.docker.distribution.manifest.v2+json"
        manifest = json.dumps({"schemaVersion": 2, "mediaType": media, "config": {"digest": "sha256:0"}, "layers": []})
        put = ("ecr", "put-image", "--repository-name", "cicada", "--image-tag", "v1", "--image-manifest", manifest)
        assert aws(*put)
        full = run(folder, env, terraform, "destroy", "-auto-approve", "-no-color", check=False)
        assert full.returncode == 1 and "RepositoryNotEmptyException" in full.stderr, full.stderr
        aws("ecr", "batch-delete-image", "--repository-name", "cicada", "--image-ids", "imageTag=v1")
        run(folder, env, terraform, "destroy", "-auto-approve", "-no-color")
        assert aws("eks", "list-clusters")["clusters"] == []
        assert run(folder, env, terraform, "state", "list").stdout == ""
