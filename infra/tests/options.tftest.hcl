# What is off by default, on: B2, B4, B5, B9, B11, B12, B29, B30.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "everything" {
  command = apply
  variables {
    environment                          = "staging"
    cluster_endpoint_public_access       = true
    cluster_endpoint_public_access_cidrs = ["203.0.113.7/32"]
    grant_caller_admin                   = false
    access_entries = {
      viewers = { principal_arn = "arn:aws:iam::111122223333:role/developers", namespaces = ["locust"] }
    }
    addon_versions          = { coredns = "v1.12.4-eksbuild.1" }
    deletion_protection     = true
    worker_instance_types   = ["c7g.xlarge", "c6g.xlarge"]
    worker_capacity_type    = "SPOT"
    worker_desired_capacity = 2
    worker_max_capacity     = 7
    worker_single_zone      = true
    enable_vpc_endpoints    = true
    enable_flow_logs        = true
    alarm_emails            = ["sre@example.com"]
    web_source_cidrs        = ["203.0.113.0/24"]
    ecr_scan_on_push        = false
  }

  # B2
  assert {
    condition     = keys(aws_eks_access_entry.this) == ["viewers"] && endswith(aws_eks_access_policy_association.this["viewers"].policy_arn, "/AmazonEKSViewPolicy") && aws_eks_access_policy_association.this["viewers"].access_scope[0].type == "namespace"
    error_message = "Only the entries, each for its namespaces."
  }

  # B3
  assert {
    condition     = aws_eks_addon.after_nodes["coredns"].addon_version == "v1.12.4-eksbuild.1"
    error_message = "Versions of add-ons are pinned."
  }

  # B4, D25
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["203.0.113.7/32"])
    error_message = "The API is public to those named, and private still."
  }
  assert {
    condition     = !aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "Scanning can be switched off."
  }

  # B9
  assert {
    condition     = aws_eks_cluster.this.deletion_protection
    error_message = "The cluster is protected."
  }

  # B11
  assert {
    condition     = aws_eks_node_group.this["workers"].capacity_type == "SPOT" && aws_eks_node_group.this["default"].capacity_type == "ON_DEMAND"
    error_message = "Workers on spot instances, the master not."
  }
  assert {
    condition     = [for taint in aws_eks_node_group.this["workers"].taint : "${taint.key}=${taint.value}:${taint.effect}"] == ["dedicated=load:NO_SCHEDULE"] && length(aws_eks_node_group.this["default"].taint) == 0
    error_message = "Only workers run there."
  }
  assert {
    condition     = aws_eks_node_group.this["workers"].ami_type == "AL2023_ARM_64_STANDARD" && aws_eks_node_group.this["default"].ami_type == "AL2023_x86_64_STANDARD"
    error_message = "Arm types get Arm images."
  }
  assert {
    condition     = output.max_schedulable_workers == 21 + 9
    error_message = "Three workers on each of seven nodes of their own, then one on each of the others but the master's."
  }

  # B12
  assert {
    condition     = aws_eks_node_group.this["workers"].subnet_ids == toset([aws_subnet.private["zone1"].id]) && length(aws_eks_node_group.this["default"].subnet_ids) == 2
    error_message = "Workers in one zone."
  }
  assert {
    condition     = keys(aws_vpc_endpoint.interface) == ["ecr.api", "ecr.dkr", "logs", "sts"] && aws_vpc_endpoint.s3[0].route_table_ids == toset([for table in aws_route_table.private : table.id]) && aws_vpc_endpoint.interface["logs"].private_dns_enabled
    error_message = "AWS is reached inside the VPC."
  }
  assert {
    condition     = aws_flow_log.this[0].traffic_type == "ALL" && aws_cloudwatch_log_group.flow[0].retention_in_days == 7
    error_message = "Connections are recorded, and not for ever."
  }

  # B29
  assert {
    condition     = aws_sns_topic_subscription.email["sre@example.com"].protocol == "email" && keys(aws_cloudwatch_metric_alarm.failed_nodes) == ["default", "workers"]
    error_message = "Alarms reach somebody."
  }

  # B25
  assert {
    condition     = output.web_source_cidrs == tolist(["203.0.113.0/24"])
    error_message = "The page is for those named."
  }
}

run "without" {
  command = plan
  variables {
    enable_container_insights = false
    encrypt_logs_with_kms     = false
    encrypt_images_with_kms   = false
    max_workers               = 10
  }

  # B30
  assert {
    condition     = !contains(keys(aws_eks_addon.after_nodes), "amazon-cloudwatch-observability") && length(aws_cloudwatch_log_group.agent) == 0 && !contains(keys(aws_iam_role.pod), "cloudwatch-agent")
    error_message = "Log shipping goes with all that belongs to it."
  }

  # B5
  assert {
    condition     = aws_ecr_repository.this.encryption_configuration[0].encryption_type == "AES256"
    error_message = "AWS's own keys instead."
  }

  # B12
  assert {
    condition     = length(aws_vpc_endpoint.interface) + length(aws_vpc_endpoint.s3) + length(aws_flow_log.this) == 0 && output.web_source_cidrs == tolist(["10.0.0.0/16"])
    error_message = "Options are off by default."
  }
}
