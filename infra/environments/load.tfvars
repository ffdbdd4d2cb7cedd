# Room for the twenty workers the autoscaler may ask for: three on a t3.xlarge, the master in the place of
# one. For results that count prefer a group for workers alone, on a type without CPU credits:
#
#   worker_instance_types = ["c7i.xlarge"]

environment        = "staging"
cluster_name       = "cicada-load"
node_instance_type = "t3.xlarge"
min_capacity       = 2
desired_capacity   = 3
max_capacity       = 7

# Two addresses carry about 110,000 connections to one target from each zone. More of them need a higher quota
# ("Elastic IP addresses per public NAT gateway").
nat_secondary_addresses = 1

monthly_budget_usd = 900
