# The VPC: two zones, each with a public subnet (NAT gateway, load balancer) and a private one (nodes).

data "aws_availability_zones" "available" {
  state = "available"

  # Not local zones: neither EKS nor NAT gateways are everywhere in them.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  # Keys are known while planning, so that adding one zone never renumbers another.
  zones = { for index in [0, 1] : "zone${index + 1}" => data.aws_availability_zones.available.names[index] }

  public_cidrs  = zipmap(keys(local.zones), var.public_subnet_cidrs)
  private_cidrs = zipmap(keys(local.zones), var.private_subnet_cidrs)

  # The zone whose NAT gateway a zone uses: its own, or with one gateway the first.
  nat_of_zone = { for zone in keys(local.zones) : zone => var.single_nat_gateway ? "zone1" : zone }
  nat_zones   = toset(values(local.nat_of_zone))

  # Each of them carries another 55,000 connections to one target (docs: NAT exhausted).
  nat_extra_addresses = {
    for pair in setproduct(local.nat_zones, range(var.nat_secondary_addresses)) :
    "${pair[0]}-${pair[1] + 1}" => pair[0]
  }

  cluster_tag = { "kubernetes.io/cluster/${var.cluster_name}" = "shared" }
}

resource "aws_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.cluster_name }
}

resource "aws_subnet" "public" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.value
  cidr_block        = local.public_cidrs[each.key]

  tags = merge(local.cluster_tag, {
    Name                     = "${var.cluster_name}-public-${each.key}"
    "kubernetes.io/role/elb" = "1"
  })
}

resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.value
  cidr_block        = local.private_cidrs[each.key]

  tags = merge(local.cluster_tag, {
    Name                              = "${var.cluster_name}-private-${each.key}"
    "kubernetes.io/role/internal-elb" = "1"
  })
}

# ---- Ways out --------------------------------------------------------------------------------------

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.cluster_name }
}

resource "aws_eip" "nat" {
  for_each = local.nat_zones

  domain = "vpc"

  tags = { Name = "${var.cluster_name}-nat-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_eip" "nat_extra" {
  for_each = local.nat_extra_addresses

  domain = "vpc"

  tags = { Name = "${var.cluster_name}-nat-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat_zones

  allocation_id            = aws_eip.nat[each.key].id
  secondary_allocation_ids = var.nat_secondary_addresses == 0 ? null : [for key, zone in local.nat_extra_addresses : aws_eip.nat_extra[key].id if zone == each.key]
  subnet_id                = aws_subnet.public[each.key].id

  tags = { Name = "${var.cluster_name}-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

# ---- Routes ----------------------------------------------------------------------------------------
# Four tables: one public, one private per zone, and the VPC's own, emptied, so that a subnet somebody
# adds by hand reaches nothing.

resource "aws_default_route_table" "this" {
  default_route_table_id = aws_vpc.this.default_route_table_id
  route                  = []

  tags = { Name = "${var.cluster_name}-default-unused" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.cluster_name}-public" }
}

resource "aws_route" "public_internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = local.zones

  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  for_each = local.zones

  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.cluster_name}-private-${each.key}" }
}

resource "aws_route" "private_nat" {
  for_each = local.zones

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[local.nat_of_zone[each.key]].id
}

resource "aws_route_table_association" "private" {
  for_each = local.zones

  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}
