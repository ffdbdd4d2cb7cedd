# SPDX-License-Identifier: MIT
"""T5: rules over what would be made, in every environment, and over what an apply left in the state."""

import copy
import functools
import json

import pytest
from harness import policy
from harness.infra import ENVIRONMENTS, resources


@pytest.fixture(scope="module")
def applied(infra):
    """prod has every option on; applied, its policies name real ARNs."""
    return resources(infra.apply("prod"))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("rule", policy.RULES, ids=lambda rule: rule.__name__)
def test_planned(infra, environment, rule):
    """T2, T5, D2-D14, B4-B7, B13, B29: each environment file makes a plan that breaks no rule."""
    check = functools.partial(rule, known=False) if rule is policy.encrypted else rule
    assert check(resources(infra.plan(environment))) == []


@pytest.mark.parametrize("rule", policy.RULES, ids=lambda rule: rule.__name__)
def test_applied(applied, rule):
    """T5, B5, B7: likewise with everything made, so that every policy is known."""
    assert rule(applied) == []


def test_applied_everything(applied):
    """B11, B12: what the rules looked at was there."""
    kinds = {kind for _, kind, _ in applied}
    for kind in ("aws_vpc_endpoint", "aws_flow_log", "aws_launch_template", "aws_iam_role_policy", "aws_sns_topic_policy"):
        assert kind in kinds
    assert sum(kind == "aws_eks_node_group" for _, kind, _ in applied) == 2
    assert len(list(policy._statements(applied))) > 10


def change(kind, edit):
    """Edits the first resource of a kind."""

    def apply(found):
        edit(next(values for _, k, values in found if k == kind))

    return apply


def statement(**changes):
    return lambda values: values.update(
        policy=json.dumps({"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn"} | changes]})
    )


FAULTS = [
    (policy.closed_to_the_internet, "aws_vpc_security_group_ingress_rule", lambda v: v.update(cidr_ipv4="0.0.0.0/0")),
    (policy.closed_to_the_internet, "aws_subnet", lambda v: v.update(map_public_ip_on_launch=True)),
    (policy.closed_to_the_internet, "aws_default_security_group", lambda v: v.update(ingress=[{"from_port": 0}])),
    (policy.closed_to_the_internet, "aws_eks_cluster", lambda v: v["vpc_config"][0].update(endpoint_public_access=True)),
    (policy.encrypted, "aws_launch_template", lambda v: v["block_device_mappings"][0]["ebs"][0].update(encrypted="false")),
    (policy.encrypted, "aws_ecr_repository", lambda v: v["encryption_configuration"][0].update(encryption_type="AES256")),
    (policy.encrypted, "aws_eks_cluster", lambda v: v.update(encryption_config=[])),
    (policy.encrypted, "aws_kms_key", lambda v: v.update(enable_key_rotation=False)),
    (policy.encrypted, "aws_cloudwatch_log_group", lambda v: v.update(kms_key_id=None)),
    (policy.encrypted, "aws_sns_topic", lambda v: v.update(kms_master_key_id=None)),
    (policy.instance_metadata_out_of_reach, "aws_launch_template", lambda v: v["metadata_options"][0].update(http_tokens="optional")),
    (policy.instance_metadata_out_of_reach, "aws_launch_template", lambda v: v["metadata_options"][0].update(http_put_response_hop_limit=2)),
    (policy.logs_end, "aws_cloudwatch_log_group", lambda v: v.update(retention_in_days=None)),
    (policy.tagged, "aws_vpc", lambda v: v["tags_all"].pop("ttl")),
    (policy.tagged, "aws_launch_template", lambda v: v["tag_specifications"][0]["tags"].pop("owner")),
    (policy.least_privilege, "aws_iam_role_policy", statement(Action="*")),
    (policy.least_privilege, "aws_iam_role_policy", statement(Action=["ec2:*"])),
    (policy.least_privilege, "aws_iam_role_policy", statement(Action="ec2:TerminateInstances", Resource="*")),
    (policy.least_privilege, "aws_sns_topic_policy", statement(Principal="*")),
    (policy.least_privilege, "aws_iam_role_policy_attachment", lambda v: v.update(policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")),
    (policy.no_keys_lying_around, "aws_launch_template", lambda v: v.update(key_name="mine")),
    (policy.no_keys_lying_around, "aws_eks_node_group", lambda v: v.update(remote_access=[{"ec2_ssh_key": "mine"}])),
]  # fmt: skip


@pytest.mark.parametrize("rule, kind, edit", FAULTS, ids=[f"{r.__name__}-{k}-{n}" for n, (r, k, _) in enumerate(FAULTS)])
def test_the_rules_can_be_broken(applied, rule, kind, edit):
    """T5: each rule finds the fault it is for."""
    broken = copy.deepcopy(applied)
    change(kind, edit)(broken)
    assert rule(broken)
