# D26: values that every validation takes, and that make a plan. Nothing is asked of AWS here.

mock_provider "aws" {
  source = "./tests/mocks"
}

# Whether twenty workers fit is capacity.tftest.hcl's.
variables {
  max_workers = 9
}

# Every variable with a validation at a value that is neither its default nor refused.
run "other_values" {
  command = plan
  variables {
    aws_region                           = "us-gov-west-1"
    environment                          = "staging"
    owner                                = "load-team@example.com"
    ttl                                  = "14d"
    vpc_cidr                             = "172.20.0.0/20"
    public_subnet_cidrs                  = ["172.20.0.0/26", "172.20.0.64/26"]
    private_subnet_cidrs                 = ["172.20.8.0/22", "172.20.12.0/22"]
    single_nat_gateway                   = true
    nat_secondary_addresses              = 7
    web_source_cidrs                     = ["203.0.113.0/24"]
    cluster_name                         = "a234567890123456789012345678901234567890"
    kubernetes_version                   = "1.35"
    cluster_endpoint_public_access       = true
    cluster_endpoint_public_access_cidrs = ["203.0.113.7/32"]
    grant_caller_admin                   = false
    access_entries = {
      a = { principal_arn = "arn:aws:iam::111122223333:role/path/a", policy = "AmazonEKSAdminPolicy", namespaces = ["locust"] }
      b = { principal_arn = "arn:aws-us-gov:iam::111122223333:user/b" }
    }
    addon_versions          = { coredns = "v1.12.4-eksbuild.1" }
    node_instance_type      = "t3.2xlarge"
    node_capacity_type      = "SPOT"
    min_capacity            = 1
    desired_capacity        = 1
    max_capacity            = 1
    node_disk_gib           = 30
    worker_instance_types   = ["c7g.2xlarge", "m7gd.2xlarge"]
    worker_capacity_type    = "SPOT"
    worker_min_capacity     = 2
    worker_desired_capacity = 4
    worker_max_capacity     = 4
    max_workers             = 28
    worker_cpu_request_m    = 900
    master_cpu_request_m    = 250
    ecr_kept_images         = 1
    log_retention_days      = 3653
    alarm_emails            = ["sre@example.com"]
    monthly_budget_usd      = 0.5
    log_errors_alarm        = 1
  }
}

run "the_lowest_and_the_widest" {
  command = plan
  variables {
    cluster_endpoint_public_access       = true
    cluster_endpoint_public_access_cidrs = ["0.0.0.0/0"] # in dev only
    min_capacity                         = 0
    desired_capacity                     = 0
  }
}

run "prod" {
  command = plan
  variables {
    environment         = "prod"
    deletion_protection = true
  }
}
