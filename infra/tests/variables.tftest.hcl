# D26: what each validation refuses; accepted.tftest.hcl has what it takes. One wrong value a run, so that no
# other can be the reason. Only variables.tf matters here, so ./dev runs this file on it alone, which takes a
# second instead of a minute.

mock_provider "aws" {}

# aws_region: D15
run "aws_region_no_digit" {
  command = plan
  variables {
    aws_region = "eu-central"
  }
  expect_failures = [var.aws_region]
}

run "aws_region_upper_case" {
  command = plan
  variables {
    aws_region = "EU-central-1"
  }
  expect_failures = [var.aws_region]
}

# environment: D24
run "environment_unknown" {
  command = plan
  variables {
    environment = "test"
  }
  expect_failures = [var.environment]
}

# owner
run "owner_empty" {
  command = plan
  variables {
    owner = ""
  }
  expect_failures = [var.owner]
}

# ttl
run "ttl_no_unit" {
  command = plan
  variables {
    ttl = "8"
  }
  expect_failures = [var.ttl]
}

# vpc_cidr: D16
run "vpc_cidr_no_range" {
  command = plan
  variables {
    vpc_cidr = "10.0.0.0"
  }
  expect_failures = [var.vpc_cidr]
}

run "vpc_cidr_too_wide" {
  command = plan
  variables {
    vpc_cidr = "10.0.0.0/15"
  }
  expect_failures = [var.vpc_cidr]
}

run "vpc_cidr_too_narrow" {
  command = plan
  variables {
    vpc_cidr = "10.0.0.0/25"
  }
  expect_failures = [var.vpc_cidr]
}

# public_subnet_cidrs: D17
run "public_subnet_cidrs_three" {
  command = plan
  variables {
    public_subnet_cidrs = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
  }
  expect_failures = [var.public_subnet_cidrs]
}

run "public_subnet_cidrs_outside_the_vpc" {
  command = plan
  variables {
    public_subnet_cidrs = ["10.1.1.0/24", "10.0.2.0/24"]
  }
  expect_failures = [var.public_subnet_cidrs]
}

run "public_subnet_cidrs_wider_than_the_vpc" {
  command = plan
  variables {
    public_subnet_cidrs = ["10.0.0.0/8", "10.0.2.0/24"]
  }
  expect_failures = [var.public_subnet_cidrs]
}

run "public_subnet_cidrs_no_range" {
  command = plan
  variables {
    public_subnet_cidrs = ["10.0.1.0", "10.0.2.0/24"]
  }
  expect_failures = [var.public_subnet_cidrs]
}

# private_subnet_cidrs: D17
run "private_subnet_cidrs_one" {
  command = plan
  variables {
    private_subnet_cidrs = ["10.0.10.0/24"]
  }
  expect_failures = [var.private_subnet_cidrs]
}

run "private_subnet_cidrs_outside_the_vpc" {
  command = plan
  variables {
    private_subnet_cidrs = ["10.0.10.0/24", "192.168.0.0/24"]
  }
  expect_failures = [var.private_subnet_cidrs]
}

run "private_subnet_cidrs_equal" {
  command = plan
  variables {
    private_subnet_cidrs = ["10.0.10.0/24", "10.0.10.0/24"]
  }
  expect_failures = [var.private_subnet_cidrs]
}

run "private_subnet_cidrs_overlap_a_public_one" {
  command = plan
  variables {
    private_subnet_cidrs = ["10.0.0.0/22", "10.0.20.0/24"]
  }
  expect_failures = [var.private_subnet_cidrs]
}

# single_nat_gateway
run "single_nat_gateway_in_prod" {
  command = plan
  variables {
    single_nat_gateway = true
    environment        = "prod"
  }
  expect_failures = [var.single_nat_gateway]
}

# nat_secondary_addresses: B13
run "nat_secondary_addresses_eight" {
  command = plan
  variables {
    nat_secondary_addresses = 8
  }
  expect_failures = [var.nat_secondary_addresses]
}

run "nat_secondary_addresses_a_fraction" {
  command = plan
  variables {
    nat_secondary_addresses = 1.5
  }
  expect_failures = [var.nat_secondary_addresses]
}

# web_source_cidrs: X4
run "web_source_cidrs_everybody" {
  command = plan
  variables {
    web_source_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.web_source_cidrs]
}

