# What it costs, from one table. The one place to change when prices do; the documents quote the output.

locals {
  # US dollars without tax, eu-central-1, on demand. Each entry says where it is from:
  #   published  AWS's published price, noted at price_date; nothing fetches it
  #   estimate   derived or remembered; check it before you rely on it
  price_date   = "2026-11"
  price_region = "eu-central-1"

  price = {
    control_plane_hour = { usd = 0.10, from = "published" }
    nat_hour           = { usd = 0.052, from = "published" }
    nlb_hour           = { usd = 0.027, from = "published" }
    address_hour       = { usd = 0.005, from = "published" }
    logs_gb            = { usd = 0.63, from = "published" }
    disk_gb_month      = { usd = 0.0952, from = "estimate" }
    ecr_gb_month       = { usd = 0.10, from = "estimate" }
    key_month          = { usd = 1.0, from = "estimate" }
    insights_node_hour = { usd = 0.015, from = "estimate" }
    endpoint_hour      = { usd = 0.012, from = "estimate" }
  }

  # Per hour: t3 from the t3.medium's published 0.048, which doubles with each size; all others estimates of
  # 0.05 (Arm 0.042) a vCPU. Spot varies by the hour.
  node_hour = {
    for type, vcpu in local.vcpu : type => startswith(type, "t3.") ? {
      usd  = 0.048 * lookup(local.t3_factor, split(".", type)[1], 1)
      from = type == "t3.medium" ? "published" : "estimate"
      } : {
      usd  = vcpu * (can(regex(local.arm_pattern, type)) ? 0.042 : 0.05)
      from = "estimate"
    }
  }
  t3_factor     = { nano = 0.125, micro = 0.25, small = 0.5, medium = 1, large = 2, xlarge = 4, "2xlarge" = 8 }
  spot_factor   = 0.35
  hours_a_month = 730

  # Assumptions about use.
  logs_gb_a_day = 1
  images_gb     = 5

  worker_nodes = local.has_worker_group ? var.worker_desired_capacity : 0
  nodes        = var.desired_capacity + local.worker_nodes
  addresses    = length(local.nat_zones) * (1 + var.nat_secondary_addresses)

  # Each line: quantity x unit price, an hour or a month.
  cost_hourly_lines = {
    control_plane = { quantity = 1, usd = local.price.control_plane_hour.usd, from = local.price.control_plane_hour.from, what = "EKS control plane, standard support" }
    nodes = {
      quantity = var.desired_capacity
      usd      = local.node_hour[var.node_instance_type].usd * (var.node_capacity_type == "SPOT" ? local.spot_factor : 1)
      from     = var.node_capacity_type == "SPOT" ? "estimate" : local.node_hour[var.node_instance_type].from
      what     = "${var.node_instance_type}, ${var.node_capacity_type}"
    }
    worker_nodes = {
      quantity = local.worker_nodes
      usd      = local.has_worker_group ? local.node_hour[var.worker_instance_types[0]].usd * (var.worker_capacity_type == "SPOT" ? local.spot_factor : 1) : 0
      from     = "estimate"
      what     = local.has_worker_group ? "${var.worker_instance_types[0]}, ${var.worker_capacity_type}" : "no group for workers"
    }
    nat = { quantity = length(local.nat_zones), usd = local.price.nat_hour.usd, from = local.price.nat_hour.from, what = "NAT gateways, without the data" }
    nlb = { quantity = 1, usd = local.price.nlb_hour.usd, from = local.price.nlb_hour.from, what = "network load balancer of the web page, without capacity units" }
    addresses = {
      quantity = local.addresses
      usd      = local.price.address_hour.usd
      from     = local.price.address_hour.from
      what     = "public IPv4 addresses of the NAT gateways; an internet-facing balancer adds its own"
    }
    container_insights = { quantity = var.enable_container_insights ? local.nodes : 0, usd = local.price.insights_node_hour.usd, from = local.price.insights_node_hour.from, what = "observations, a node" }
    vpc_endpoints      = { quantity = length(local.interface_endpoints) * length(local.zones), usd = local.price.endpoint_hour.usd, from = local.price.endpoint_hour.from, what = "interface endpoints, one a zone" }
  }

  cost_monthly_lines = {
    logs  = { quantity = local.logs_gb_a_day * 30, usd = local.price.logs_gb.usd, from = local.price.logs_gb.from, what = "GB of logs taken in, ${local.logs_gb_a_day} a day" }
    disks = { quantity = local.nodes * var.node_disk_gib, usd = local.price.disk_gb_month.usd, from = local.price.disk_gb_month.from, what = "GB of gp3" }
    ecr   = { quantity = local.images_gb, usd = local.price.ecr_gb_month.usd, from = local.price.ecr_gb_month.from, what = "GB of images" }
    kms   = { quantity = 1, usd = local.price.key_month.usd, from = local.price.key_month.from, what = "key" }
  }

  cost_lines = merge(
    { for name, line in local.cost_hourly_lines : name => merge(line, { unit = "hour", hourly = line.quantity * line.usd }) },
    { for name, line in local.cost_monthly_lines : name => merge(line, { unit = "month", hourly = line.quantity * line.usd / local.hours_a_month }) },
  )

  cost_items = {
    for name, line in local.cost_lines : name => {
      what      = line.what
      quantity  = line.quantity
      unit_usd  = line.usd
      unit      = line.unit
      estimated = line.from == "estimate"
      hourly    = floor(line.hourly * 10000 + 0.5) / 10000
      daily     = floor(line.hourly * 24 * 100 + 0.5) / 100
      monthly   = floor(line.hourly * local.hours_a_month * 100 + 0.5) / 100
    } if line.quantity > 0
  }

  cost_total_hourly = sum([for line in local.cost_lines : line.hourly])

  # Hourly, at these variables; zero where the saving is already taken.
  node_hourly = local.cost_lines.nodes.hourly
  cost_savings_hourly = {
    spot_nodes         = var.node_capacity_type == "SPOT" ? 0 : local.node_hourly * (1 - local.spot_factor)
    node_port          = local.cost_lines.nlb.hourly
    single_nat_gateway = var.single_nat_gateway ? 0 : local.price.nat_hour.usd + local.price.address_hour.usd * (1 + var.nat_secondary_addresses)
    no_nodes           = local.node_hourly
  }

  cost_estimate = {
    currency        = "USD"
    price_date      = local.price_date
    price_region    = local.price_region
    region          = var.aws_region
    hours_per_month = local.hours_a_month
    items           = local.cost_items
    hourly          = floor(local.cost_total_hourly * 10000 + 0.5) / 10000
    daily           = floor(local.cost_total_hourly * 24 * 100 + 0.5) / 100
    monthly         = floor(local.cost_total_hourly * local.hours_a_month * 100 + 0.5) / 100
    two_hour_test   = floor(local.cost_total_hourly * 2 * 100 + 0.5) / 100
    hour_a_day      = floor(local.cost_total_hourly * 30 * 100 + 0.5) / 100
    monthly_savings = { for name, hourly in local.cost_savings_hourly : name => floor(hourly * local.hours_a_month * 100 + 0.5) / 100 }
    not_included = [
      "NAT data processing, 0.052 a GB each way: 1 Gbit/s for an hour is 450 GB, about $23",
      "data out to the internet and between zones",
      "load balancer capacity units",
      "t3 surplus CPU credits, 0.05 a vCPU-hour above the baseline",
      "nodes that the autoscaler adds",
      "tax",
    ]
    note = var.aws_region == local.price_region ? "prices of ${local.price_region}" : "prices of ${local.price_region}, not of ${var.aws_region}: look them up"
  }
}
