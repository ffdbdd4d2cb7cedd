# How many workers fit. Kubernetes counts what pods request, not what they use.

locals {
  vcpu_by_size = { nano = 2, micro = 2, small = 2, medium = 2, large = 2, xlarge = 4, "2xlarge" = 8, "4xlarge" = 16, "8xlarge" = 32 }

  # Sizes that differ from the table.
  vcpu_by_type = { "c7g.medium" = 1, "m7g.medium" = 1, "r7g.medium" = 1 }

  vcpu = {
    for type in concat([var.node_instance_type], var.worker_instance_types) :
    type => lookup(local.vcpu_by_type, type, lookup(local.vcpu_by_size, split(".", type)[1], 0))
  }

  # What the kubelet keeps: 6 % of the first core, 1 % of the second, 0.5 % of the third and fourth, a
  # quarter of a percent of each above (amazon-eks-ami, nodeadm/internal/kubelet/config.go).
  reserved_cpu_m = {
    for type, vcpu in local.vcpu : type =>
    60 + (vcpu > 1 ? 10 : 0) + 5 * max(0, min(vcpu, 4) - 2) + 2.5 * max(0, vcpu - 4)
  }

  # One of each on every node: kube-proxy 100m, network plug-in with its policy agent 50m; with log
  # shipping the CloudWatch agent 250m and fluent-bit 50m.
  daemon_cpu_m = 150 + (var.enable_container_insights ? 300 : 0)

  free_cpu_m = {
    for type, vcpu in local.vcpu : type => max(0, vcpu * 1000 - local.reserved_cpu_m[type] - local.daemon_cpu_m)
  }

  workers_per_node = { for type, free in local.free_cpu_m : type => floor(free / var.worker_cpu_request_m) }

  has_worker_group = length(var.worker_instance_types) > 0

  # Of several types the smallest counts: the group may consist of it.
  workers_per_dedicated_node = local.has_worker_group ? min([for type in var.worker_instance_types : local.workers_per_node[type]]...) : 0

  # Where workers share nodes with the master, it takes the place of some unless it fits beside them.
  spare_cpu_m       = local.free_cpu_m[var.node_instance_type] - local.workers_per_node[var.node_instance_type] * var.worker_cpu_request_m
  lost_to_master    = max(0, ceil((var.master_cpu_request_m - local.spare_cpu_m) / var.worker_cpu_request_m))
  shared_workers    = max(0, local.workers_per_node[var.node_instance_type] * var.max_capacity - local.lost_to_master)
  dedicated_workers = local.workers_per_dedicated_node * var.worker_max_capacity

  # Workers would rather have the nodes that are theirs alone, and take the others when those are full.
  max_schedulable_workers = local.dedicated_workers + local.shared_workers
}

check "worker_capacity" {
  assert {
    condition     = local.max_schedulable_workers >= var.max_workers
    error_message = "The autoscaler may ask for ${var.max_workers} workers, but only ${local.max_schedulable_workers} fit on the largest node groups; the rest stays Pending. Use larger nodes, or more of them (environments/load.tfvars), or lower the maximum in k8s and max_workers."
  }
}
