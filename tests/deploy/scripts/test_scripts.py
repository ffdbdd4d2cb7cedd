# SPDX-License-Identifier: MIT
"""T15: the four scripts from end to end, with real terraform, aws and kubectl, on one deployment that is
made, looked at, broken and removed. The tests follow each other in the order of this file."""

import re
import shutil
import time

import pytest
from harness.desk import ARN, Desk, changes, first

pytestmark = pytest.mark.medium

OPEN = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../eks]
patches:
  - patch: |-
      apiVersion: v1
      kind: Service
      metadata:
        name: locust-master-web
        namespace: locust
        annotations:
          service.beta.kubernetes.io/aws-load-balancer-internal: null
          service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing
      spec:
        loadBalancerSourceRanges: RANGES
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory, terraform, kubectl):
    with Desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(autouse=True)
def mended(desk):
    """Every test leaves the tools working and the cluster seen as it is."""
    yield
    desk.mend()
    desk.cluster.views.clear()


def failed_at(result, step):
    """A script that failed there, says so, and where to look."""
    assert result.returncode not in (0, 2), result.stdout
    assert re.search(rf"^Failed at step \d+: {step}", result.stdout, re.M), result.stdout
    assert re.search(r"^Look at: \S", result.stdout, re.M), result.stdout
    return True


def certificate(desk):
    return desk.aws("eks").describe_cluster(name="cicada")["cluster"]["certificateAuthority"]["data"]


# ---- Up ------------------------------------------------------------------------------------------


def overlay(desk, ranges):
    """An overlay whose balancer is outside the VPC."""
    folder = desk.tree / "k8s/overlays/open"
    folder.mkdir(exist_ok=True)
    (folder / "kustomization.yaml").write_text(OPEN.replace("RANGES", ranges))
    return folder


@pytest.mark.parametrize("ranges, word", [("[0.0.0.0/0]", "lets 0.0.0.0/0 in"), ("null", "names no loadBalancerSourceRanges")])
def test_no_balancer_for_everybody(desk, ranges, word):
    """B25, X4: refused before anything is made."""
    result = desk.run("deploy.sh", "--yes", "--overlay", overlay(desk, ranges))
    assert failed_at(result, "Prerequisites")
    assert word in result.stdout and "--i-know" in result.stdout
    assert not [call for call in result.calls if call.startswith("terraform plan")]


def test_a_dry_run_changes_nothing(desk):
    """D62: --dry-run goes through all steps, with neither an answer nor a change. B25: who says --i-know may
    open the balancer."""
    result = desk.run("deploy.sh", "--dry-run", "--i-know", "--overlay", overlay(desk, "[0.0.0.0/0]"))
    assert result.returncode == 0, result.stdout
    assert changes(result.calls) == []
    assert "81 to add" in result.stdout and "would apply Deployment locust-worker" in result.stdout
    assert "lets 0.0.0.0/0 in, as --i-know says" in result.stdout
    assert "Nothing was changed." in result.stdout
    assert desk.aws("eks").list_clusters()["clusters"] == []


def test_another_answer_than_yes_makes_nothing(desk):
    """D62: the plan and its price are shown first."""
    result = desk.run("deploy.sh", answer="y\n")
    assert result.returncode == 1 and "nothing was changed" in result.stdout, result.stdout
    assert re.search(r"costs about \$[0-9.]+ an hour, \$[0-9.]+ a month", result.stdout), result.stdout
    assert changes(result.calls) == []


