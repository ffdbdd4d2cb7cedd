# The cluster and its nodes as the seed's values make them: D8-D13, B2-B10, X2, X11, X14.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  max_workers = 9
}

run "cluster" {
  command = apply

  # D8
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].security_group_ids == toset([aws_security_group.cluster.id]) && alltrue([for template in aws_launch_template.nodes : template.vpc_security_group_ids == toset([aws_security_group.nodes.id])])
    error_message = "The control plane and the nodes have a security group each."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.cluster_from_nodes.from_port == 443 && aws_vpc_security_group_ingress_rule.cluster_from_nodes.referenced_security_group_id == aws_security_group.nodes.id
    error_message = "Nodes reach the API."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.nodes_from_cluster : rule.referenced_security_group_id == aws_security_group.cluster.id]) && aws_vpc_security_group_ingress_rule.nodes_from_cluster["kubelet"].from_port == 10250
    error_message = "The control plane reaches kubelets and webhooks."
  }
  assert {
    condition     = [for name, rule in aws_vpc_security_group_ingress_rule.nodes_from_cluster : rule.from_port] == [for name, rule in aws_vpc_security_group_egress_rule.cluster_to_nodes : rule.to_port]
    error_message = "What the control plane may send, the nodes may receive."
  }
  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0
    error_message = "The VPC's default group lets nothing through."
  }

  # D9, B7
  assert {
    condition     = keys(aws_iam_role_policy_attachment.cluster) == ["AmazonEKSClusterPolicy"] && aws_eks_cluster.this.role_arn == aws_iam_role.cluster.arn
    error_message = "The cluster has a role of its own."
  }
  assert {
    condition     = keys(aws_iam_role_policy_attachment.nodes) == ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy", "AmazonSSMManagedInstanceCore"] && alltrue([for group in aws_eks_node_group.this : group.node_role_arn == aws_iam_role.nodes.arn])
    error_message = "Nodes have a role of their own, without the network plug-in's rights."
  }
  assert {
    condition     = aws_iam_role_policy_attachment.pod["vpc-cni"].policy_arn == "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" && length(aws_eks_addon.before_nodes["vpc-cni"].pod_identity_association) == 1
    error_message = "The network plug-in has its rights by Pod Identity."
  }

  # D10, X2
  assert {
    condition     = aws_eks_cluster.this.version == "1.36" && aws_eks_cluster.this.upgrade_policy[0].support_type == "STANDARD"
    error_message = "A version that is still made, and no silent extended support."
  }

  # D11, B11: no second group unless asked for.
  assert {
    condition     = keys(aws_eks_node_group.this) == ["default"]
    error_message = "One node group."
  }
  assert {
    condition     = aws_eks_node_group.this["default"].instance_types == tolist(["t3.medium"]) && aws_eks_node_group.this["default"].capacity_type == "ON_DEMAND"
    error_message = "t3.medium on demand."
  }
  assert {
    condition     = aws_eks_node_group.this["default"].scaling_config[0].min_size == 3 && aws_eks_node_group.this["default"].scaling_config[0].desired_size == 3 && aws_eks_node_group.this["default"].scaling_config[0].max_size == 10
    error_message = "Three to ten nodes, three at first."
  }

  # D12, X11
  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE_WITH_EXCLUSION" && aws_ecr_repository.this.image_tag_mutability_exclusion_filter[0].filter == "latest"
    error_message = "Only latest may move."
  }
  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : [rule.selection.tagStatus, rule.selection.countNumber]] == [["untagged", 1], ["tagged", 30]]
    error_message = "Untagged images expire, the last thirty tagged ones stay."
  }
  # D25, D63: destroy.sh empties it, after asking.
  assert {
    condition     = aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push && !aws_ecr_repository.this.force_delete
    error_message = "Images are scanned, and never deleted by Terraform."
  }

  # D13, X14
  assert {
    condition     = aws_cloudwatch_log_group.control_plane.name == "/aws/eks/cicada/cluster" && aws_cloudwatch_log_group.containers.name == "/aws/containerinsights/cicada/application"
    error_message = "The groups EKS and the agent write to."
  }
  assert {
    condition     = alltrue([for group in concat([aws_cloudwatch_log_group.control_plane, aws_cloudwatch_log_group.containers], values(aws_cloudwatch_log_group.agent)) : group.retention_in_days == 7])
    error_message = "All are kept for log_retention_days."
  }

  # B2
  assert {
    condition     = aws_eks_cluster.this.access_config[0].authentication_mode == "API" && !aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions
    error_message = "Access by entries alone."
  }
  assert {
    condition     = aws_eks_access_policy_association.this["terraform-caller"].principal_arn == "arn:aws:iam::111122223333:role/sre" && aws_eks_access_policy_association.this["terraform-caller"].access_scope[0].type == "cluster"
    error_message = "Whoever runs Terraform is an administrator, as the role, not as a session."
  }

  # B3, B8
  assert {
    condition     = !aws_eks_cluster.this.bootstrap_self_managed_addons && keys(aws_eks_addon.before_nodes) == ["eks-pod-identity-agent", "kube-proxy", "vpc-cni"] && keys(aws_eks_addon.after_nodes) == ["amazon-cloudwatch-observability", "coredns", "metrics-server"]
    error_message = "EKS manages the add-ons; metrics-server is one."
  }
  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).enableNetworkPolicy == "true"
    error_message = "Network policies are enforced."
  }

  # B4
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "The API is private."
  }

  # B5
  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_eks_cluster.this.encryption_config[0].resources == toset(["secrets"]) && aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == aws_kms_key.this.arn
    error_message = "Secrets are encrypted by a key that rotates."
  }
  assert {
    condition     = aws_cloudwatch_log_group.control_plane.kms_key_id == aws_kms_key.this.arn && aws_ecr_repository.this.encryption_configuration[0].kms_key == aws_kms_key.this.arn
    error_message = "Logs and images by the same."
  }

  # B6
  assert {
    condition     = aws_launch_template.nodes["default"].metadata_options[0].http_tokens == "required" && aws_launch_template.nodes["default"].metadata_options[0].http_put_response_hop_limit == 1
    error_message = "Instance metadata needs a session token, and is out of pods' reach."
  }
  assert {
    condition     = aws_launch_template.nodes["default"].block_device_mappings[0].ebs[0].volume_type == "gp3" && aws_launch_template.nodes["default"].block_device_mappings[0].ebs[0].volume_size == 20
    error_message = "A gp3 disk of 20 GiB."
  }
  # The provider has this one as text.
  assert {
    condition     = tobool(aws_launch_template.nodes["default"].block_device_mappings[0].ebs[0].encrypted) && aws_launch_template.nodes["default"].monitoring[0].enabled
    error_message = "Disks are encrypted, instances monitored."
  }
  assert {
    condition     = aws_eks_node_group.this["default"].ami_type == "AL2023_x86_64_STANDARD" && aws_eks_node_group.this["default"].update_config[0].max_unavailable_percentage == 33 && aws_eks_node_group.this["default"].node_repair_config[0].enabled
    error_message = "Amazon Linux 2023, a third at a time, repaired."
  }

  # B9
  assert {
    condition     = aws_eks_cluster.this.enabled_cluster_log_types == toset(["api", "audit", "authenticator"]) && !aws_eks_cluster.this.deletion_protection
    error_message = "The control plane logs; a development cluster may go."
  }

  # B10
  assert {
    condition     = aws_eks_pod_identity_association.cluster_autoscaler.namespace == "kube-system" && aws_eks_pod_identity_association.cluster_autoscaler.service_account == "cluster-autoscaler"
    error_message = "The Cluster Autoscaler has its role."
  }
  assert {
    condition     = aws_eks_node_group.this["default"].tags["k8s.io/cluster-autoscaler/enabled"] == "true" && aws_eks_node_group.this["default"].tags["k8s.io/cluster-autoscaler/cicada"] == "owned"
    error_message = "The Cluster Autoscaler finds the group."
  }

  # B30
  assert {
    condition     = endswith(aws_iam_role_policy_attachment.pod["cloudwatch-agent"].policy_arn, "/CloudWatchAgentServerPolicy") && length(aws_eks_addon.after_nodes["amazon-cloudwatch-observability"].pod_identity_association) == 1
    error_message = "Container logs are shipped."
  }

  # B13, B29
  assert {
    condition     = alltrue([for zone, alarm in aws_cloudwatch_metric_alarm.nat_ports : alarm.metric_name == "ErrorPortAllocation" && alarm.dimensions.NatGatewayId == aws_nat_gateway.this[zone].id]) && length(aws_cloudwatch_metric_alarm.nat_ports) == 2
    error_message = "Exhausted NAT gateways are heard of."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.failed_nodes["default"].dimensions.AutoScalingGroupName == "eks-mock" && aws_cloudwatch_metric_alarm.log_errors.metric_name == "LogErrors" && aws_cloudwatch_log_metric_filter.errors.log_group_name == aws_cloudwatch_log_group.containers.name
    error_message = "So are failed nodes and errors in the logs."
  }
  assert {
    condition     = aws_budgets_budget.monthly.limit_amount == "350" && length(aws_budgets_budget.monthly.notification) == 2 && tolist(aws_budgets_budget.monthly.cost_filter)[0].values == tolist(["user:cluster$cicada"])
    error_message = "And money."
  }
}

# B10: or every apply would undo what the autoscaler did.
run "the_autoscaler_s_number_stays" {
  command = apply
  variables {
    min_capacity     = 2
    desired_capacity = 5
  }

  assert {
    condition     = aws_eks_node_group.this["default"].scaling_config[0].desired_size == 3 && aws_eks_node_group.this["default"].scaling_config[0].min_size == 2
    error_message = "Desired nodes are set once."
  }
}
