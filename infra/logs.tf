# Log groups. EKS and the agent make missing ones themselves, kept for ever; so all are made here first.

resource "aws_cloudwatch_log_group" "control_plane" {
  name              = "/aws/eks/${var.cluster_name}/cluster"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.logs_key
}

# Where the CloudWatch agent's fluent-bit sends what containers print.
resource "aws_cloudwatch_log_group" "containers" {
  name              = "/aws/containerinsights/${var.cluster_name}/application"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.logs_key
}

# The agent's others.
resource "aws_cloudwatch_log_group" "agent" {
  for_each = toset(var.enable_container_insights ? ["dataplane", "host", "performance"] : [])

  name              = "/aws/containerinsights/${var.cluster_name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.logs_key
}

resource "aws_cloudwatch_log_group" "flow" {
  count = var.enable_flow_logs ? 1 : 0

  name              = "/aws/vpc/${var.cluster_name}/flow"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.logs_key
}