run "web_source_cidrs_no_range" {
  command = plan
  variables {
    web_source_cidrs = ["office"]
  }
  expect_failures = [var.web_source_cidrs]
}

# cluster_name: D18
run "cluster_name_upper_case" {
  command = plan
  variables {
    cluster_name = "Cicada"
  }
  expect_failures = [var.cluster_name]
}

run "cluster_name_too_short" {
  command = plan
  variables {
    cluster_name = "a"
  }
  expect_failures = [var.cluster_name]
}

run "cluster_name_leading_hyphen" {
  command = plan
  variables {
    cluster_name = "-cicada"
  }
  expect_failures = [var.cluster_name]
}

run "cluster_name_too_long" {
  command = plan
  variables {
    cluster_name = "a2345678901234567890123456789012345678901"
  }
  expect_failures = [var.cluster_name]
}

# kubernetes_version: D19, X2
run "kubernetes_version_of_the_seed" {
  command = plan
  variables {
    kubernetes_version = "1.28"
  }
  expect_failures = [var.kubernetes_version]
}

run "kubernetes_version_end_of_support" {
  command = plan
  variables {
    kubernetes_version = "1.34"
  }
  expect_failures = [var.kubernetes_version]
}

run "kubernetes_version_with_patch" {
  command = plan
  variables {
    kubernetes_version = "1.36.1"
  }
  expect_failures = [var.kubernetes_version]
}

# cluster_endpoint_public_access: D25, B4
run "cluster_endpoint_public_access_from_nowhere" {
  command = plan
  variables {
    cluster_endpoint_public_access = true
  }
  expect_failures = [var.cluster_endpoint_public_access]
}

# cluster_endpoint_public_access_cidrs: D25, B4
run "cluster_endpoint_public_access_cidrs_no_range" {
  command = plan
  variables {
    cluster_endpoint_public_access_cidrs = ["office"]
  }
  expect_failures = [var.cluster_endpoint_public_access_cidrs]
}

run "cluster_endpoint_public_access_cidrs_everybody_in_staging" {
  command = plan
  variables {
    environment                          = "staging"
    cluster_endpoint_public_access_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.cluster_endpoint_public_access_cidrs]
}

# grant_caller_admin: B2
run "grant_caller_admin_nobody" {
  command = plan
  variables {
    grant_caller_admin = false
  }
  expect_failures = [var.grant_caller_admin]
}

# access_entries: B2
run "access_entries_a_session_s_arn" {
  command = plan
  variables {
    access_entries = { a = { principal_arn = "arn:aws:sts::111122223333:assumed-role/a/b" } }
  }
  expect_failures = [var.access_entries]
}

run "access_entries_another_policy" {
  command = plan
  variables {
    access_entries = { a = { principal_arn = "arn:aws:iam::111122223333:role/a", policy = "ReadOnlyAccess" } }
  }
  expect_failures = [var.access_entries]
}

# addon_versions: B3
run "addon_versions_not_installed" {
  command = plan
  variables {
    addon_versions = { aws-ebs-csi-driver = "v1.50.0-eksbuild.1" }
  }
  expect_failures = [var.addon_versions]
}

run "addon_versions_no_build" {
  command = plan
  variables {
    addon_versions = { coredns = "v1.12.4" }
  }
  expect_failures = [var.addon_versions]
}

# node_instance_type: D20
run "node_instance_type_not_t3" {
  command = plan
  variables {
    node_instance_type = "m5.large"
  }
  expect_failures = [var.node_instance_type]
}

run "node_instance_type_t3a" {
  command = plan
  variables {
    node_instance_type = "t3a.medium"
  }
  expect_failures = [var.node_instance_type]
}

# node_capacity_type: D21
run "node_capacity_type_lower_case" {
  command = plan
  variables {
    node_capacity_type = "spot"
  }
  expect_failures = [var.node_capacity_type]
}

# min_capacity: D22
run "min_capacity_negative" {
  command = plan
  variables {
    min_capacity = -1
  }
  expect_failures = [var.min_capacity]
}

run "min_capacity_a_fraction" {
  command = plan
  variables {
    min_capacity = 2.5
  }
  expect_failures = [var.min_capacity]
}

