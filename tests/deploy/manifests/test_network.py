# SPDX-License-Identifier: MIT
"""T10: Services, network policies and budgets: who reaches whom, and that selectors hit whom they mean."""

import ipaddress

import pytest
import rendered

VPC = "10.0.0.0/16"


@pytest.fixture
def eks(kubectl):
    return rendered.objects(kubectl, "eks")


def ports_of(service):
    return {port["name"]: port["port"] for port in service["spec"]["ports"]}


def hit(objects, selector):
    return {w["metadata"]["name"] for w in rendered.workloads(objects) if rendered.selected(selector, w)}


def test_two_services(eks):
    """D51, X3, X4: inside, both ports with affinity; outside, the page alone by a network balancer, for
    which AWS would build none with affinity. D33: the ports."""
    inside = rendered.one(eks, "Service", "locust-master")
    assert inside["spec"]["type"] == "ClusterIP"
    assert inside["spec"]["sessionAffinity"] == "ClientIP"
    assert ports_of(inside) == {"web": 8089, "workers": 5557}
    outside = rendered.one(eks, "Service", "locust-master-web")
    assert outside["spec"]["type"] == "LoadBalancer"
    assert outside["metadata"]["annotations"]["service.beta.kubernetes.io/aws-load-balancer-type"] == "nlb"
    assert ports_of(outside) == {"web": 8089}
    assert {p["protocol"] for s in (inside, outside) for p in s["spec"]["ports"]} == {"TCP"}


def test_no_affinity_on_a_balancer(kubectl):
    """X3: in no combination."""
    balancers = 0
    for combination, objects in rendered.everything(kubectl):
        for service in rendered.kinds(objects, "Service"):
            if service["spec"]["type"] == "LoadBalancer":
                balancers += 1
                assert service["spec"].get("sessionAffinity", "None") == "None", combination
                assert service["spec"]["loadBalancerSourceRanges"], combination
    assert balancers > 10


def test_worker_port_stays_inside(kubectl):
    """X4: 5557 is on the ClusterIP Service only, except where external-workers was chosen, and then the
    protocol is encrypted on both sides."""
    for (_, chosen), objects in rendered.everything(kubectl):
        exposed = {
            s["metadata"]["name"]
            for s in rendered.kinds(objects, "Service")
            if s["spec"]["type"] != "ClusterIP" and 5557 in ports_of(s).values()
        }
        assert exposed == ({"locust-master-web"} if "external-workers" in chosen else set())
        if exposed:
            names = [{e["name"] for e in rendered.container_of(w)["env"]} for w in rendered.workloads(objects)
                     if "echo" not in w["metadata"]["name"]]  # fmt: skip
            assert sum("LOCUST_CURVE_KEY_FILE" in n for n in names) == 1
            assert sum("LOCUST_CURVE_SERVER_KEY" in n for n in names) == 1


def test_web_is_internal_and_asks(eks):
    """X4, B25 rung 2: the balancer is internal, for the VPC alone, and the page wants a login."""
    service = rendered.one(eks, "Service", "locust-master-web")
    prefix = "service.beta.kubernetes.io/aws-load-balancer-"
    assert service["metadata"]["annotations"][prefix + "internal"] == "true"
    assert service["metadata"]["annotations"][prefix + "scheme"] == "internal"
    assert service["spec"]["loadBalancerSourceRanges"] == [VPC]
    master = rendered.container_of(rendered.one(eks, "Deployment", "locust-master"))
    environment = {e["name"]: e["value"] for e in master["env"]}
    assert environment["LOCUST_WEB_LOGIN"] == "true"
    (mount,) = [m for m in master["volumeMounts"] if m["name"] == "web-users"]
    assert environment["LOCUST_WEB_USERS_FILE"] == mount["mountPath"] + "/users"


