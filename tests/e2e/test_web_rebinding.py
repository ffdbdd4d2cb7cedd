# SPDX-License-Identifier: MIT
"""Pages whose name was made to lead here: without a login, unknown names are told so."""

import pytest

EVIL = {"Host": "evil.example:8089"}


def test_unknown_names_see_and_do_nothing(one):
    web = one()
    for path in ("/", "/stats/requests", "/events", "/metrics", "/stats/report", "/logs"):
        answer = web.ask("GET", path, headers=EVIL)
        assert answer.status == 421, (path, answer)
        assert "--web-allowed-host evil.example" in answer.json()["message"]
    for path in ("/swarm", "/stop", "/pause", "/stats/reset"):
        headers = {**EVIL, "Origin": "http://evil.example:8089"}  # its own, so it would pass
        assert web.post(path, {"user_count": 1, "spawn_rate": 1}, headers).status == 421
    assert web.stats()["state"] == "ready"
    assert web.run.err.count("asked by a name that is not known") == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:80", "[::1]:80", "10.0.0.7:8089",
                                  "locust-master:8089", "m.load.svc.cluster.local"])  # fmt: skip
def test_harmless_names_are_known(one, host):
    web = one()
    assert web.ask("GET", "/stats/requests", headers={"Host": host}).status == 200


def test_names_can_be_given(one):
    web = one("--web-allowed-host", "load.example.com", ".corp.example")
    for host, status in (("load.example.com", 200), ("a.corp.example:8089", 200),
                         ("evil.example", 421)):  # fmt: skip
        assert web.ask("GET", "/stats/requests", headers={"Host": host}).status == status
    anyone = one("--web-allowed-host", "*")
    assert anyone.ask("GET", "/", headers=EVIL).status == 200


def test_probes_and_proxies_are_not_asked(one):
    """A probe says nothing of the test; a proxy that names the user answers for the name."""
    web = one()
    assert web.ask("GET", "/healthz", headers=EVIL).status == 200
    assert web.ask("GET", "/readyz", headers=EVIL).status == 200
    proxied = one("--web-auth-header", "X-Forwarded-User")
    assert proxied.ask("GET", "/stats/requests", headers=EVIL).status == 401
    named = {**EVIL, "X-Forwarded-User": "ada"}
    assert proxied.ask("GET", "/stats/requests", headers=named).status == 200