def test_a_deployment_goes_on_where_it_failed(desk):
    """D62, X7, X11: first the cluster can't be made, then somebody else holds fields of the manifests, then
    the balancer never comes; each time it stops in bounded time, and the next run goes on from there."""
    result = desk.run("deploy.sh", "--yes", "v1", STANDIN_FAIL="create aws_eks_cluster")
    assert failed_at(result, "Infrastructure")
    assert "terraform apply" in "\n".join(result.calls) and "docker build" not in "\n".join(result.calls)

    desk.cluster.conflict = True
    result = desk.run("deploy.sh", "--yes", "v1")
    desk.cluster.conflict = False
    assert failed_at(result, "Manifests")
    assert "kubectl-edit" in result.stdout and "--take-over" in result.stdout
    assert certificate(desk) not in result.stdout  # D29

    desk.cluster.conflict, desk.cluster.balancer_ready = True, False
    start = time.monotonic()
    result = desk.run("deploy.sh", "--yes", "--timeout", "6", "--take-over", "v1")
    desk.cluster.conflict, desk.cluster.balancer_ready = False, True
    assert failed_at(result, "Web page")
    assert "the balancer's address: not within 6 s" in result.stdout
    assert time.monotonic() - start < 100
    # An immutable tag that is there is not pushed again (X11), and nothing was left to plan.
    assert not [call for call in changes(result.calls) if call.startswith(("docker build", "docker push", "terraform"))]

    result = desk.run("deploy.sh", "--yes", "v1")
    assert result.returncode == 0, result.stdout
    assert "http://locust-master-web.elb.example.com:8089" in result.stdout
    for word in ("port-forward service/locust-master 8089", "verify-deployment.sh", "destroy.sh", "get hpa -w"):
        assert word in result.stdout  # D72, D73
    assert certificate(desk) not in result.stdout


def test_what_was_deployed(desk):
    """D43, X11: the image by its digest; X7: workers without a number; the login's Secret, once."""
    image = desk.aws("ecr").describe_images(repositoryName="cicada", imageIds=[{"imageTag": "v1"}])
    pinned = f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/cicada@{image['imageDetails'][0]['imageDigest']}"
    for name in ("locust-master", "locust-worker"):
        pod = desk.cluster.get("deployments", name)["spec"]["template"]["spec"]
        assert {container["image"] for container in pod["containers"]} == {pinned}
    secret = desk.cluster.get("secrets", "locust-web")["data"]
    assert secret["users"] == "admin:$6$salt$hash\nmetrics:sha256:4567\n" and secret["token"] == "0123"
    assert re.fullmatch("[0-9a-f]{32}", secret["password"])
    settings = [v for (plural, ns, _), v in desk.cluster.objects.items() if plural == "configmaps" and ns == "kube-system"]
    assert [s["data"]["CLUSTER_NAME"] for s in settings] == ["cicada"]
    assert ARN in (desk.folder / "kubeconfig").read_text()


def test_build_and_push(desk):
    """D64, B26: "latest" by default, again and again; other tags once; login before the build, and no
    password on a command line; the image says what it was made from."""
    digests = set()
    for _ in range(2):
        result = desk.run("build-and-push.sh")
        assert result.returncode == 0, result.stdout
        order = [first(result.calls, p) for p in (r"get-login-password", "^docker build .*linux/amd64", "^docker push .*:latest$")]
        assert order == sorted(order), result.calls
        build = result.calls[order[1]]
        assert re.search(r"--build-arg CREATED=20\d\d-\d\d-\d\dT[\d:]{8}Z( |$)", build) and "--build-arg SOURCE=" in build, build
        assert re.search(r"^    docker/provenance.sh \S+/cicada sha256:[0-9a-f]{64} >", result.stdout, re.M), result.stdout
        digests |= set(re.findall(r"@(sha256:[0-9a-f]{64})$", result.stdout, re.M))
    assert len(digests) == 2
    result = desk.run("build-and-push.sh", "v1")
    assert result.returncode == 0 and changes(result.calls) == [], result.stdout
    assert "v1 is there already" in result.stdout

    desk.fail("docker build", "no space left on device")
    assert failed_at(desk.run("build-and-push.sh", "v2"), "Build v2")
    dry = desk.run("build-and-push.sh", "--dry-run", "v2")
    assert dry.returncode == 0 and changes(dry.calls) == [] and "would run: docker build" in dry.stdout, dry.stdout
    dry = desk.run("build-and-push.sh", "--dry-run", "--platform", "linux/amd64,linux/arm64", "v2")
    assert "--provenance=mode=max --sbom=true --push" in dry.stdout, dry.stdout


