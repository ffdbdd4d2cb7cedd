# SPDX-License-Identifier: MIT
"""The estimate of the cost (T14's arithmetic): every line, the totals, the savings, and what is an estimate."""

import re

import pytest
from harness import standin
from harness.infra import ENVIRONMENTS

HOURS = 730

# Published for eu-central-1 as of the table's date, and not estimates.
PUBLISHED = {"control_plane": 0.10, "nodes": 0.048, "nat": 0.052, "nlb": 0.027, "addresses": 0.005, "logs": 0.63}


def cents(value):
    return int(value * 100 + 0.5) / 100


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_arithmetic(infra, environment):
    """D28, D69, T14: each line is quantity times price, and the totals are the lines' sums."""
    cost = infra.outputs(environment)["estimated_monthly_cost"]
    hourly = 0
    for name, item in cost["items"].items():
        price = item["quantity"] * item["unit_usd"] / (HOURS if item["unit"] == "month" else 1)
        assert item["hourly"] == pytest.approx(price, abs=0.00005), name
        assert item["daily"] == pytest.approx(price * 24, abs=0.005), name
        assert item["monthly"] == pytest.approx(price * HOURS, abs=0.005), name
        hourly += price
    assert cost["hours_per_month"] == HOURS
    assert cost["hourly"] == pytest.approx(hourly, abs=0.00005)
    assert cost["daily"] == pytest.approx(hourly * 24, abs=0.005)
    assert cost["monthly"] == pytest.approx(hourly * HOURS, abs=0.005)
    assert cost["two_hour_test"] == pytest.approx(hourly * 2, abs=0.005)
    assert cost["hour_a_day"] == pytest.approx(hourly * 30, abs=0.005)


def test_the_seed_s_cluster(infra):
    """D69, X10: three t3.medium, two gateways, a balancer, thirty gigabytes of logs, at the region's prices."""
    cost = infra.outputs("dev")["estimated_monthly_cost"]
    items = cost["items"]
    assert {name: items[name]["unit_usd"] for name in PUBLISHED} == PUBLISHED
    quantities = {"control_plane": 1, "nodes": 3, "nat": 2, "nlb": 1, "addresses": 2, "logs": 30}
    assert {name: items[name]["quantity"] for name in quantities} == quantities
    assert "worker_nodes" not in items and "vpc_endpoints" not in items
    assert cost["price_region"] == cost["region"] == "eu-central-1" and re.fullmatch(r"20\d\d-\d\d", cost["price_date"])


def test_estimates_say_so(infra):
    """X10."""
    items = infra.outputs("dev")["estimated_monthly_cost"]["items"]
    assert {name for name, item in items.items() if not item["estimated"]} == set(PUBLISHED)
    assert infra.outputs("prod")["estimated_monthly_cost"]["items"]["worker_nodes"]["estimated"]


def test_what_is_missing_is_named(infra):
    """X8, X10: what a load test itself costs depends on the test."""
    text = "\n".join(infra.outputs("dev")["estimated_monthly_cost"]["not_included"])
    for word in ("NAT data", "internet", "zones", "capacity units", "CPU credits"):
        assert word in text


def test_savings(infra):
    """D70: spot nodes 60 to 70 %, no balancer, one gateway with its address, no nodes."""
    cost = infra.outputs("dev")["estimated_monthly_cost"]
    saved, items = cost["monthly_savings"], cost["items"]
    assert 0.6 <= saved["spot_nodes"] / items["nodes"]["monthly"] <= 0.7
    assert saved["node_port"] == items["nlb"]["monthly"]
    assert saved["single_nat_gateway"] == cents((0.052 + 0.005) * HOURS)
    assert saved["no_nodes"] == items["nodes"]["monthly"]


def test_options_cost(infra):
    """D70, X10, B12: endpoints, more addresses and a second group appear with their quantities."""
    items = infra.outputs("prod")["estimated_monthly_cost"]["items"]
    assert items["vpc_endpoints"]["quantity"] == 4 * 2
    assert items["addresses"]["quantity"] == 2 * (1 + 1)
    assert items["worker_nodes"]["quantity"] == 1 and items["nodes"]["quantity"] == 2
    assert items["disks"]["quantity"] == 3 * 20


def test_the_readme_quotes_the_output(infra):
    """D69, T14: the figure in infra/README.md is the output's, to ten dollars."""
    said = int(re.search(r"about (\d+) dollars a\s+month", (standin.ROOT / "infra/README.md").read_text())[1])
    assert said == pytest.approx(infra.outputs("dev")["estimated_monthly_cost"]["monthly"], abs=5)
