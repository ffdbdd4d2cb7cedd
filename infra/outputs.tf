# What the scripts and people need to know. Names are an interface: scripts/ and ../k8s read them.

# ---- Network ---------------------------------------------------------------------------------------

output "vpc_id" {
  description = "The VPC"
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Subnets of the NAT gateways and of an internet-facing load balancer"
  value       = [for subnet in aws_subnet.public : subnet.id]
}

output "private_subnet_ids" {
  description = "Subnets of the nodes and of an internal load balancer"
  value       = [for subnet in aws_subnet.private : subnet.id]
}

output "nat_public_ips" {
  description = "Addresses the load comes from; the target's firewall must let them in"
  value       = concat([for address in aws_eip.nat : address.public_ip], [for address in aws_eip.nat_extra : address.public_ip])
}

output "web_source_cidrs" {
  description = "Who may reach the web page through its load balancer; the VPC alone unless web_source_cidrs says more"
  value       = length(var.web_source_cidrs) > 0 ? var.web_source_cidrs : [var.vpc_cidr]
}

# ---- Cluster ---------------------------------------------------------------------------------------

output "aws_region" {
  description = "The region everything is in"
  value       = var.aws_region
}

output "environment" {
  description = "dev, staging or prod"
  value       = var.environment
}

output "cluster_name" {
  description = "The cluster"
  value       = aws_eks_cluster.this.name
}

output "cluster_arn" {
  description = "The cluster's ARN"
  value       = aws_eks_cluster.this.arn
}

output "cluster_endpoint" {
  description = "The Kubernetes API"
  value       = aws_eks_cluster.this.endpoint
}

output "cluster_endpoint_public" {
  description = "Whether the Kubernetes API can be reached from outside the VPC"
  value       = var.cluster_endpoint_public_access
}

output "cluster_version" {
  description = "Kubernetes version"
  value       = aws_eks_cluster.this.version
}

# Not secret, so not sensitive; but long, and the scripts keep it out of their logs.
output "cluster_certificate_authority_data" {
  description = "What signs the Kubernetes API's certificate, base64"
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "node_group_status" {
  description = "Status of each node group, by name"
  value       = { for name, group in aws_eks_node_group.this : name => group.status }
}

output "node_group_role_arn" {
  description = "Role of the nodes"
  value       = aws_iam_role.nodes.arn
}

output "max_schedulable_workers" {
  description = "How many workers fit when every node group is at its maximum"
  value       = local.max_schedulable_workers
}

# ---- Images and logs -------------------------------------------------------------------------------

output "ecr_repository_url" {
  description = "Where the image goes"
  value       = aws_ecr_repository.this.repository_url
}

output "ecr_repository_name" {
  description = "The repository's name, for the AWS command line"
  value       = aws_ecr_repository.this.name
}

output "control_plane_log_group" {
  description = "Logs of the Kubernetes API"
  value       = aws_cloudwatch_log_group.control_plane.name
}

output "container_log_group" {
  description = "Logs of master and workers"
  value       = aws_cloudwatch_log_group.containers.name
}

output "alarm_topic_arn" {
  description = "SNS topic of all alarms"
  value       = aws_sns_topic.alarms.arn
}

# ---- To paste --------------------------------------------------------------------------------------

output "kubeconfig_command" {
  description = "Points kubectl at the cluster"
  value       = "aws eks update-kubeconfig --region ${var.aws_region} --name ${aws_eks_cluster.this.name}"
}

output "ecr_login_command" {
  description = "Lets docker push to the repository for twelve hours"
  value       = "aws ecr get-login-password --region ${var.aws_region} | docker login --username AWS --password-stdin ${split("/", aws_ecr_repository.this.repository_url)[0]}"
}

output "estimated_monthly_cost" {
  description = "What it costs at the desired number of nodes, item by item, in dollars an hour, a day and a month; each item says whether its price is an estimate"
  value       = local.cost_estimate
}