# ---- Looked at -----------------------------------------------------------------------------------


def verdicts(result):
    """Number and sign of every check."""
    return re.findall(r"^  (✓|✗) +(\d+) ", result.stdout, re.M)


def test_verify(desk):
    """D65: ten green ticks; nothing is changed."""
    result = desk.run("verify-deployment.sh")
    assert result.returncode == 0, result.stdout
    assert verdicts(result) == [("✓", str(number)) for number in range(1, 11)], result.stdout
    assert "10 of 10 checks passed" in result.stdout
    assert changes(result.calls) == []
    # Never the context that happens to be the current one.
    asked = [call for call in result.calls if call.startswith("kubectl") and " get " in call]
    assert asked and all(f"--context {ARN} " in call for call in asked)


def view(plural, change, name=None):
    """A fault in what is read of the cluster."""

    def seen(kind, value):
        if kind == plural and name in (None, value["metadata"]["name"]):
            change(value)

    return lambda desk: desk.cluster.views.append(seen)


def without_nat(desk):
    shutil.copy(desk.tree / "infra/terraform.tfstate", desk.folder / "whole.tfstate")
    desk.terraform("state", "rm", "aws_nat_gateway.this")


def without_log_group(desk):
    desk.aws("logs").delete_log_group(logGroupName="/aws/containerinsights/cicada/application")


