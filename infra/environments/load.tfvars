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

# Four of these carry about 220,000 connections to one target from each zone.
nat_secondary_addresses = 3

monthly_budget_usd = 900
