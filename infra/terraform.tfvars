# Read by every terraform plan and apply in this folder. For other sizes add -var-file=environments/...

aws_region  = "eu-central-1"
environment = "dev"

# One worker fits on a t3.medium: ten at most, which the capacity check says at every plan.
node_instance_type = "t3.medium"
node_capacity_type = "ON_DEMAND"
min_capacity       = 3
desired_capacity   = 3
max_capacity       = 10

log_retention_days = 7
