# SPDX-License-Identifier: MIT
"""T16: state in S3 with its own lock, real terraform against moto, configured by infra's own example files."""

import json
import subprocess

import pytest
from harness import standin

BUCKET = "cicada-terraform-state-111122223333"
KEY = "dev/terraform.tfstate"

# The bucket's real name resolves to nothing here.
FOR_MOTO = ["use_path_style=true", "skip_metadata_api_check=true", "skip_requesting_account_id=true", "skip_s3_checksum=true"]


@pytest.fixture(scope="module")
def state(tmp_path_factory, terraform):
    """A root whose state is in moto, initialised; gives a function that runs a command in it."""
    folder = tmp_path_factory.mktemp("state")
    root = folder / "root"
    root.mkdir()
    infra = standin.ROOT / "infra"
    (root / "backend_override.tf").write_text((infra / "backend_override.tf.example").read_text())
    (root / "backend.hcl").write_text((infra / "backend.hcl.example").read_text())
    (root / "main.tf").write_text('output "answer" {\n  value = 42\n}\n')
    with standin.moto(folder) as endpoint:
        env = standin.environment(folder, endpoint=endpoint)

        def run(*command, check=True):
            result = subprocess.run(command, cwd=root, env=env, text=True, capture_output=True, timeout=120)
            assert not check or result.returncode == 0, f"{command}: {result.stdout}\n{result.stderr}"
            return result

        place = f"LocationConstraint={standin.REGION}"
        run("aws", "s3api", "create-bucket", "--bucket", BUCKET, "--create-bucket-configuration", place)
        more = [f"-backend-config={setting}" for setting in FOR_MOTO]
        run(terraform, "init", "-no-color", "-backend-config=backend.hcl", *more)
        yield run


def keys(run):
    listed = json.loads(run("aws", "s3api", "list-objects-v2", "--bucket", BUCKET, "--output", "json").stdout or "{}")
    return [found["Key"] for found in listed.get("Contents", [])]


def test_state_in_s3_is_locked_by_s3(state, terraform, tmp_path):
    """B28, X12: state written, lock taken and given back; a second run is refused while somebody holds it."""
    state(terraform, "apply", "-auto-approve", "-no-color")
    assert keys(state) == [KEY]

    lock = tmp_path / "lock"
    lock.write_text(json.dumps({"ID": "somebody-else", "Operation": "OperationTypeApply", "Who": "ci@runner"}))
    state("aws", "s3api", "put-object", "--bucket", BUCKET, "--key", f"{KEY}.tflock", "--body", str(lock))
    refused = state(terraform, "plan", "-lock-timeout=1s", "-no-color", check=False)
    assert refused.returncode == 1
    assert "Error acquiring the state lock" in refused.stderr and "412" in refused.stderr
    assert "somebody-else" in refused.stderr, "it says whose lock it is"

    state(terraform, "force-unlock", "-force", "somebody-else")
    state(terraform, "plan", "-no-color")
    assert keys(state) == [KEY]
