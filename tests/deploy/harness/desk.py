# SPDX-License-Identifier: MIT
"""An operator's desk: the scripts with real terraform (stand-in provider), aws (moto) and kubectl
(apiserver.py), and a docker that pushes to moto's registry. Every call of a tool is noted, and any can be
made to fail.

    with Desk(tmp_path) as desk:
        result = desk.run("deploy.sh", "--yes")
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import boto3
from harness import standin
from harness.apiserver import Cluster

AWSD = standin.ROOT / "tests/deploy/harness/awsd.py"
ARN = f"arn:aws:eks:{standin.REGION}:{standin.ACCOUNT}:cluster/cicada"

# Notes the call; fails it if FAIL's first line is a pattern of it, with the rest of the file as its words.
# That is for once, unless the pattern begins with "always ". EDIT is a pattern and a jq filter that the
# call's answer goes through.
PROLOGUE = """#!/usr/bin/env bash
# The AWS command line is called with its region and output first.
words="{name} $*"
words=${{words/ --region {region} --output json/}}
words=${{words/ -chdir=*\\/infra/}}
echo "$words" >>{desk}/calls
if [ -f {desk}/fail ]; then
    pattern=$(head -n 1 {desk}/fail)
    if [[ $words =~ ^${{pattern#always }} ]]; then
        tail -n +2 {desk}/fail >&2
        [[ $pattern == always* ]] || rm {desk}/fail
        exit 1
    fi
fi
"""

AWS = """
if [ -f {desk}/edit ] && [[ $words =~ ^$(head -n 1 {desk}/edit) ]]; then
    {real} "$@" | jq "$(tail -n +2 {desk}/edit)"
else
    exec {real} "$@"
fi
"""

# kubectl's context has to be one that "aws eks update-kubeconfig" made; the address in there is none that
# answers, and its certificate is none.
KUBECTL = """
arguments=()
context=
while [ $# -gt 0 ]; do
    case $1 in
    --context) context=$2; shift 2 ;;
    --kubeconfig) export KUBECONFIG=$2; shift 2 ;;
    *) arguments+=("$1"); shift ;;
    esac
done
if [ -n "$context" ]; then
    {real} config get-contexts "$context" >/dev/null || exit 1
    export KUBECONFIG=/dev/null
    exec {real} --server "$(cat {desk}/server)" "${{arguments[@]}}"
fi
exec {real} "${{arguments[@]}}"
"""

DOCKER = """
case $1 in
version) echo 28.0.1 ;;
login) [ "$(cat)" ] ;;
build) [ -f "${{@: -1}}/docker/Dockerfile" ] ;;
push)
    tag=${{2##*:}} repository=${{2#*/}}
    manifest='{{"schemaVersion": 2, "config": {{"digest": "sha256:0"}}, "layers": [{{"digest": "sha256:'$RANDOM$RANDOM'"}}]}}'
    {python} -S -E {awsd} {desk}/aws.socket ecr put-image --repository-name "${{repository%:*}}" --image-tag "$tag" \\
        --image-manifest "$manifest" \\
        --image-manifest-media-type application/vnd.docker.distribution.manifest.v2+json >/dev/null
    ;;
run)
    case "$*" in
    *--print-web-user\\ admin) read -r password && [ ${{#password}} -ge 16 ] && echo 'admin:$6$salt$hash' ;;
    *--print-web-token\\ metrics) printf '# The token, which is shown this once: 0123\\nmetrics:sha256:4567\\n' ;;
    *) exit 1 ;;
    esac
    ;;
*) exit 1 ;;
esac
"""


class Balancers:
    """What AWS does for Services of type LoadBalancer: a balancer, with a network interface in a subnet."""

    def __init__(self, desk):
        self.desk, self.made_for = desk, {}

    def clients(self):
        more = {"endpoint_url": self.desk.endpoint, "region_name": standin.REGION}
        keys = {"aws_access_key_id": "standin", "aws_secret_access_key": "standin"}
        return [boto3.client(name, **more, **keys) for name in ("elbv2", "ec2")]

    def made(self, service):
        elb, ec2 = self.clients()
        vpc = next(v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"])
        subnet = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"][0]["SubnetId"]
        balancer = elb.create_load_balancer(Name=service, Subnets=[subnet], Type="network")["LoadBalancers"][0]
        interface = ec2.create_network_interface(SubnetId=subnet, Description=f"ELB net/{service}/0")
        identifier = interface["NetworkInterface"]["NetworkInterfaceId"]
        self.made_for[service] = balancer["LoadBalancerArn"], identifier
        self.desk.note(f"event balancer {service} made")

    def gone(self, service):
        elb, ec2 = self.clients()
        arn, interface = self.made_for.pop(service)
        # As in the cloud, the interface outlives its balancer.
        elb.delete_load_balancer(LoadBalancerArn=arn)
        self.desk.note(f"event balancer {service} gone")
        deadline = time.monotonic() + 30
        while self.desk.held.is_set() and time.monotonic() < deadline:
            time.sleep(0.05)
        ec2.delete_network_interface(NetworkInterfaceId=interface)
        self.desk.note(f"event interface of {service} gone")


class Desk:
    """held: while set, network interfaces don't go."""

    def __init__(self, folder):
        self.folder = folder
        self.held = threading.Event()

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        self.endpoint = self.stack.enter_context(standin.moto(self.folder))
        self.cluster = self.stack.enter_context(Cluster(Balancers(self)))
        self.stack.enter_context(self.aws_server())
        self.tree = standin.checkout(self.folder / "tree", "infra", "k8s", "docker")
        tools = self.folder / "bin"
        tools.mkdir()
        for name, body in (("terraform", "exec {real} \"$@\""), ("aws", AWS), ("kubectl", KUBECTL), ("docker", DOCKER)):
            self.tool(tools / name, body)
        (self.folder / "server").write_text(self.cluster.url)
        self.env = standin.environment(
            self.folder,
            endpoint=self.endpoint,
            HOME=self.folder,
            KUBECONFIG=self.folder / "kubeconfig",
            CICADA_POLL_SECONDS="0.2",
            PATH=f"{tools}:{os.environ['PATH']}",
        )
        return self

    def __exit__(self, *_):
        self.stack.close()

    @contextlib.contextmanager
    def aws_server(self):
        """See awsd.py: what "aws" calls."""
        path = self.folder / "aws.socket"
        process = subprocess.Popen([sys.executable, AWSD, "serve", path], stdin=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while not path.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert path.exists(), "awsd.py did not start"
        try:
            yield
        finally:
            process.stdin.close()
            process.wait(20)

    def tool(self, path, body):
        name = path.name
        python = sys.executable
        real = f"{python} -S -E {AWSD} {self.folder}/aws.socket" if name == "aws" else shutil.which(name)
        values = {"name": name, "desk": self.folder, "region": standin.REGION, "real": real, "python": python, "awsd": AWSD}
        path.write_text((PROLOGUE + body).format(**values))
        path.chmod(0o755)

    def note(self, text):
        with (self.folder / "calls").open("a") as file:
            file.write(text + "\n")

    def fail(self, pattern, words="refused, as the test asked"):
        (self.folder / "fail").write_text(f"{pattern}\n{words}\n")

    def edit(self, pattern, jq):
        (self.folder / "edit").write_text(f"{pattern}\n{jq}\n")

    def mend(self):
        for name in ("fail", "edit"):
            (self.folder / name).unlink(missing_ok=True)

    def run(self, script, *arguments, answer="", **env):
        """Runs a script; the result also has calls, the tools' calls and the cloud's events meanwhile."""
        (self.folder / "calls").write_text("")
        result = subprocess.run(
            [self.tree / "infra/scripts" / script, *arguments],
            cwd=self.folder,
            env=self.env | env,
            input=answer,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        result.calls = (self.folder / "calls").read_text().splitlines()
        return result

    def aws(self, service):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=standin.REGION,
            aws_access_key_id="standin",
            aws_secret_access_key="standin",
        )

    def terraform(self, *arguments):
        command = [shutil.which("terraform"), *arguments]
        return subprocess.run(command, cwd=self.tree / "infra", env=self.env, text=True, capture_output=True, check=True, timeout=120)


def first(calls, pattern):
    """Where the first call that matches is."""
    found = [number for number, call in enumerate(calls) if re.search(pattern, call)]
    assert found, f"no call is like {pattern}:\n" + "\n".join(calls)
    return found[0]


CHANGES = (
    r"^terraform (apply|destroy|state rm)|^aws ecr batch-delete|^aws logs delete|^aws eks (create|delete)"
    r"|^kubectl .*(apply|delete) |^docker (build|push|run)"
)


def changes(calls):
    """The calls that change something."""
    return [call for call in calls if re.search(CHANGES, call)]
