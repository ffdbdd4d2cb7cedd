# SPDX-License-Identifier: MIT
"""Rules for what Terraform is about to make. Each takes [(address, type, values)], gives complaints."""

import json

EVERYBODY = {"0.0.0.0/0", "::/0"}
TAGS = {"project", "environment", "owner", "ttl"}
POLICIES = {"policy", "assume_role_policy"}


def _of(resources, *types):
    return [(address, values) for address, kind, values in resources if kind in types]


def _listed(value):
    return value if isinstance(value, list) else [value]


def _statements(resources):
    """(address, type, statement) of every policy document whose text is known."""
    for address, kind, values in resources:
        for name in POLICIES & set(values):
            text = values[name]
            if isinstance(text, str) and kind != "aws_ecr_lifecycle_policy":
                for statement in json.loads(text)["Statement"]:
                    yield address, kind, statement


def closed_to_the_internet(resources):
    rules = _of(resources, "aws_vpc_security_group_ingress_rule")
    found = [a for a, v in rules if {v.get("cidr_ipv4"), v.get("cidr_ipv6")} & EVERYBODY]
    groups = _of(resources, "aws_security_group", "aws_default_security_group")
    found += [a for a, v in groups if v.get("ingress")]
    found += [a for a, v in _of(resources, "aws_subnet") if v.get("map_public_ip_on_launch")]
    for address, values in _of(resources, "aws_eks_cluster"):
        config = values["vpc_config"][0]
        if config.get("endpoint_public_access") and EVERYBODY & set(config.get("public_access_cidrs") or EVERYBODY):
            found.append(address)
    return found


def encrypted(resources, known=True):
    """known: keys have their ARNs, which a plan does not know yet."""
    found = []
    for address, values in _of(resources, "aws_launch_template"):
        disks = [disk["ebs"][0] for disk in values["block_device_mappings"]]
        if not disks or any(str(disk["encrypted"]).lower() != "true" for disk in disks):
            found.append(address)
    for address, values in _of(resources, "aws_ecr_repository"):
        if values["encryption_configuration"][0]["encryption_type"] != "KMS":
            found.append(address)
    for address, values in _of(resources, "aws_eks_cluster"):
        if [c["resources"] for c in values["encryption_config"]] != [["secrets"]]:
            found.append(address)
    for address, values in _of(resources, "aws_kms_key"):
        if not values["enable_key_rotation"]:
            found.append(address)
    if known:
        found += [a for a, v in _of(resources, "aws_cloudwatch_log_group") if not v.get("kms_key_id")]
        found += [a for a, v in _of(resources, "aws_sns_topic") if not v.get("kms_master_key_id")]
    return found


def instance_metadata_out_of_reach(resources):
    wanted = {"http_tokens": "required", "http_put_response_hop_limit": 1}
    return [
        address
        for address, values in _of(resources, "aws_launch_template")
        if any((values["metadata_options"] or [{}])[0].get(name) != value for name, value in wanted.items())
    ]


def logs_end(resources):
    return [a for a, v in _of(resources, "aws_cloudwatch_log_group") if not v.get("retention_in_days")]


def tagged(resources):
    found = []
    for address, _, values in resources:
        if "tags_all" in values and not TAGS <= set(values["tags_all"] or {}):
            found.append(address)
        for specification in values.get("tag_specifications") or []:
            if not TAGS <= set(specification["tags"] or {}):
                found.append(f"{address} {specification['resource_type']}")
    return found


def least_privilege(resources):
    found = []
    for address, kind, statement in _statements(resources):
        if statement["Effect"] != "Allow":
            continue
        actions = _listed(statement["Action"])
        # A key whose account may not use it could never be deleted.
        if kind != "aws_kms_key" and any(action == "*" or action.endswith(":*") for action in actions):
            found.append(f"{address}: {actions}")
        principals = statement.get("Principal", {})
        if principals == "*" or "*" in _listed(principals.get("AWS", [])):
            found.append(f"{address}: anybody")
        changing = [a for a in actions if not a.split(":")[-1].startswith(("Describe", "Get", "List"))]
        if kind == "aws_iam_role_policy" and changing and "*" in _listed(statement["Resource"]):
            if not statement.get("Condition"):
                found.append(f"{address}: {changing} on everything")
    attached = _of(resources, "aws_iam_role_policy_attachment")
    found += [a for a, v in attached if v["policy_arn"].endswith(("AdministratorAccess", "FullAccess"))]
    return found


def no_keys_lying_around(resources):
    """No SSH keys, no users with access keys."""
    found = [a for a, v in _of(resources, "aws_launch_template") if v.get("key_name")]
    found += [a for a, v in _of(resources, "aws_eks_node_group") if v.get("remote_access")]
    return found + [a for a, _ in _of(resources, "aws_iam_user", "aws_iam_access_key")]


RULES = [
    closed_to_the_internet,
    encrypted,
    instance_metadata_out_of_reach,
    logs_end,
    tagged,
    least_privilege,
    no_keys_lying_around,
]
