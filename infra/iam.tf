# Roles: the control plane, the nodes, and one per workload that calls AWS. No user, no key, no OIDC
# provider: pods get theirs by Pod Identity.

locals {
  cluster_policies = toset(["AmazonEKSClusterPolicy"])

  # Pull images, join the cluster, and a shell by Session Manager instead of SSH. The network plug-in's
  # rights are with its pod.
  node_policies = toset([
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
  ])

  pod_roles = toset(concat(
    ["vpc-cni", "cluster-autoscaler"],
    var.enable_container_insights ? ["cloudwatch-agent"] : []
  ))

  pod_policies = merge(
    { vpc-cni = "AmazonEKS_CNI_Policy" },
    { for name in ["cloudwatch-agent"] : name => "CloudWatchAgentServerPolicy" if var.enable_container_insights }
  )

  managed_policy_prefix = "arn:${local.partition}:iam::aws:policy/"
}

# ---- Control plane ---------------------------------------------------------------------------------

resource "aws_iam_role" "cluster" {
  name        = "${var.cluster_name}-cluster"
  description = "Control plane of ${var.cluster_name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "eks.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "cluster" {
  for_each = local.cluster_policies

  role       = aws_iam_role.cluster.name
  policy_arn = "${local.managed_policy_prefix}${each.key}"
}

resource "aws_iam_role_policy" "cluster_key" {
  name = "secrets-key"
  role = aws_iam_role.cluster.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"]
      Resource = aws_kms_key.this.arn
    }]
  })
}

# ---- Nodes -----------------------------------------------------------------------------------------

resource "aws_iam_role" "nodes" {
  name        = "${var.cluster_name}-nodes"
  description = "Nodes of ${var.cluster_name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "nodes" {
  for_each = local.node_policies

  role       = aws_iam_role.nodes.name
  policy_arn = "${local.managed_policy_prefix}${each.key}"
}

# ---- Pods ------------------------------------------------------------------------------------------

resource "aws_iam_role" "pod" {
  for_each = local.pod_roles

  name        = "${var.cluster_name}-${each.key}"
  description = "Pods of ${each.key} in ${var.cluster_name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "pods.eks.amazonaws.com" }
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "pod" {
  for_each = local.pod_policies

  role       = aws_iam_role.pod[each.key].name
  policy_arn = "${local.managed_policy_prefix}${each.value}"
}

resource "aws_iam_role_policy" "cluster_autoscaler" {
  name = "scale-node-groups"
  role = aws_iam_role.pod["cluster-autoscaler"].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Look"
        Effect = "Allow"
        Action = [
          "autoscaling:DescribeAutoScalingGroups",
          "autoscaling:DescribeAutoScalingInstances",
          "autoscaling:DescribeLaunchConfigurations",
          "autoscaling:DescribeScalingActivities",
          "ec2:DescribeImages",
          "ec2:DescribeInstanceTypes",
          "ec2:DescribeLaunchTemplateVersions",
          "ec2:GetInstanceTypesFromInstanceRequirements",
        ]
        Resource = "*" # none of these can be narrowed
      },
      {
        Sid      = "LookAtLabelsAndTaints"
        Effect   = "Allow"
        Action   = "eks:DescribeNodegroup"
        Resource = "arn:${local.partition}:eks:${var.aws_region}:${local.account_id}:nodegroup/${var.cluster_name}/*/*"
      },
      {
        Sid    = "ScaleOwnGroups"
        Effect = "Allow"
        Action = [
          "autoscaling:SetDesiredCapacity",
          "autoscaling:TerminateInstanceInAutoScalingGroup",
        ]
        Resource = "*"
        Condition = {
          StringEquals = { "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.cluster_name}" = "owned" }
        }
      },
    ]
  })
}

# ---- Flow logs -------------------------------------------------------------------------------------

resource "aws_iam_role" "flow_logs" {
  count = var.enable_flow_logs ? 1 : 0

  name        = "${var.cluster_name}-flow-logs"
  description = "Writes the flow logs of ${var.cluster_name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "flow_logs" {
  count = var.enable_flow_logs ? 1 : 0

  name = "write"
  role = aws_iam_role.flow_logs[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = "${aws_cloudwatch_log_group.flow[0].arn}:*"
    }]
  })
}
