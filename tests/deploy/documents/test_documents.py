# SPDX-License-Identifier: MIT
"""What the operators' documents say, held against the tree, the programs' own help and Terraform's output."""

import json
import os
import re
import shutil
import subprocess

import pytest
from documents import pages

CICADA = os.environ.get("CICADA", str(pages.ROOT / "build/engine/cli/cicada"))
COMMANDS = [command for page in pages.PAGES for command in (*pages.commands(page), *pages.inline(page))]


def run(*command, **options):
    return subprocess.run(command, text=True, capture_output=True, timeout=120, cwd=pages.ROOT, **options)


def test_the_three_documents_and_the_runbooks_exist():
    """D66, D67, D68, B32."""
    names = {page.relative_to(pages.DOCS).as_posix() for page in pages.PAGES}
    assert {"SRE_DEPLOYMENT_GUIDE.md", "QUICKSTART.md", "DEPLOYMENT_SUMMARY.md", "runbooks/README.md"} <= names
    wanted = (
        "master-lost",
        "workers-missing",
        "nat-exhausted",
        "throttled-nodes",
        "bill-alarm",
        "eks-upgrade",
        "ci-cd",
    )
    assert {f"runbooks/{name}.md" for name in wanted} <= names
    index = (pages.DOCS / "runbooks/README.md").read_text()
    assert all(
        f"({name.removeprefix('runbooks/')})" in index
        for name in names
        if name.startswith("runbooks/") and "README" not in name
    )


def test_every_link_leads_somewhere():
    """T14: relative links to files and to headings in them."""
    bad = []
    for page in pages.PAGES:
        for link in pages.links(page):
            if link.startswith(("http://", "https://")):
                continue
            name, _, anchor = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            if not target.exists() or (anchor and anchor not in pages.anchors(target)):
                bad.append(f"{page.name}: {link}")
    assert not bad


def test_files_that_commands_and_text_name_exist():
    """T14: whatever looks like a path of the repository is one."""
    made = {"infra/backend.hcl", "infra/backend_override.tf"}  # by the operator
    bad = []
    for page in pages.PAGES:
        for name in re.findall(
            r"(?<![\w/:.-])((?:infra|k8s|docker|scenarios|tests|engine)/[\w./*-]*\w)", page.read_text()
        ):
            if name not in made and not list(pages.ROOT.glob(name)):
                bad.append(f"{page.name}: {name}")
        for name in re.findall(r"(?<![\w/])((?:environments|components|overlays|addons)/[\w.-]*\w)", page.read_text()):
            if not list(pages.ROOT.glob(f"infra/{name}")) + list(pages.ROOT.glob(f"k8s/{name}")):
                bad.append(f"{page.name}: {name}")
    assert not bad


@pytest.fixture(scope="module")
def helps():
    """What each program of ours says of its options."""
    found = {}
    for script in (pages.ROOT / "infra/scripts").glob("*.sh"):
        if script.name != "lib.sh":
            found[script.name] = run(str(script), "--help").stdout
    result = run(CICADA, "--help")
    assert result.returncode == 0, f"{CICADA}: {result.stderr}"
    found["cicada"] = result.stdout
    return found


def test_options_that_documents_name_are_in_the_help(helps):
    """T14: those of the four scripts and of cicada, in blocks and in running text."""
    bad, seen = [], set()
    for command in COMMANDS:
        for words in command.words():
            name = words[0].removeprefix("infra/scripts/") if words else ""
            if name not in helps:
                continue
            seen.add(name)
            for word in words[1:]:
                option = re.match(r"--[a-z-]+", word)
                if option and not re.search(rf"{option[0]}(?![a-z-])", helps[name]):
                    bad.append(f"{command}: {option[0]}")
    assert not bad
    assert seen == set(helps), "a script that no document uses"


def test_options_in_running_text_belong_to_something_of_ours(helps):
    """T14: `--option` by itself is one of cicada's, of the scripts', or of the tools they name."""
    theirs = {"--platform", "--no-autoscaler"}
    known = set(re.findall(r"--[a-z-]+", " ".join(helps.values()))) | theirs
    for page in pages.PAGES:
        text = pages.FENCE.sub("", page.read_text())
        for span in pages.SPAN.findall(text):
            if span.startswith("--"):
                assert re.match(r"--[a-z-]+", span)[0] in known, f"{page.name}: {span}"


