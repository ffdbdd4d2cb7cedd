# Everything that can be set. Defaults suit trying it out; terraform.tfvars repeats the important ones, and
# environments/ has two other sets.

# ---- Where and whose -------------------------------------------------------------------------------

variable "aws_region" {
  description = "AWS region, such as eu-central-1"
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "aws_region must be the name of a region, such as eu-central-1."
  }
}

variable "environment" {
  description = "What it is for: dev, staging or prod"
  type        = string
  default     = "dev"

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment must be dev, staging or prod."
  }
}

variable "owner" {
  description = "Who to ask about it; a tag on everything"
  type        = string
  default     = "sre"

  validation {
    condition     = can(regex("^[A-Za-z0-9 _.:/=+@-]{1,256}$", var.owner))
    error_message = "owner must be 1 to 256 characters that a tag may have: letters, digits, spaces and _ . : / = + @ -."
  }
}

variable "ttl" {
  description = "How long it is meant to live: hours or days (8h, 14d), or never; a tag that a cleaner may act on"
  type        = string
  default     = "1d"

  validation {
    condition     = can(regex("^([1-9][0-9]*[hd]|never)$", var.ttl))
    error_message = "ttl must be a number of hours or days, such as 8h or 14d, or never."
  }
}

# ---- Network ---------------------------------------------------------------------------------------

variable "vpc_cidr" {
  description = "Addresses of the VPC"
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition = can(cidrhost(var.vpc_cidr, 0)) && can(regex("/(1[6-9]|2[0-4])$", var.vpc_cidr))
    # A prefix of 16 is the most AWS gives a VPC; below 24 four subnets have no room.
    error_message = "vpc_cidr must be an IPv4 range with a prefix of 16 to 24, such as 10.0.0.0/16."
  }
}

variable "public_subnet_cidrs" {
  description = "Addresses of the two public subnets, inside vpc_cidr"
  type        = list(string)
  default     = ["10.0.1.0/24", "10.0.2.0/24"]

  validation {
    condition     = length(var.public_subnet_cidrs) == 2
    error_message = "public_subnet_cidrs must be exactly two ranges, one a zone."
  }

  validation {
    condition = alltrue([
      for cidr in var.public_subnet_cidrs : try(
        tonumber(split("/", cidr)[1]) >= tonumber(split("/", var.vpc_cidr)[1]) && tonumber(split("/", cidr)[1]) <= 28 &&
        cidrhost("${split("/", cidr)[0]}/${split("/", var.vpc_cidr)[1]}", 0) == cidrhost(var.vpc_cidr, 0),
      false)
    ])
    error_message = "Each of public_subnet_cidrs must be an IPv4 range inside vpc_cidr, no smaller than /28."
  }
}

variable "private_subnet_cidrs" {
  description = "Addresses of the two private subnets, inside vpc_cidr and apart from the public ones; each pod takes one"
  type        = list(string)
  default     = ["10.0.10.0/24", "10.0.20.0/24"]

  validation {
    condition     = length(var.private_subnet_cidrs) == 2
    error_message = "private_subnet_cidrs must be exactly two ranges, one a zone."
  }

  validation {
    condition = alltrue([
      for cidr in var.private_subnet_cidrs : try(
        tonumber(split("/", cidr)[1]) >= tonumber(split("/", var.vpc_cidr)[1]) && tonumber(split("/", cidr)[1]) <= 28 &&
        cidrhost("${split("/", cidr)[0]}/${split("/", var.vpc_cidr)[1]}", 0) == cidrhost(var.vpc_cidr, 0),
      false)
    ])
    error_message = "Each of private_subnet_cidrs must be an IPv4 range inside vpc_cidr, no smaller than /28."
  }

  # Two ranges overlap when the wider one's prefix makes them equal.
  validation {
    condition = alltrue(flatten([
      for i, a in concat(var.public_subnet_cidrs, var.private_subnet_cidrs) : [
        for j, b in concat(var.public_subnet_cidrs, var.private_subnet_cidrs) : i >= j || try(
          cidrhost("${split("/", a)[0]}/${min(split("/", a)[1], split("/", b)[1])}", 0) !=
          cidrhost("${split("/", b)[0]}/${min(split("/", a)[1], split("/", b)[1])}", 0),
        false)
      ]
    ]))
    error_message = "public_subnet_cidrs and private_subnet_cidrs must not overlap."
  }
}

