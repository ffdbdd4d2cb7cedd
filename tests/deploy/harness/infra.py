# SPDX-License-Identifier: MIT
"""A copy of infra/, initialised once, to plan, apply and test in. Nothing is made anywhere."""

import json
import subprocess

from harness import standin

ENVIRONMENTS = {
    "dev": [],
    "load": ["environments/load.tfvars"],
    "prod": ["environments/prod.tfvars"],
}


class Infra:
    """env is standin.environment's, for the same folder."""

    def __init__(self, folder, terraform, env):
        self.terraform = terraform
        self.env = env
        self.folder = standin.checkout(folder / "copy") / "infra"
        self._plans = {}
        self.run("init")

    def run(self, *command, cwd=None, check=True):
        """Runs terraform with these arguments."""
        command = [self.terraform, *command, "-no-color"]
        result = subprocess.run(
            command, cwd=cwd or self.folder, env=self.env, text=True, capture_output=True, timeout=300
        )
        assert not check or result.returncode == 0, f"{command}: {result.stdout}\n{result.stderr}"
        return result

    def plan(self, environment):
        """The plan of an environment as terraform show -json has it."""
        if environment not in self._plans:
            files = [f"-var-file={name}" for name in ENVIRONMENTS[environment]]
            self.run("plan", f"-out={environment}.plan", *files)
            self._plans[environment] = json.loads(self.run("show", "-json", f"{environment}.plan").stdout)
        return self._plans[environment]

    def outputs(self, environment):
        """Those outputs of a plan that need nothing made."""
        outputs = self.plan(environment)["planned_values"]["outputs"]
        return {name: output["value"] for name, output in outputs.items() if "value" in output}

    def apply(self, environment):
        """Applies it; the state as terraform show -json has it. Apart, so that plans start from nothing."""
        self.plan(environment)
        state = f"{environment}.tfstate"
        self.run("apply", f"-state-out={state}", f"{environment}.plan")
        return json.loads(self.run("show", "-json", state).stdout)


def resources(shown):
    """[(address, type, values)] of a plan or a state."""
    values = shown.get("planned_values") or shown["values"]
    found = values["root_module"]["resources"]
    return [(r["address"], r["type"], r["values"]) for r in found if r["mode"] == "managed"]
