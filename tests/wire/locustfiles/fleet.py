# SPDX-License-Identifier: MIT
"""fleet.py - users whose every start, stop and request the server counts under a route of its own;
../scenarios/fleet.c has the same."""

from locust import HttpUser, constant, task


class Shopper(HttpUser):
    abstract = True
    wait_time = constant(0.1)

    def on_start(self):
        self.client.get("/headers", name="/start")

    def on_stop(self):
        self.client.delete("/delete", name="/stop")


class Reader(Shopper):
    weight = 3

    @task(2)
    def get(self):
        self.client.get("/get")

    @task
    def ident(self):
        self.client.get("/uuid")


class Writer(Shopper):
    @task(3)
    def post(self):
        self.client.post("/post", json={"a": 1})

    @task
    def status(self):
        self.client.get("/status/500", name="/status")

    @task
    def checked(self):
        with self.client.get("/ip", name="/checked", catch_response=True) as response:
            response.failure("wrong 'content'")

    @task
    def refused(self):
        self.client.get("http://127.0.0.1:1/x", name="/refused")


class Crasher(HttpUser):
    wait_time = constant(0.1)

    @task
    def crash(self):
        self.client.get("/xml")