variable "single_nat_gateway" {
  description = "One NAT gateway for both zones: cheaper, and when its zone fails both are cut off"
  type        = bool
  default     = false

  validation {
    condition     = !(var.single_nat_gateway && var.environment == "prod")
    error_message = "single_nat_gateway is not for prod: one zone's failure would stop both."
  }
}

variable "nat_secondary_addresses" {
  description = "More addresses for each NAT gateway; each carries about 55,000 connections to one target. AWS allows 5 addresses a region and 2 a gateway until asked for more"
  type        = number
  default     = 0

  validation {
    condition     = var.nat_secondary_addresses >= 0 && var.nat_secondary_addresses <= 7 && floor(var.nat_secondary_addresses) == var.nat_secondary_addresses
    error_message = "nat_secondary_addresses must be a whole number from 0 to 7."
  }
}

variable "enable_vpc_endpoints" {
  description = "Reach ECR, S3, CloudWatch Logs and STS inside the VPC instead of through the NAT gateways"
  type        = bool
  default     = false
}

variable "enable_flow_logs" {
  description = "Record connections in the VPC; a load test makes many"
  type        = bool
  default     = false
}

variable "web_source_cidrs" {
  description = "Who may reach the web page through its load balancer; empty means the VPC alone"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.web_source_cidrs : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "web_source_cidrs must be IPv4 ranges, and not the whole internet: the page can start load against any host."
  }
}

# ---- Cluster ---------------------------------------------------------------------------------------

variable "cluster_name" {
  description = "Name of the cluster, and of what belongs to it"
  type        = string
  default     = "cicada"

  # EKS allows upper case and 100 characters. A repository knows no upper case and has two characters or more;
  # role names, which begin with it, end at 64.
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,39}$", var.cluster_name))
    error_message = "cluster_name must be 2 to 40 lower-case letters, digits and hyphens, not starting with a hyphen."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version, such as 1.36"
  type        = string
  default     = "1.36"

  validation {
    condition     = can(regex("^1\\.(3[5-9]|[4-9][0-9])$", var.kubernetes_version))
    error_message = "kubernetes_version must be 1.35 or later: EKS supports a version for 14 months (1.34 until 2 December 2026, 1.35 until 27 March 2027); see the EKS version calendar."
  }
}

variable "cluster_endpoint_public_access" {
  description = "Whether the Kubernetes API can be reached from outside the VPC; off, you need a VPN or a machine inside"
  type        = bool
  default     = false

  validation {
    condition     = !var.cluster_endpoint_public_access || length(var.cluster_endpoint_public_access_cidrs) > 0
    error_message = "cluster_endpoint_public_access needs cluster_endpoint_public_access_cidrs: from where, such as [\"203.0.113.7/32\"]."
  }
}

variable "cluster_endpoint_public_access_cidrs" {
  description = "From where the Kubernetes API can be reached when it is public"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.cluster_endpoint_public_access_cidrs : can(cidrhost(cidr, 0))])
    error_message = "cluster_endpoint_public_access_cidrs must be IPv4 ranges, such as 203.0.113.7/32."
  }

  validation {
    condition     = var.environment == "dev" || alltrue([for cidr in var.cluster_endpoint_public_access_cidrs : !endswith(cidr, "/0")])
    error_message = "cluster_endpoint_public_access_cidrs must not be the whole internet outside dev."
  }
}

variable "grant_caller_admin" {
  description = "Make whoever runs Terraform an administrator of the cluster; with several people or a pipeline use access_entries"
  type        = bool
  default     = true

  validation {
    condition     = var.grant_caller_admin || length(var.access_entries) > 0
    error_message = "Without grant_caller_admin and without access_entries nobody could use the cluster."
  }
}