def test_variables_that_documents_name_exist():
    """T14: everything called name = value in text, and every -var of a command, is a variable."""
    source = "".join(path.read_text() for path in (pages.ROOT / "infra").rglob("*.tf"))
    variables, outputs = (set(re.findall(rf'^{kind} "(\w+)"', source, re.M)) for kind in ("variable", "output"))
    for page in pages.PAGES:
        text = page.read_text()
        used = re.findall(r"-var '?(\w+)=", text)
        used += re.findall(r"`(\w+) = [^`]+`", pages.FENCE.sub("", text))
        for language, _, body in pages.blocks(page):
            used += re.findall(r"^(\w+) += ", body, re.M) if language == "hcl" else []
        assert set(used) <= variables | {"support_type"}, page.name
        asked = re.findall(r"infra output (?:-raw |-json )?(\w+)", text)
        assert set(asked) <= outputs, page.name


@pytest.fixture(scope="module")
def planned(infra):
    """The outputs at the seed's sizes, and the costs of the two other sets of variables."""
    others = {name: infra.outputs(name)["estimated_monthly_cost"] for name in ("load", "prod")}
    return infra.outputs("dev"), others


def test_cost_table_is_the_output(planned):
    """D69, D70, X10, T14: item by item; the items add up to the total; the date is the price table's."""
    cost = planned[0]["estimated_monthly_cost"]
    text = pages.section(pages.GUIDE, "What it costs")
    table = {row[0]: row[1:] for row in pages.rows(text) if row[0] != "item"}
    total = [float(cell) for cell in table.pop("**total**")[1:]]
    for name, item in cost["items"].items():
        cells = table.pop(name + (" *" if item["estimated"] else ""))
        assert [float(cell) for cell in cells] == [
            item[key] for key in ("quantity", "hourly", "daily", "monthly")
        ], name
    assert not table
    assert total == [cost[key] for key in ("hourly", "daily", "monthly")]
    assert sum(item["monthly"] for item in cost["items"].values()) == pytest.approx(cost["monthly"], abs=0.06)
    assert total[0] * 2 == pytest.approx(cost["two_hour_test"], abs=0.01)
    assert f"prices of {cost['price_date']} in {cost['price_region']}" in text


def test_every_dollar_in_the_documents_is_the_outputs(planned):
    """D69, D70, X10: sums quoted in text."""
    cost, others = planned[0]["estimated_monthly_cost"], planned[1]
    text = pages.section(pages.GUIDE, "What it costs")
    for name in ("spot_nodes", "node_port", "single_nat_gateway", "no_nodes"):
        assert re.search(rf"\${cost['monthly_savings'][name]:g}\s*\(`{name}`\)", text), name
    for name, other in others.items():
        assert f"`{name}.tfvars`: ${other['monthly']:g}" in text
    assert f"A test of two hours: ${cost['two_hour_test']:g}." in text
    assert f"An hour every day: ${cost['hour_a_day']:g} a month" in text
    source = (pages.ROOT / "infra/cost.tf").read_text()
    known = {f"{number:g}" for number in numbers(cost)} | {f"{other['monthly']:g}" for other in others.values()}
    known |= {f"{float(number):g}" for number in re.findall(r"\d+\.?\d*", source)} | {"0.6"}  # extended support, eks.tf
    for page in pages.PAGES:
        for dollars in re.findall(r"\$(\d+(?:\.\d+)?)", page.read_text()):
            assert f"{float(dollars):g}" in known, f"{page.name}: ${dollars}"


