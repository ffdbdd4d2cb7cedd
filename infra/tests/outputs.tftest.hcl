# D28: every output, from an apply.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  max_workers = 9
}

run "outputs" {
  command = apply

  assert {
    condition     = output.vpc_id == aws_vpc.this.id && length(output.public_subnet_ids) == 2 && length(output.private_subnet_ids) == 2 && length(setintersection(output.public_subnet_ids, output.private_subnet_ids)) == 0
    error_message = "Network."
  }
  assert {
    condition     = toset(output.nat_public_ips) == toset([for address in aws_eip.nat : address.public_ip]) && length(output.nat_public_ips) == 2
    error_message = "Addresses the load comes from."
  }
  assert {
    condition     = output.cluster_endpoint == "https://MOCK.gr7.eu-central-1.eks.amazonaws.com" && output.cluster_arn == aws_eks_cluster.this.arn && output.cluster_certificate_authority_data == "bW9jaw==" && output.cluster_name == "cicada" && output.cluster_version == "1.36" && !output.cluster_endpoint_public
    error_message = "Cluster."
  }
  assert {
    condition     = output.node_group_status == { default = "ACTIVE" } && output.node_group_role_arn == aws_iam_role.nodes.arn
    error_message = "Nodes."
  }
  assert {
    condition     = output.ecr_repository_url == aws_ecr_repository.this.repository_url && output.ecr_repository_name == "cicada"
    error_message = "Repository."
  }
  assert {
    condition     = output.control_plane_log_group == "/aws/eks/cicada/cluster" && output.container_log_group == "/aws/containerinsights/cicada/application"
    error_message = "Log groups."
  }
  assert {
    condition     = output.kubeconfig_command == "aws eks update-kubeconfig --region eu-central-1 --name cicada"
    error_message = "Command for kubectl."
  }
  assert {
    condition     = output.ecr_login_command == "aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin 111122223333.dkr.ecr.eu-central-1.amazonaws.com"
    error_message = "Command for docker."
  }
  assert {
    condition     = output.aws_region == "eu-central-1" && output.environment == "dev" && output.alarm_topic_arn == aws_sns_topic.alarms.arn
    error_message = "The rest."
  }
  assert {
    condition     = output.estimated_monthly_cost.items.nodes.monthly == 105.12 && output.estimated_monthly_cost.monthly > 250
    error_message = "Cost: three t3.medium for 730 hours."
  }
}