variable "access_entries" {
  description = "Who may use the cluster: a role or user, one of EKS's access policies, and the namespaces it is for (none: all)"
  type = map(object({
    principal_arn = string
    policy        = optional(string, "AmazonEKSViewPolicy")
    namespaces    = optional(list(string), [])
  }))
  default = {}

  validation {
    condition     = alltrue([for entry in var.access_entries : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$", entry.principal_arn))])
    error_message = "Each principal_arn of access_entries must be the ARN of an IAM role or user."
  }

  validation {
    condition     = alltrue([for entry in var.access_entries : can(regex("^AmazonEKS[A-Za-z]*Policy$", entry.policy))])
    error_message = "Each policy of access_entries must be the name of an EKS access policy, such as AmazonEKSViewPolicy."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the cluster until this is off"
  type        = bool
  default     = false
}

variable "addon_versions" {
  description = "Pinned versions by add-on, such as { vpc-cni = \"v1.20.4-eksbuild.1\" }; EKS's default where there is none"
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([for name in keys(var.addon_versions) : contains([
      "vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent", "metrics-server", "amazon-cloudwatch-observability"
    ], name)])
    error_message = "addon_versions names an add-on that is not installed."
  }

  validation {
    condition     = alltrue([for version in values(var.addon_versions) : can(regex("^v[0-9]+\\.[0-9]+\\.[0-9]+-eksbuild\\.[0-9]+$", version))])
    error_message = "addon_versions must look like v1.20.4-eksbuild.1."
  }
}

# ---- Nodes -----------------------------------------------------------------------------------------

variable "node_instance_type" {
  description = "Instance type of the nodes; t3 is for trying it out, load runs better on worker_instance_types"
  type        = string
  default     = "t3.medium"

  validation {
    condition     = can(regex("^t3\\.(nano|micro|small|medium|large|xlarge|2xlarge)$", var.node_instance_type))
    error_message = "node_instance_type must be a t3 type, such as t3.medium."
  }
}

variable "node_capacity_type" {
  description = "ON_DEMAND, or SPOT: cheaper, and may be taken away, the master with it"
  type        = string
  default     = "ON_DEMAND"

  validation {
    condition     = contains(["ON_DEMAND", "SPOT"], var.node_capacity_type)
    error_message = "node_capacity_type must be ON_DEMAND or SPOT."
  }
}

variable "min_capacity" {
  description = "Fewest nodes"
  type        = number
  default     = 3

  validation {
    condition     = var.min_capacity >= 0 && floor(var.min_capacity) == var.min_capacity
    error_message = "min_capacity must be a whole number, 0 or more."
  }
}

variable "desired_capacity" {
  description = "Nodes at first; then the Cluster Autoscaler decides"
  type        = number
  default     = 3

  validation {
    condition     = floor(var.desired_capacity) == var.desired_capacity && var.min_capacity <= var.desired_capacity && var.desired_capacity <= var.max_capacity
    error_message = "desired_capacity must be a whole number from min_capacity to max_capacity."
  }
}

variable "max_capacity" {
  description = "Most nodes"
  type        = number
  default     = 10

  validation {
    condition     = var.max_capacity >= 1 && floor(var.max_capacity) == var.max_capacity
    error_message = "max_capacity must be a whole number, 1 or more."
  }
}

variable "node_disk_gib" {
  description = "Root volume of a node, GiB"
  type        = number
  default     = 20

  validation {
    condition     = var.node_disk_gib >= 20 && var.node_disk_gib <= 30 && floor(var.node_disk_gib) == var.node_disk_gib
    error_message = "node_disk_gib must be a whole number from 20 to 30: a smaller disk has no room for images, a larger one is never used."
  }
}

variable "worker_instance_types" {
  description = "Types of a second node group for workers alone, such as [\"c7i.xlarge\"], best first; empty: no such group. All x86 or all Arm"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for type in var.worker_instance_types : can(regex("^[a-z][a-z0-9]*\\.(nano|micro|small|medium|large|xlarge|2xlarge|4xlarge|8xlarge)$", type))])
    error_message = "worker_instance_types must be instance types up to 8xlarge, such as c7i.xlarge."
  }

  validation {
    condition     = length(distinct([for type in var.worker_instance_types : can(regex("^[a-z]+[0-9]+g[a-z]*\\.", type))])) <= 1
    error_message = "worker_instance_types must be all x86 or all Arm: a node group has one image."
  }
}

