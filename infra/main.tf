# A cluster to run Cicada's load tests on. One file per concern:
#
#   network.tf  VPC, subnets, routes, NAT      security.tf  security groups
#   eks.tf      the cluster and who may use it nodes.tf     node groups and their templates
#   addons.tf   what EKS installs into it      iam.tf       roles
#   kms.tf      the key                        ecr.tf       the image repository
#   logs.tf     log groups                     alarms.tf    alarms and the budget
#   capacity.tf how many workers fit           cost.tf      what it costs
#
# The manifests are in ../k8s, the scripts that do it all in scripts/.

provider "aws" {
  region = var.aws_region

  default_tags {
    tags = local.tags
  }
}

locals {
  project = "cicada"

  tags = {
    project     = local.project
    cluster     = var.cluster_name
    environment = var.environment
    owner       = var.owner
    ttl         = var.ttl
    managed-by  = "terraform"
  }

  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
