# Node groups: one for everything, and optionally one for workers alone.

locals {
  node_groups = merge(
    {
      default = {
        instance_types = [var.node_instance_type]
        capacity_type  = var.node_capacity_type
        min            = var.min_capacity
        desired        = var.desired_capacity
        max            = var.max_capacity
        zones          = keys(local.zones)
        labels         = {}
        taints         = {}
      }
    },
    { for name in ["workers"] : name => {
      instance_types = var.worker_instance_types
      capacity_type  = var.worker_capacity_type
      min            = var.worker_min_capacity
      desired        = var.worker_desired_capacity
      max            = var.worker_max_capacity
      # One zone: nothing to pay for traffic between zones, and nothing left when that zone fails.
      zones  = var.worker_single_zone ? ["zone1"] : keys(local.zones)
      labels = { dedicated = "load" }
      taints = { dedicated = "load" }
    } if length(var.worker_instance_types) > 0 }
  )

  # The generation's letters end in g on Arm: t4g, c7g, m7gd.
  arm_pattern = "^[a-z]+[0-9]+g[a-z]*\\."
}

resource "aws_launch_template" "nodes" {
  for_each = local.node_groups

  name_prefix            = "${var.cluster_name}-${each.key}-"
  description            = "Nodes of ${var.cluster_name}, group ${each.key}"
  update_default_version = true
  vpc_security_group_ids = [aws_security_group.nodes.id]

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type           = "gp3"
      volume_size           = var.node_disk_gib
      encrypted             = true
      delete_on_termination = true
    }
  }

  # Pods are one hop further away than the node, so none of them reaches the node's credentials.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  monitoring {
    enabled = true
  }

  # The provider's default tags stop at the template.
  dynamic "tag_specifications" {
    for_each = ["instance", "volume", "network-interface"]
    content {
      resource_type = tag_specifications.value
      tags          = merge(local.tags, { Name = "${var.cluster_name}-${each.key}" })
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_eks_node_group" "this" {
  for_each = local.node_groups

  cluster_name    = aws_eks_cluster.this.name
  node_group_name = each.key
  node_role_arn   = aws_iam_role.nodes.arn
  subnet_ids      = [for zone in each.value.zones : aws_subnet.private[zone].id]

  version        = aws_eks_cluster.this.version
  ami_type       = can(regex(local.arm_pattern, each.value.instance_types[0])) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD"
  instance_types = each.value.instance_types
  capacity_type  = each.value.capacity_type
  labels         = merge({ "cicada.dev/group" = each.key }, each.value.labels)

  launch_template {
    id      = aws_launch_template.nodes[each.key].id
    version = aws_launch_template.nodes[each.key].latest_version
  }

  scaling_config {
    min_size     = each.value.min
    desired_size = each.value.desired
    max_size     = each.value.max
  }

  update_config {
    max_unavailable_percentage = 33
  }

  node_repair_config {
    enabled = true
  }

  dynamic "taint" {
    for_each = each.value.taints
    content {
      key    = taint.key
      value  = taint.value
      effect = "NO_SCHEDULE"
    }
  }

  # EKS itself puts these on a managed group's Auto Scaling group; here they say that it is meant.
  tags = {
    "k8s.io/cluster-autoscaler/enabled"             = "true"
    "k8s.io/cluster-autoscaler/${var.cluster_name}" = "owned"
  }

  lifecycle {
    # The Cluster Autoscaler's, once the group exists.
    ignore_changes = [scaling_config[0].desired_size]
  }

  depends_on = [
    aws_iam_role_policy_attachment.nodes,
    aws_eks_addon.before_nodes,
    # Nodes join through the NAT gateways.
    aws_route.private_nat,
    aws_route_table_association.private,
    aws_vpc_security_group_ingress_rule.cluster_from_nodes,
    aws_vpc_security_group_egress_rule.cluster_to_nodes,
    aws_vpc_security_group_ingress_rule.nodes_from_cluster,
    aws_vpc_security_group_ingress_rule.nodes_from_nodes,
    aws_vpc_security_group_egress_rule.nodes_out,
  ]
}