variable "worker_capacity_type" {
  description = "ON_DEMAND, or SPOT for the group of workers; the master is not on it"
  type        = string
  default     = "ON_DEMAND"

  validation {
    condition     = contains(["ON_DEMAND", "SPOT"], var.worker_capacity_type)
    error_message = "worker_capacity_type must be ON_DEMAND or SPOT."
  }
}

variable "worker_min_capacity" {
  description = "Fewest nodes of the group of workers"
  type        = number
  default     = 0

  validation {
    condition     = var.worker_min_capacity >= 0 && floor(var.worker_min_capacity) == var.worker_min_capacity
    error_message = "worker_min_capacity must be a whole number, 0 or more."
  }
}

variable "worker_desired_capacity" {
  description = "Nodes of the group of workers at first"
  type        = number
  default     = 1

  validation {
    condition     = floor(var.worker_desired_capacity) == var.worker_desired_capacity && var.worker_min_capacity <= var.worker_desired_capacity && var.worker_desired_capacity <= var.worker_max_capacity
    error_message = "worker_desired_capacity must be a whole number from worker_min_capacity to worker_max_capacity."
  }
}

variable "worker_max_capacity" {
  description = "Most nodes of the group of workers"
  type        = number
  default     = 7

  validation {
    condition     = var.worker_max_capacity >= 1 && floor(var.worker_max_capacity) == var.worker_max_capacity
    error_message = "worker_max_capacity must be a whole number, 1 or more."
  }
}

variable "worker_single_zone" {
  description = "The group of workers in one zone: no cost for traffic between zones"
  type        = bool
  default     = false
}

# ---- Workloads, as far as they decide how many fit -------------------------------------------------

variable "max_workers" {
  description = "The most workers the autoscaler in k8s/ may ask for"
  type        = number
  default     = 20

  validation {
    condition     = var.max_workers >= 1 && floor(var.max_workers) == var.max_workers
    error_message = "max_workers must be a whole number, 1 or more."
  }
}

variable "worker_cpu_request_m" {
  description = "What a worker's pod requests, thousandths of a core"
  type        = number
  default     = 1000

  validation {
    condition     = var.worker_cpu_request_m >= 1 && floor(var.worker_cpu_request_m) == var.worker_cpu_request_m
    error_message = "worker_cpu_request_m must be a whole number of thousandths of a core, such as 1000."
  }
}

variable "master_cpu_request_m" {
  description = "What the master's pod requests, thousandths of a core"
  type        = number
  default     = 500

  validation {
    condition     = var.master_cpu_request_m >= 1 && floor(var.master_cpu_request_m) == var.master_cpu_request_m
    error_message = "master_cpu_request_m must be a whole number of thousandths of a core, such as 500."
  }
}

# ---- Images, logs, alarms --------------------------------------------------------------------------

variable "ecr_scan_on_push" {
  description = "Look for known vulnerabilities in each image pushed"
  type        = bool
  default     = true
}

variable "ecr_kept_images" {
  description = "How many tagged images the repository keeps"
  type        = number
  default     = 30

  validation {
    condition     = var.ecr_kept_images >= 1 && floor(var.ecr_kept_images) == var.ecr_kept_images
    error_message = "ecr_kept_images must be a whole number, 1 or more."
  }
}

variable "encrypt_images_with_kms" {
  description = "Encrypt images by the cluster's own key instead of AWS's"
  type        = bool
  default     = true
}

variable "encrypt_logs_with_kms" {
  description = "Encrypt log groups by the cluster's own key instead of AWS's"
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "How long logs are kept, days"
  type        = number
  default     = 7

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of those CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

variable "enable_container_insights" {
  description = "Ship container logs and metrics to CloudWatch; takes 300 thousandths of a core on every node, and costs"
  type        = bool
  default     = true
}

variable "alarm_emails" {
  description = "Who gets the alarms by mail"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "alarm_emails must be mail addresses."
  }
}

variable "monthly_budget_usd" {
  description = "Alarm at 80 % of this, and when the forecast reaches it"
  type        = number
  default     = 350

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd must be more than 0."
  }
}

variable "log_errors_alarm" {
  description = "Alarm at so many error lines within five minutes"
  type        = number
  default     = 50

  validation {
    condition     = var.log_errors_alarm >= 1
    error_message = "log_errors_alarm must be 1 or more."
  }
}
