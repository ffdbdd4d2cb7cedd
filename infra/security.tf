# Security groups: the control plane and the nodes, with every way in named. Rules are resources of their
# own, so that those Kubernetes adds for a load balancer are left alone.

# The VPC's own group, emptied.
resource "aws_default_security_group" "this" {
  vpc_id  = aws_vpc.this.id
  ingress = []
  egress  = []

  tags = { Name = "${var.cluster_name}-default-unused" }
}

resource "aws_security_group" "cluster" {
  name        = "${var.cluster_name}-cluster"
  description = "Control plane of ${var.cluster_name}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.cluster_name}-cluster" }
}

resource "aws_security_group" "nodes" {
  name        = "${var.cluster_name}-nodes"
  description = "Nodes of ${var.cluster_name}"
  vpc_id      = aws_vpc.this.id

  tags = {
    Name = "${var.cluster_name}-nodes"
    # By this tag Kubernetes finds the group to open for a load balancer. Exactly one may have it.
    "kubernetes.io/cluster/${var.cluster_name}" = "owned"
  }
}

locals {
  # What the control plane calls on the nodes.
  node_ports_for_cluster = {
    kubelet        = 10250
    metrics-server = 10251
    webhook-https  = 443
    webhook-4443   = 4443
    webhook-8443   = 8443
    webhook-9443   = 9443
  }
}

resource "aws_vpc_security_group_ingress_rule" "cluster_from_nodes" {
  security_group_id            = aws_security_group.cluster.id
  description                  = "Kubernetes API from the nodes"
  referenced_security_group_id = aws_security_group.nodes.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "cluster_to_nodes" {
  for_each = local.node_ports_for_cluster

  security_group_id            = aws_security_group.cluster.id
  description                  = "To the nodes: ${each.key}"
  referenced_security_group_id = aws_security_group.nodes.id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_ingress_rule" "nodes_from_cluster" {
  for_each = local.node_ports_for_cluster

  security_group_id            = aws_security_group.nodes.id
  description                  = "From the control plane: ${each.key}"
  referenced_security_group_id = aws_security_group.cluster.id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_ingress_rule" "nodes_from_nodes" {
  security_group_id            = aws_security_group.nodes.id
  description                  = "Pods and nodes among themselves; network policies narrow it down"
  referenced_security_group_id = aws_security_group.nodes.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "nodes_out" {
  security_group_id = aws_security_group.nodes.id
  description       = "Load goes anywhere: that is what the cluster is for"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}
