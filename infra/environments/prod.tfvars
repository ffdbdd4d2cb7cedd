# A cluster that stays: protected, logged for longer, workers on nodes of their own.

environment  = "prod"
cluster_name = "cicada-prod"
ttl          = "never"

# Replace both by your own.
grant_caller_admin = false
access_entries = {
  operators = {
    principal_arn = "arn:aws:iam::111122223333:role/cicada-operators"
    policy        = "AmazonEKSClusterAdminPolicy"
  }
  viewers = {
    principal_arn = "arn:aws:iam::111122223333:role/developers"
    policy        = "AmazonEKSViewPolicy"
    namespaces    = ["locust"]
  }
}

node_instance_type = "t3.large"
min_capacity       = 2
desired_capacity   = 2
max_capacity       = 4

worker_instance_types   = ["c7i.xlarge", "c6i.xlarge"]
worker_min_capacity     = 0
worker_desired_capacity = 1
worker_max_capacity     = 7

deletion_protection     = true
enable_vpc_endpoints    = true
enable_flow_logs        = true
nat_secondary_addresses = 1
log_retention_days      = 90
monthly_budget_usd      = 1500
