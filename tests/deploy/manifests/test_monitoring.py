# SPDX-License-Identifier: MIT
"""B22: what is scraped, when somebody is called, and the dashboard; against a master and workers that run,
read by a real Prometheus."""

import json
import os
import pathlib
import re
import subprocess

import pytest
import rendered
import requests
import yaml
from harness.waiting import free_port, wait_until

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CICADA = os.environ.get("CICADA", ROOT / "build/engine/cli/cicada")
TARGET = os.environ.get("CICADA_TARGET", ROOT / "build/engine/target/cicada-target")
PROMETHEUS = ROOT / ".cache/prometheus/usr/bin"
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("LOCUST_", "CICADA_"))}


@pytest.fixture
def monitoring(kubectl):
    return rendered.objects(kubectl, "eks", ("monitoring",))


def dashboard_of(monitoring):
    config = rendered.one(monitoring, "ConfigMap", "cicada-dashboard")
    assert config["metadata"]["labels"]["grafana_dashboard"] == "1"
    return json.loads(config["data"]["cicada.json"])


def rules_of(monitoring):
    return rendered.one(monitoring, "PrometheusRule", "cicada")["spec"]


def expressions(monitoring):
    """[(where, expression)] of the dashboard, for the namespace locust."""
    return [
        (panel["title"], target["expr"].replace("$namespace", "locust"))
        for panel in dashboard_of(monitoring)["panels"]
        for target in panel["targets"]
    ]


# ---- As written ----------------------------------------------------------------------------------------


def test_scraped_is_each_pod_once(monitoring):
    """B22: the monitors find the master by the inner Service alone (by both, everything would count twice)
    and the workers by their health port."""
    monitor = rendered.one(monitoring, "ServiceMonitor", "locust-master")["spec"]
    wanted = monitor["selector"]["matchLabels"].items()
    services = [s for s in rendered.kinds(monitoring, "Service") if wanted <= s["metadata"]["labels"].items()]
    assert [s["metadata"]["name"] for s in services] == ["locust-master"]
    (endpoint,) = monitor["endpoints"]
    assert endpoint["port"] in {port["name"] for port in services[0]["spec"]["ports"]}
    monitor = rendered.one(monitoring, "PodMonitor", "locust-worker")["spec"]
    found = [w for w in rendered.workloads(monitoring) if rendered.selected(monitor["selector"], w)]
    assert [w["metadata"]["name"] for w in found] == ["locust-worker"]
    (endpoint,) = monitor["podMetricsEndpoints"]
    assert endpoint["port"] in {port["name"] for port in rendered.container_of(found[0])["ports"]}


def test_alerts_there_are(monitoring):
    """B22, D76: worker CPU over 90 %, missing workers, the share of failures, a master that restarted; each
    says what to look at."""
    (group,) = rules_of(monitoring)["groups"]
    rules = {rule["alert"]: rule for rule in group["rules"]}
    assert set(rules) >= {"CicadaWorkerBusy", "CicadaWorkersMissing", "CicadaFailures", "CicadaMasterRestarted"}
    assert rules["CicadaWorkerBusy"]["expr"].endswith("> 0.9")
    for rule in rules.values():
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert set(rule["annotations"]) == {"summary", "description"}


def test_dashboard_is_whole(monitoring):
    """B22: every panel has a place of its own, says what it shows, and asks the chosen data source."""
    board = dashboard_of(monitoring)
    cells = set()
    for panel in board["panels"]:
        assert panel["title"] and panel["description"] and panel["targets"]
        at = panel["gridPos"]
        covered = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not covered & cells and max(x for x, _ in covered) < 24, panel["title"]
        cells |= covered
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == "${datasource}"
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert {variable["name"] for variable in board["templating"]["list"]} == {"datasource", "namespace"}


# ---- Running -------------------------------------------------------------------------------------------


