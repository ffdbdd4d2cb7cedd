# SPDX-License-Identifier: MIT
"""The load of scenarios/contract.c, for a comparison of the two web interfaces."""

from locust import HttpUser, constant, task


class Contract(HttpUser):
    wait_time = constant(0.05)

    @task(3)
    def fine(self):
        self.client.get("/get", name="/get")

    @task(1)
    def missing(self):
        self.client.get("/status/404", name="/status/404")

    @task(1)
    def slow(self):
        self.client.get("/delay/0.02", name="/delay")

    @task(1)
    def broken(self):
        raise RuntimeError("broken")
