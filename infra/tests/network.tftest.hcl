# The network: D2-D7, D14, X1; that routes and gateways are paired by zone is seen once they have ids.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  max_workers = 9
}

run "network" {
  command = apply

  # D2
  assert {
    condition     = aws_vpc.this.cidr_block == "10.0.0.0/16" && aws_vpc.this.enable_dns_support && aws_vpc.this.enable_dns_hostnames
    error_message = "One VPC, 10.0.0.0/16, with DNS."
  }

  # D3
  assert {
    condition     = [for subnet in aws_subnet.public : subnet.cidr_block] == ["10.0.1.0/24", "10.0.2.0/24"]
    error_message = "Two public subnets."
  }
  assert {
    condition     = length(distinct([for subnet in aws_subnet.public : subnet.availability_zone])) == 2
    error_message = "The public subnets are in two zones."
  }

  # D4
  assert {
    condition     = [for subnet in aws_subnet.private : subnet.cidr_block] == ["10.0.10.0/24", "10.0.20.0/24"]
    error_message = "Two private subnets."
  }
  assert {
    condition     = [for subnet in aws_subnet.private : subnet.availability_zone] == [for subnet in aws_subnet.public : subnet.availability_zone]
    error_message = "The private subnets are in the public ones' zones."
  }
  assert {
    condition = alltrue([for group in aws_eks_node_group.this : alltrue([
      for id in group.subnet_ids : contains([for subnet in aws_subnet.private : subnet.id], id)
    ])])
    error_message = "Nodes run in private subnets only."
  }

  # D5
  assert {
    condition     = aws_route.public_internet.gateway_id == aws_internet_gateway.this.id && aws_route.public_internet.destination_cidr_block == "0.0.0.0/0"
    error_message = "The public table leads to the internet gateway."
  }
  assert {
    condition     = alltrue([for zone, association in aws_route_table_association.public : association.route_table_id == aws_route_table.public.id && association.subnet_id == aws_subnet.public[zone].id])
    error_message = "Both public subnets use the public table."
  }

  # D6
  assert {
    condition     = length(aws_nat_gateway.this) == 2 && length(distinct([for gateway in aws_nat_gateway.this : gateway.allocation_id])) == 2
    error_message = "Two NAT gateways, each with its own address."
  }
  assert {
    condition     = alltrue([for zone, gateway in aws_nat_gateway.this : gateway.subnet_id == aws_subnet.public[zone].id && gateway.allocation_id == aws_eip.nat[zone].id])
    error_message = "Each NAT gateway is in its zone's public subnet."
  }
  assert {
    condition = alltrue([for zone, route in aws_route.private_nat :
      route.route_table_id == aws_route_table.private[zone].id &&
      route.destination_cidr_block == "0.0.0.0/0" &&
      route.nat_gateway_id == aws_nat_gateway.this[zone].id &&
      aws_route_table_association.private[zone].route_table_id == aws_route_table.private[zone].id &&
      aws_route_table_association.private[zone].subnet_id == aws_subnet.private[zone].id
    ]) && length(aws_route.private_nat) == 2
    error_message = "Each private subnet leaves through its own zone's NAT gateway."
  }

  # D7, X1
  assert {
    condition     = length(aws_route_table.private) + length([aws_route_table.public, aws_default_route_table.this]) == 4 && length(aws_default_route_table.this.route) == 0
    error_message = "Four route tables, the default one without routes."
  }

  # D14
  assert {
    condition     = alltrue([for subnet in aws_subnet.public : subnet.tags["kubernetes.io/role/elb"] == "1"])
    error_message = "Public subnets are found for internet-facing load balancers."
  }
  assert {
    condition     = alltrue([for subnet in aws_subnet.private : subnet.tags["kubernetes.io/role/internal-elb"] == "1"])
    error_message = "Private subnets are found for internal load balancers."
  }
}

# D70, B13
run "one_gateway_of_four_addresses" {
  command = apply
  variables {
    single_nat_gateway      = true
    nat_secondary_addresses = 3
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["zone1"] && alltrue([for route in aws_route.private_nat : route.nat_gateway_id == aws_nat_gateway.this["zone1"].id]) && length(aws_route.private_nat) == 2
    error_message = "Both zones leave through the one gateway."
  }
  assert {
    condition     = length(aws_nat_gateway.this["zone1"].secondary_allocation_ids) == 3 && length(output.nat_public_ips) == 4
    error_message = "Its three more addresses are told to the target's firewall too."
  }
}