def promtool(*arguments):
    assert (PROMETHEUS / "promtool").is_file(), "promtool is not there; ./dev test deploy fetches it"
    return subprocess.run(
        [PROMETHEUS / "promtool", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.medium
def test_alerts_fire_when_they_should(monitoring, tmp_path):
    """B22: promtool's unit tests: nothing fires while all is well, each alert when it is not."""
    (tmp_path / "rules.json").write_text(json.dumps(rules_of(monitoring)))
    (tmp_path / "alerts.test.yaml").write_bytes((HERE / "alerts.test.yaml").read_bytes())
    result = promtool("check", "rules", tmp_path / "rules.json")
    assert result.returncode == 0, result.stdout + result.stderr
    result = promtool("test", "rules", tmp_path / "alerts.test.yaml")
    assert result.returncode == 0, result.stdout + result.stderr
    tested = (HERE / "alerts.test.yaml").read_text()
    (group,) = rules_of(monitoring)["groups"]
    assert {rule["alert"] for rule in group["rules"]} == set(re.findall(r"alertname: (\w+)", tested))


class Fleet:
    """A server, a master that wants a login, two workers, and a Prometheus that scrapes as the monitors say."""

    def __init__(self, folder):
        self.folder, self.children = folder, []

    def start(self, name, *argv):
        log = self.folder / f"{name}.log"
        with log.open("wb") as out:
            child = subprocess.Popen([str(a) for a in argv], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                     env=CLEAN, cwd=self.folder, start_new_session=True)  # fmt: skip
        self.children.append(child)

        def says(pattern):
            def look():
                assert child.poll() is None, log.read_text(errors="replace")
                return re.search(pattern, log.read_text(errors="replace"))

            return wait_until(look, f"{name} says {pattern}")[1]

        return says

    def run(self):
        token, line = subprocess.run(
            [CICADA, "--print-web-token", "metrics"], capture_output=True, text=True, check=True, env=CLEAN
        ).stdout.splitlines()  # fmt: skip
        self.token = token.rpartition(" ")[2]
        (self.folder / "users").write_text(line + "\n")
        target = self.start("target", TARGET, "--port", 0)(r"listening on (http://\S+)")
        port, self.web = free_port(), free_port()
        self.start("master", CICADA, "--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port,
                   "--web-host", "127.0.0.1", "--web-port", self.web, "--web-login", "--web-users-file", "users",
                   "--autostart", "--expect-workers", 2, "-f", "jsonplaceholder", "-H", f"{target}/nothing",
                   "-u", 20, "-r", 20)  # fmt: skip
        self.health = [
            self.start(f"worker{i}", CICADA, "--worker", "--master-host", "127.0.0.1", "--master-port", port,
                       "-f", "jsonplaceholder", "--health-host", "127.0.0.1",
                       "--health-port", 0)(r"health port: (\d+)")
            for i in range(2)
        ]  # fmt: skip

    def scrape(self, monitoring):
        """What the operator makes of the two monitors, with addresses in the place of discovery."""
        jobs = []
        for kind, name, ports in (
            ("ServiceMonitor", "locust-master", [self.web]),
            ("PodMonitor", "locust-worker", self.health),
        ):
            spec = rendered.one(monitoring, kind, name)["spec"]
            (endpoint,) = spec.get("endpoints") or spec["podMetricsEndpoints"]
            job = {
                "job_name": name, "metrics_path": endpoint["path"], "params": endpoint.get("params", {}),
                "scrape_interval": "1s", "scrape_timeout": "1s",
                "static_configs": [
                    {"targets": [f"127.0.0.1:{port}"], "labels": {"namespace": "locust", "pod": f"{name}-{i}"}}
                    for i, port in enumerate(ports)
                ],
                "relabel_configs": [
                    {"target_label": r["targetLabel"], "replacement": r["replacement"]}
                    for r in endpoint["relabelings"]
                ],
            }  # fmt: skip
            if "authorization" in endpoint:
                assert endpoint["authorization"]["credentials"] == {"name": "locust-web", "key": "token"}
                job["authorization"] = {"type": endpoint["authorization"]["type"], "credentials": self.token}
            jobs.append(job)
        (self.folder / "rules.json").write_text(json.dumps(rules_of(monitoring)))
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump({
            "global": {"evaluation_interval": "1s"}, "rule_files": ["rules.json"], "scrape_configs": jobs,
        }))  # fmt: skip
        port = free_port()
        self.start("prometheus", PROMETHEUS / "prometheus", "--config.file=prometheus.yml",
                   "--storage.tsdb.path=data", f"--web.listen-address=127.0.0.1:{port}")  # fmt: skip
        self.prometheus = f"http://127.0.0.1:{port}"

    def ask(self, expression):
        try:
            answer = requests.get(f"{self.prometheus}/api/v1/query", {"query": expression}, timeout=10).json()
        except requests.ConnectionError:
            return []
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    def number(self, expression):
        """The answer once there is one; 0/0, as before the second scrape, is none."""
        found = self.ask(expression)
        return found and all(sample["value"][1] != "NaN" for sample in found) and found

    def stop(self):
        for child in reversed(self.children):
            child.kill()
            child.wait()


@pytest.fixture
def fleet(tmp_path):
    assert (PROMETHEUS / "prometheus").is_file(), "Prometheus is not there; ./dev test deploy fetches it"
    fleet = Fleet(tmp_path)
    try:
        yield fleet
    finally:
        fleet.stop()


def operands(expression):
    """The expression without the comparison that makes an alert of it, and each side of an "or"."""
    return [re.sub(r" > [0-9.]+$", "", side.strip()) for side in re.split(r"\bor\b", expression)]


@pytest.mark.medium
def test_everything_asked_for_is_exported(monitoring, fleet):
    """B22, B24: every query of the dashboard and of the alerts has an answer from a master behind a login
    and two workers, scraped by path, parameters and token as the monitors say. B21: KEDA's, too."""
    fleet.run()
    fleet.scrape(monitoring)
    for where, expression in expressions(monitoring):
        wait_until(lambda: fleet.number(expression), f"{where}: {expression}")
    (group,) = rules_of(monitoring)["groups"]
    asked = 0
    for rule in group["rules"]:
        if "kube_" in rule["expr"] and "cicada_" not in rule["expr"] or rule["expr"].startswith("absent("):
            continue
        for side in operands(rule["expr"]):
            if "kube_" not in side:
                wait_until(lambda: fleet.ask(side), f"{rule['alert']}: {side}")
                asked += 1
    assert asked == 6
    # What the test does is seen: all the requests fail, all the workers are counted.
    wait_until(lambda: fleet.ask('ALERTS{alertname="CicadaFailures"}'), "CicadaFailures is pending")
    for quiet in ("CicadaMasterDown", "CicadaMasterRestarted", "CicadaWorkersMissing"):
        assert fleet.ask(f'ALERTS{{alertname="{quiet}"}}') == [], quiet
    assert fleet.ask('sum(cicada_workers{namespace="locust"})')[0]["value"][1] == "2"


@pytest.mark.medium
def test_keda_reads_the_users(kubectl, fleet):
    """B21: the trigger's path, value and way of logging in work on a master."""
    fleet.run()
    (trigger,) = rendered.one(
        rendered.objects(kubectl, "eks", ("keda",)), "ScaledObject", "locust-worker"
    )["spec"]["triggers"]
    metadata = trigger["metadata"]
    assert metadata["authMode"] == "bearer"
    url = f"http://127.0.0.1:{fleet.web}/" + metadata["url"].partition("8089/")[2]

    def users():
        try:
            answer = requests.get(url, headers={"Authorization": f"Bearer {fleet.token}"}, timeout=10)
        except requests.ConnectionError:
            return None
        assert answer.status_code == 200, answer.text
        return answer.json()[metadata["valueLocation"]]

    assert wait_until(users, "users are running") <= 20
    assert requests.get(url, timeout=10, allow_redirects=False).status_code == 401