def numbers(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def test_capacity_in_the_documents_is_the_outputs(planned):
    """X6, D60: workers of a node, and how many fit."""
    text = pages.section(pages.GUIDE, "Sizing")
    assert planned[0]["max_schedulable_workers"] == 9 and "nine workers and the master" in text
    source = (pages.ROOT / "infra/capacity.tf").read_text()
    assert "daemon_cpu_m = 150 + (var.enable_container_insights ? 300 : 0)" in source
    said = re.search(r"t3.medium and t3.large (\d), t3.xlarge and c7i.xlarge (\d), c7i.2xlarge (\d)", text)
    for vcpu, workers in zip((2, 4, 8), said.groups()):
        reserved = 60 + 10 + 5 * (min(vcpu, 4) - 2) + 2.5 * max(0, vcpu - 4)
        assert (vcpu * 1000 - reserved - 450) // 1000 == int(workers)


def test_sizing_is_measured_with_cicada():
    """D60: figures said to be from RESULTS.md are there; the rest says where it was measured, and on what."""
    recorded = dict(re.findall(r"^\| (.+?) \| ([\d.]+)", (pages.ROOT / "tests/bench/RESULTS.md").read_text(), re.M))
    text = pages.section(pages.GUIDE, "Sizing")
    assert "two shared cores" in text and "cicada-target" in text
    expected = {
        "CPU per request, 100 users without waits": ["CPU per request, cicada, 100"],
        "CPU per request, 5000 users without waits": ["CPU per request, cicada, 5000"],
        "CPU per request, 5000 users at 4000/s": ["CPU per request, cicada at 4000/s, 5000"],
        "requests a second of one worker, 100 users": ["requests per second, cicada, 100"],
        "requests a second of one worker, 5000 users": ["requests per second, cicada, 5000"],
        "memory per idle user with a connection": ["memory per idle user, cicada, 10000"],
        "memory of a master with 1000 workers / 5000": ["master of 1000: memory", "master of 5000: memory"],
        "CPU of a master with 1000 workers / 5000": ["master of 1000: CPU", "master of 5000: CPU"],
        "latest answer to a heartbeat, 1000 workers": ["master of 1000: latest heartbeat answer"],
    }
    said = {row[0]: row for row in pages.rows(text) if len(row) == 3 and row[2].startswith("RESULTS")}
    assert set(said) == set(expected)
    for name, keys in expected.items():
        figures = [float(figure) for figure in re.findall(r"[\d.]+\d", said[name][1])]
        near = pytest.approx([float(recorded[key]) for key in keys], rel=0.25)
        assert figures == near, f"{name}: RESULTS.md was measured again, so write its figures here"


SYMPTOMS = {
    "`terraform apply` fails": ("credentials", "permissions", "region"),
    "ARM Mac": ("--platform linux/amd64",),
    "`NotReady`": ("CNI pods", "IAM"),
    "load balancer pending": ("three minutes", "describe service"),
    "HPA shows `<unknown>`": ("metrics-server",),
    "cannot reach the master": ("DNS", "service"),
    "high bill": ("destroy now",),
}


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_every_symptom_has_an_entry(symptom):
    """D75, X3, B8, T14: a first command and a runbook for each."""
    found = [row for row in pages.rows(pages.section(pages.GUIDE, "Troubleshooting")) if symptom in row[0]]
    assert len(found) == 1
    line = " ".join(found[0])
    for word in SYMPTOMS[symptom]:
        assert word in line
    assert "`" in found[0][1] and "runbooks/" in found[0][2]


def test_runbooks_have_what_the_person_on_call_needs():
    """B32, D76: a symptom, a check by command, and what to do, on every page for trouble."""
    index = (pages.DOCS / "runbooks/README.md").read_text()
    trouble = re.findall(r"\((\S+\.md)\)", index[: index.index("to be done now and then")])
    assert len(trouble) > 10
    for name in trouble:
        page = pages.DOCS / "runbooks" / name
        text = page.read_text()
        assert "**Symptom.**" in text or name == "image.md", name
        assert any(command.runs for command in pages.commands(page)), name
        assert re.search(r"[Rr]emedy|\*\*Reset|First, if", text), name


def test_every_alarm_leads_to_a_runbook():
    """B22, B29, B32: those of CloudWatch by their names' beginning, those of Prometheus by name."""
    index = (pages.DOCS / "runbooks/README.md").read_text()
    source = (pages.ROOT / "infra/alarms.tf").read_text()
    names = [
        "cicada-" + name
        for name in re.findall(r'name += "\$\{var.cluster_name\}-((?:nat|failed|log|monthly)[a-z-]*)', source)
    ]
    assert len(names) >= 4
    rules = pages.ROOT / "k8s/components/monitoring/alerts.yaml"
    names += re.findall(r"alert: (\w+)", rules.read_text())
    for name in names:
        assert re.search(rf"`{name}(\*)?`[^|]*\| \[", index), name


def test_every_hardening_item_says_how_it_is_met():
    """D76, D25, B4, B24: thirteen items, each on, a variable, a component or a runbook."""
    table = [row for row in pages.rows(pages.section(pages.GUIDE, "Hardening")) if row[0].isdigit()]
    assert [row[0] for row in table] == [str(number) for number in range(1, 14)]
    words = ("endpoint", "CIDRs", "scan on push", "Secrets Manager", "network policies", "Pod Security", "remote state")
    words += ("locking", "alarms", "Prometheus and Grafana", "CI/CD", "backup", "runbooks")
    for row, word in zip(table, words):
        assert word in row[1], row
        assert re.search(r"\b(on|variable|overlay|component|runbook)\b", row[2]), row
        assert row[3], row


def test_checklists_are_kept():
    """D71, D72, D73, D74, D77: each item of the seed's lists is on one of the pages, as a box to tick."""
    text = (pages.DOCS / "QUICKSTART.md").read_text()
    before, up, test, after = (
        pages.section(pages.DOCS / "QUICKSTART.md", name) for name in ("Before", "Up", "Test", "After")
    )
    for word in (
        "aws sts get-caller-identity",
        "Terraform 1.11",
        "one minor version",
        "Docker (running)",
        "jq",
        "cost understood",
    ):
        assert word in before, word
    for word in ("deploy.sh", "address of the web page", "verify-deployment.sh"):
        assert word in up, word
    for word in ("localhost:8089", "users", "run time", "get hpa -w", "logs"):
        assert word in test, word
    for word in ("results", "destroy.sh", "console", "state list", "bill after 24 hours"):
        assert word in after, word
    assert text.count("- [ ]") >= 10
    later = pages.section(pages.GUIDE, "What next")
    for word in ("test environment", "scenario", "pipeline", "monitoring", "runbooks", "hardening", "bill"):
        assert word in later, word


def test_decisions_have_reasons():
    """D66, B10, B25, B33: those the seed asks for, and where practice differs from it."""
    table = pages.rows(pages.section(pages.GUIDE, "Decisions"))
    text = "\n".join(" ".join(row) for row in table)
    for word in ("private subnets", "two zones", "NAT gateway", "managed node groups", "up fast", "1 core, 512 MiB"):
        assert word in text, word
    for word in ("Karpenter", "Auto Mode", "kustomize, not Helm", "memory target", "session affinity", "t3"):
        assert word in text, word
    assert all(len(row) == 3 and row[1] for row in table)
    ladder = pages.section(pages.GUIDE, "Who reaches the web page")
    order = [ladder.index(word) for word in ("tunnel", "internal balancer", "internet-facing", "never")]
    assert order == sorted(order)


def test_nat_limit_and_its_remedies():
    """B13: the number, the alarm, and each remedy."""
    text = (pages.DOCS / "runbooks/nat-exhausted.md").read_text()
    for word in (
        "55,000",
        "ErrorPortAllocation",
        "nat_secondary_addresses",
        "peering",
        "PrivateLink",
        "public subnets",
    ):
        assert word in text, word


def test_prerequisites_are_those_of_the_scripts():
    """D71, X2, X12: versions in the documents are the ones the scripts ask for."""
    source = (pages.ROOT / "infra/scripts/lib.sh").read_text()
    wanted = re.search(r"\[terraform\]=([\d.]+)", source)[1]
    assert f"Terraform {wanted}" in (pages.DOCS / "QUICKSTART.md").read_text()
    version = re.search(
        r'variable "kubernetes_version".*?default +=\s"([\d.]+)"', (pages.ROOT / "infra/variables.tf").read_text(), re.S
    )
    assert f"cluster's {version[1]}" in (pages.DOCS / "QUICKSTART.md").read_text()


def test_offline_commands_work_as_they_stand(terraform, kubectl):
    """T14: what needs neither cloud nor cluster is run here, every time; the others in test_commands.py."""
    done = 0
    for text in sorted({command.text for command in COMMANDS if command.runs}):
        if text.startswith(("kubectl kustomize ", "terraform -chdir=infra fmt")) or text.endswith("--help"):
            result = run(shutil.which("bash"), "-c", text)
            assert result.returncode == 0, f"{text}: {result.stderr}"
            done += 1
    assert done >= 4


def test_no_command_hides_from_the_tests():
    """T14: blocks are of a known kind, and every block of commands holds commands."""
    for page in pages.PAGES:
        for language, line, body in pages.blocks(page):
            assert language in ("sh", "text", "hcl", "json", "yaml"), f"{page.name}:{line}: {language!r}"
            if language == "json":
                json.loads(body)