# desired_capacity: D22
run "desired_capacity_under_the_minimum" {
  command = plan
  variables {
    desired_capacity = 2
  }
  expect_failures = [var.desired_capacity]
}

run "desired_capacity_over_the_maximum" {
  command = plan
  variables {
    desired_capacity = 11
  }
  expect_failures = [var.desired_capacity]
}

run "desired_capacity_a_fraction" {
  command = plan
  variables {
    desired_capacity = 3.5
  }
  expect_failures = [var.desired_capacity]
}

# max_capacity: D22
run "max_capacity_none" {
  command = plan
  variables {
    min_capacity     = 0
    desired_capacity = 0
    max_capacity     = 0
  }
  expect_failures = [var.max_capacity]
}

run "max_capacity_a_fraction" {
  command = plan
  variables {
    max_capacity = 9.5
  }
  expect_failures = [var.max_capacity]
}

# node_disk_gib: B6
run "node_disk_gib_small" {
  command = plan
  variables {
    node_disk_gib = 19
  }
  expect_failures = [var.node_disk_gib]
}

run "node_disk_gib_large" {
  command = plan
  variables {
    node_disk_gib = 31
  }
  expect_failures = [var.node_disk_gib]
}

# worker_instance_types: B11
run "worker_instance_types_no_size" {
  command = plan
  variables {
    worker_instance_types = ["c7i"]
  }
  expect_failures = [var.worker_instance_types]
}

run "worker_instance_types_metal" {
  command = plan
  variables {
    worker_instance_types = ["c7i.metal-24xl"]
  }
  expect_failures = [var.worker_instance_types]
}

run "worker_instance_types_both_architectures" {
  command = plan
  variables {
    worker_instance_types = ["c7i.xlarge", "c7g.xlarge"]
  }
  expect_failures = [var.worker_instance_types]
}

# worker_capacity_type
run "worker_capacity_type_unknown" {
  command = plan
  variables {
    worker_capacity_type = "RESERVED"
  }
  expect_failures = [var.worker_capacity_type]
}

# worker_min_capacity
run "worker_min_capacity_negative" {
  command = plan
  variables {
    worker_min_capacity = -1
  }
  expect_failures = [var.worker_min_capacity]
}

# worker_desired_capacity
run "worker_desired_capacity_over_the_maximum" {
  command = plan
  variables {
    worker_desired_capacity = 8
  }
  expect_failures = [var.worker_desired_capacity]
}

run "worker_desired_capacity_under_the_minimum" {
  command = plan
  variables {
    worker_min_capacity = 2
  }
  expect_failures = [var.worker_desired_capacity]
}

# worker_max_capacity
run "worker_max_capacity_none" {
  command = plan
  variables {
    worker_desired_capacity = 0
    worker_max_capacity     = 0
  }
  expect_failures = [var.worker_max_capacity]
}

# max_workers
run "max_workers_none" {
  command = plan
  variables {
    max_workers = 0
  }
  expect_failures = [var.max_workers]
}

# worker_cpu_request_m
run "worker_cpu_request_m_none" {
  command = plan
  variables {
    worker_cpu_request_m = 0
  }
  expect_failures = [var.worker_cpu_request_m]
}

# master_cpu_request_m
run "master_cpu_request_m_a_fraction" {
  command = plan
  variables {
    master_cpu_request_m = 0.5
  }
  expect_failures = [var.master_cpu_request_m]
}

# ecr_kept_images
run "ecr_kept_images_none" {
  command = plan
  variables {
    ecr_kept_images = 0
  }
  expect_failures = [var.ecr_kept_images]
}

# log_retention_days: D23
run "log_retention_days_unknown_to_cloudwatch" {
  command = plan
  variables {
    log_retention_days = 10
  }
  expect_failures = [var.log_retention_days]
}

# alarm_emails
run "alarm_emails_no_address" {
  command = plan
  variables {
    alarm_emails = ["sre"]
  }
  expect_failures = [var.alarm_emails]
}

# monthly_budget_usd
run "monthly_budget_usd_none" {
  command = plan
  variables {
    monthly_budget_usd = 0
  }
  expect_failures = [var.monthly_budget_usd]
}

# log_errors_alarm
run "log_errors_alarm_none" {
  command = plan
  variables {
    log_errors_alarm = 0
  }
  expect_failures = [var.log_errors_alarm]
}