def test_web_for_the_internet(kubectl):
    """B25 rung 3: source ranges that are nobody's until filled in, login, TLS. Rung 4, open HTTP, no
    combination gives."""
    objects = rendered.objects(kubectl, "local", rendered.complete(["web-login"]))
    assert rendered.one(objects, "Service", "locust-master-web")["spec"]["type"] == "NodePort"
    objects = rendered.objects(kubectl, "eks", ("internet-facing",))
    service = rendered.one(objects, "Service", "locust-master-web")
    prefix = "service.beta.kubernetes.io/aws-load-balancer-"
    annotations = service["metadata"]["annotations"]
    assert annotations[prefix + "scheme"] == "internet-facing"
    assert prefix + "internal" not in annotations
    assert annotations[prefix + "ssl-cert"].startswith("arn:aws:acm:")
    assert annotations[prefix + "ssl-ports"] in ports_of(service)
    for combination, objects in rendered.everything(kubectl):
        if "internet-facing" in combination[1]:
            master = rendered.one(objects, *master_of(combination))
            assert {"name": "LOCUST_WEB_LOGIN", "value": "true"} in rendered.container_of(master)["env"]
        for other in rendered.kinds(objects, "Service"):
            for cidr in other["spec"].get("loadBalancerSourceRanges", []):
                assert ipaddress.ip_network(cidr).prefixlen >= 8, combination


def master_of(combination):
    return ("Job" if "run-once" in combination[1] else "Deployment", "locust-master")


def test_nodeport_is_the_cheaper_way(kubectl):
    """D51, D70: a NodePort instead of the balancer, and nothing of the balancer left."""
    service = rendered.one(rendered.objects(kubectl, "eks", ("nodeport",)), "Service", "locust-master-web")
    assert service["spec"]["type"] == "NodePort"
    assert "annotations" not in service["metadata"]
    assert "loadBalancerSourceRanges" not in service["spec"]
    (port,) = service["spec"]["ports"]
    assert (port["port"], port["nodePort"], port["targetPort"]) == (8089, 30089, "web")


def test_selectors_match_labels(kubectl):
    """T10: every Deployment selects its own pods and no other's; every Service finds somebody."""
    for combination, objects in rendered.everything(kubectl):
        for workload in rendered.kinds(objects, "Deployment"):
            assert hit(objects, workload["spec"]["selector"]) == {workload["metadata"]["name"]}, combination
        for service in rendered.kinds(objects, "Service"):
            wanted = service["metadata"]["name"].removesuffix("-web")
            assert hit(objects, {"matchLabels": service["spec"]["selector"]}) == {wanted}, combination


def test_port_names_resolve(kubectl):
    """T10: every port called by name is a port of the container it is about."""
    for combination, objects in rendered.everything(kubectl):
        for workload in rendered.workloads(objects):
            container = rendered.container_of(workload)
            names = {port["name"] for port in container["ports"]}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                for way in container.get(probe, {}).values():
                    if isinstance(way, dict):
                        assert way["port"] in names, (combination, workload["metadata"]["name"], probe)
        for service in rendered.kinds(objects, "Service"):
            selector = {"matchLabels": service["spec"]["selector"]}
            for port in service["spec"]["ports"]:
                resolves(objects, selector, port["targetPort"], combination)
        for policy in rendered.kinds(objects, "NetworkPolicy"):
            for rule in policy["spec"].get("ingress", []):
                for port in rule["ports"]:
                    resolves(objects, policy["spec"]["podSelector"], port["port"], combination)


def resolves(objects, selector, name, combination):
    names = hit(objects, selector)
    assert names, (combination, selector)
    for workload in rendered.workloads(objects):
        if workload["metadata"]["name"] in names:
            ports = {port["name"] for port in rendered.container_of(workload)["ports"]}
            assert name in ports, (combination, selector, name)


