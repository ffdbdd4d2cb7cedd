# SPDX-License-Identifier: MIT
"""failing.py - what can go wrong, one step after the other; ../scenarios/failing.c does the same."""

from locust import HttpUser, SequentialTaskSet, constant_pacing, task


class FailingUser(HttpUser):
    wait_time = constant_pacing(0.1)

    @task
    class Steps(SequentialTaskSet):
        @task
        def fine(self):
            self.client.get("/get?a=1&b=%C3%A9")

        @task
        def not_found(self):
            self.client.get("/status/404")

        @task
        def server_error(self):
            self.client.get("/status/500", name="/status/{code}")

        @task
        def wrong_content(self):
            with self.client.get("/get", name="/wrong", catch_response=True) as response:
                response.failure("wrong content")

        @task
        def quotes(self):
            name = "/quo\"tes, and 'more'"
            with self.client.get("/get", name=name, catch_response=True) as response:
                response.failure('it\'s "so" é')

        @task
        def passed(self):
            with self.client.get("/status/503", catch_response=True) as response:
                response.success()

        @task
        def refused(self):
            self.client.get("http://127.0.0.1:1/x", name="/refused")

        @task
        def unknown_host(self):
            self.client.get("http://no-such-host.invalid/", name="/dns")

        @task
        def late(self):
            self.client.get("/delay/2", name="/timeout", timeout=0.5)

        @task
        def post(self):
            self.client.post("/post", json={"a": 1})

        @task
        def redirected(self):
            self.client.get("/redirect/2")

        @task
        def redirected_for_ever(self):
            self.client.get("/redirect/31", name="/loop")

        @task
        def accents(self):
            self.client.get("/anything/é x")

        @task
        def head(self):
            self.client.head("/get")

        @task
        def absolute(self):
            self.client.get(self.client.base_url + "/anything/abs?x=1")
