# What EKS installs and updates in the cluster.

locals {
  # A node is only ready with these.
  addons_before_nodes = {
    vpc-cni = {
      # Without it NetworkPolicy objects are accepted and enforce nothing.
      configuration = { enableNetworkPolicy = "true" }
      identities    = { aws-node = aws_iam_role.pod["vpc-cni"].arn }
    }
    kube-proxy             = { configuration = {}, identities = {} }
    eks-pod-identity-agent = { configuration = {}, identities = {} }
  }

  # These need a node to run on.
  addons_after_nodes = merge(
    {
      coredns = { configuration = {}, identities = {} }
      # Without it the worker autoscaler sees <unknown> for ever.
      metrics-server = { configuration = {}, identities = {} }
    },
    { for name in ["amazon-cloudwatch-observability"] : name => {
      configuration = {}
      identities    = { cloudwatch-agent = aws_iam_role.pod["cloudwatch-agent"].arn }
    } if var.enable_container_insights }
  )
}

resource "aws_eks_addon" "before_nodes" {
  for_each = local.addons_before_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(var.addon_versions, each.key, null)
  configuration_values        = length(each.value.configuration) > 0 ? jsonencode(each.value.configuration) : null
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = each.value.identities
    content {
      service_account = pod_identity_association.key
      role_arn        = pod_identity_association.value
    }
  }

  depends_on = [aws_iam_role_policy_attachment.pod]
}

resource "aws_eks_addon" "after_nodes" {
  for_each = local.addons_after_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(var.addon_versions, each.key, null)
  configuration_values        = length(each.value.configuration) > 0 ? jsonencode(each.value.configuration) : null
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = each.value.identities
    content {
      service_account = pod_identity_association.key
      role_arn        = pod_identity_association.value
    }
  }

  depends_on = [
    aws_eks_node_group.this,
    aws_iam_role_policy_attachment.pod,
    # Else the agent makes its groups itself, and they are kept for ever.
    aws_cloudwatch_log_group.containers,
    aws_cloudwatch_log_group.agent,
  ]
}

# The Cluster Autoscaler comes with the manifests (k8s/addons/cluster-autoscaler).
resource "aws_eks_pod_identity_association" "cluster_autoscaler" {
  cluster_name    = aws_eks_cluster.this.name
  namespace       = "kube-system"
  service_account = "cluster-autoscaler"
  role_arn        = aws_iam_role.pod["cluster-autoscaler"].arn
}