def test_budgets(kubectl, eks):
    """B16: nobody evicts the only master; workers go a tenth at a time; each budget is about its own pods,
    and one that isn't ready keeps no node from being drained."""
    for combination, objects in rendered.everything(kubectl):
        budgets = {o["metadata"]["name"]: o["spec"] for o in rendered.kinds(objects, "PodDisruptionBudget")}
        assert set(budgets) == {"locust-master", "locust-worker"}
        for name, budget in budgets.items():
            assert hit(objects, budget["selector"]) == {name}, combination
            assert budget["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
        assert budgets["locust-master"]["minAvailable"] == 1
    assert rendered.one(eks, "PodDisruptionBudget", "locust-worker")["spec"]["maxUnavailable"] == "10%"


def policy_of(objects, name):
    return rendered.one(objects, "NetworkPolicy", name)["spec"]


def test_nobody_comes_in_unless_said(eks):
    """B23, D76: everything is denied, then these are let in and no others."""
    deny = policy_of(eks, "default-deny-ingress")
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress"]}
    assert hit(eks, deny["podSelector"]) == {"locust-master", "locust-worker"}
    assert hit(eks, policy_of(eks, "locust-master")["podSelector"]) == {"locust-master"}
    assert hit(eks, policy_of(eks, "locust-worker")["podSelector"]) == {"locust-worker"}
    assert let_in(eks) == {
        ("locust-master", "workers", "locust-worker"),
        ("locust-master", "web", VPC),
        ("locust-worker", "health", VPC),
    }


def let_in(objects):
    """(to whom, on which port, who) of all policies together."""
    ways = set()
    for policy in rendered.kinds(objects, "NetworkPolicy"):
        for rule in policy["spec"].get("ingress", []):
            assert rule["from"] and rule["ports"], "an empty list lets everybody in"
            for to in hit(objects, policy["spec"]["podSelector"]):
                for port in rule["ports"]:
                    for peer in rule["from"]:
                        ways |= {(to, port["port"], who) for who in peers(objects, peer)}
    return ways


def peers(objects, peer):
    if "ipBlock" in peer:
        return {peer["ipBlock"]["cidr"]}
    if "namespaceSelector" in peer:
        return {"namespace " + peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]}
    return hit(objects, peer["podSelector"])


def test_components_let_in_whom_they_need(kubectl, eks):
    """B21, B22, X4: what a component adds to the ways in, and nothing else."""
    added = {
        "keda": {("locust-master", "web", "namespace keda")},
        "monitoring": {
            ("locust-master", "web", "namespace monitoring"),
            ("locust-worker", "health", "namespace monitoring"),
        },
        "external-workers": {("locust-master", "workers", VPC)},
    }
    for name in rendered.components():
        objects = rendered.objects(kubectl, "eks", rendered.complete([name]))
        assert let_in(objects) - let_in(eks) == added.get(name, set()), name


def test_local_lets_the_same_in(kubectl):
    """Section 6: the local cluster's nodes have any private address; the target is for workers alone."""
    local = rendered.objects(kubectl, "local")
    private = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
    assert let_in(local) == {
        ("locust-master", "workers", "locust-worker"),
        ("echo-target", "http", "locust-worker"),
        *(("locust-master", "web", cidr) for cidr in private),
        *(("locust-worker", "health", cidr) for cidr in private),
    }


def test_nobody_reads_the_nodes_credentials(eks):
    """B23: out goes everything, since load is made here, except to the instance's metadata."""
    out = policy_of(eks, "no-instance-metadata")
    assert hit(eks, out["podSelector"]) == {"locust-master", "locust-worker"}
    assert out["policyTypes"] == ["Egress"]
    (rule,) = out["egress"]
    assert {to["ipBlock"]["cidr"]: to["ipBlock"]["except"] for to in rule["to"]} == {
        "0.0.0.0/0": ["169.254.169.254/32"],
        "::/0": ["fd00:ec2::254/128"],
    }
    assert "ports" not in rule
    for policy in rendered.kinds(eks, "NetworkPolicy"):
        if "Egress" in policy["spec"]["policyTypes"]:
            assert policy["metadata"]["name"] == "no-instance-metadata"