CRASHED = {"phase": "Running", "conditions": [], "containerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}

FAULTS = {
    1: (without_nat, "aws_nat_gateway: 0 of 1"),
    2: (lambda desk: desk.edit("aws eks describe-cluster", '.cluster.status = "UPDATING"'), "UPDATING"),
    3: (view("nodes", lambda v: v["status"].update(conditions=[{"type": "Ready", "status": "Unknown"}]), "node-1"), "not Ready: node-1"),
    4: (view("namespaces", lambda v: v["status"].update(phase="Terminating"), "locust"), "Terminating"),
    5: (view("deployments", lambda v: v["status"].update(readyReplicas=2), "locust-worker"), "locust-worker 2/3"),
    6: (view("services", lambda v: v.pop("status", None), "locust-master-web"), "no address yet"),
    7: (view("horizontalpodautoscalers", lambda v: v["status"].pop("currentMetrics")), "cpu <unknown>%"),
    8: (view("pods", lambda v: v.update(status=CRASHED), "locust-worker-2"), "locust-worker-2 CrashLoopBackOff not ready"),
    9: (without_log_group, "missing: /aws/containerinsights/cicada/application"),
    10: (lambda desk: desk.edit("aws ecr list-images", ".imageIds = []"), "0 images"),
}


@pytest.mark.parametrize("number", FAULTS)
def test_verify_finds_the_broken_one(desk, number):
    """D65, D75: all ten are made; exactly the one that is broken has a red cross, and a hint."""
    fault, note = FAULTS[number]
    fault(desk)
    result = desk.run("verify-deployment.sh")
    if number == 1:
        shutil.move(desk.folder / "whole.tfstate", desk.tree / "infra/terraform.tfstate")
    if number == 9:
        desk.aws("logs").create_log_group(logGroupName="/aws/containerinsights/cicada/application")
    assert result.returncode == 1, result.stdout
    expected = [("✗" if n == number else "✓", str(n)) for n in range(1, 11)]
    assert verdicts(result) == expected, result.stdout
    assert note in result.stdout, result.stdout
    assert "9 of 10 checks passed" in result.stdout
    assert re.search(rf"^Where to look:\n  {number}\. .*\n      \S+ \S+", result.stdout, re.M), result.stdout


# ---- Down ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["", "DESTROY\n", " destroy\n"])
def test_the_wrong_word_changes_nothing(desk, word):
    """D63."""
    result = desk.run("destroy.sh", answer=word)
    assert result.returncode == 1 and "not confirmed" in result.stdout, result.stdout
    assert changes(result.calls) == []


def test_a_dry_destroy_changes_nothing(desk):
    """D63: it says what it would do, in order."""
    result = desk.run("destroy.sh", "--dry-run")
    assert result.returncode == 0, result.stdout
    assert changes(result.calls) == []
    assert "81 to destroy" in result.stdout and "Nothing was changed." in result.stdout
    assert certificate(desk) not in result.stdout


def test_destroy_ends_clean_after_a_failure_at_every_step(desk):
    """D63, D74, B31, X14: every run goes on from where the last one failed; then nothing is left, but for
    what is listed."""
    calls = []

    def fails(step, pattern=None, *arguments, **env):
        if pattern:
            desk.fail(pattern)
        result = desk.run("destroy.sh", *arguments, answer="destroy\n", **env)
        assert failed_at(result, step)
        calls.extend(result.calls)
        return result

    fails("Prerequisites", "aws sts")
    fails("Balancers", "aws eks describe-cluster")
    fails("Balancers", "kubectl .* delete service")
    # The balancer goes at once, its network interface does not: the wait has an end.
    desk.held.set()
    result = fails("Balancers", None, "--timeout", "3")
    assert "network interfaces to be gone: not within 3 s" in result.stdout
    desk.held.clear()
    fails("Namespace", "kubectl .* delete namespace")
    fails("Images", "aws ecr list-images")
    fails("Images", "aws ecr batch-delete-image")
    # Terraform has taken nodes and rights away by then, so the cluster lets nobody in.
    fails("Terraform destroy", STANDIN_FAIL="delete aws_eks_cluster")
    desk.cluster.answers = False
    result = fails("Terraform destroy", STANDIN_FAIL="delete aws_vpc")
    assert "nothing to do in it" in result.stdout
    # The control plane's last words make the group again.
    desk.aws("logs").create_log_group(logGroupName="/aws/eks/cicada/cluster")
    fails("Leftover log groups", "aws logs describe-log-groups")
    fails("What still carries the tag", "aws resourcegroupstaggingapi")
    key = desk.aws("kms").create_key(Tags=[{"TagKey": "project", "TagValue": "cicada"}])["KeyMetadata"]["Arn"]

    result = desk.run("destroy.sh", answer="destroy\n")
    assert result.returncode == 0, result.stdout
    assert key in result.stdout and "terraform -chdir=infra state list" in result.stdout
    calls += result.calls

    order = [
        first(calls, r"^kubectl .* delete service .*locust-master-web"),
        first(calls, r"^event balancer locust-master-web gone"),
        first(calls, r"^event interface of locust-master-web gone"),
        first(calls, r"^kubectl .* delete namespace locust"),
        first(calls, r"^aws ecr batch-delete-image"),
        first(calls, r"^terraform destroy"),
        first(calls, r"^aws logs delete-log-group"),
        first(calls, r"^aws resourcegroupstaggingapi get-resources"),
    ]
    assert order == sorted(order), [calls[at] for at in order]
    assert desk.terraform("state", "list").stdout == ""
    assert desk.aws("eks").list_clusters()["clusters"] == []
    assert desk.aws("ecr").describe_repositories()["repositories"] == []
    assert desk.aws("logs").describe_log_groups()["logGroups"] == []
    assert desk.aws("elbv2").describe_load_balancers()["LoadBalancers"] == []
    assert [v for v in desk.aws("ec2").describe_vpcs()["Vpcs"] if not v["IsDefault"]] == []
    assert ARN not in (desk.folder / "kubeconfig").read_text()


def test_with_nothing_there(desk):
    """D63, D65: destroying again is no failure; verifying is one in every check."""
    result = desk.run("destroy.sh", "--yes")
    assert result.returncode == 0, result.stdout
    result = desk.run("verify-deployment.sh")
    assert result.returncode == 1, result.stdout
    assert verdicts(result) == [("✗", str(number)) for number in range(1, 11)], result.stdout
