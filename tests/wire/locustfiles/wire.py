# SPDX-License-Identifier: MIT
"""wire.py - the user classes of the tests of the protocol; ../scenarios/wire.c has the same."""

import json
import logging
import time

from locust import HttpUser, User, constant, events, tag, task


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--greeting", default="hello", help="part of a name")
    parser.add_argument("--echo", action="store_true", help="send messages to the workers")
    parser.add_argument("--times", default="", help="ms of the samples to record, none for no time")


@events.init.add_listener
def init(environment, **_):
    """A worker sends "echo" messages back; with --echo the master sends some and logs what returns."""
    runner = environment.runner
    if type(runner).__name__ == "WorkerRunner":
        runner.register_message(
            "echo", lambda msg, **_: runner.send_message("echo-answer", msg.data)
        )
    elif type(runner).__name__ == "MasterRunner":
        runner.register_message("echo-answer", answered)
        environment.events.test_start.add_listener(
            lambda **_: greet(runner) if environment.parsed_options.echo else None
        )


def greet(runner):
    for client in list(runner.clients):
        runner.send_message("echo", {"one": [1, None]}, client)
    runner.send_message("echo", ["all", 2.5])


def answered(msg, **_):
    logging.info(f"answer {msg.node_id} {json.dumps(msg.data)}")


class Alpha(HttpUser):
    weight = 3
    wait_time = constant(0.05)

    @task
    def get(self):
        self.client.get("/get")


class Beta(HttpUser):
    wait_time = constant(0.05)

    @task
    def post(self):
        self.client.post("/post", json={"a": 1})

    @task
    def put(self):
        self.client.put("/put", json={"a": 1})


class Failing(HttpUser):
    wait_time = constant(0.1)

    @task
    def status(self):
        self.client.get("/status/500")

    @task
    def checked(self):
        with self.client.get("/ip", name="/checked", catch_response=True) as response:
            response.failure("wrong 'content'")

    @task
    def refused(self):
        self.client.get("http://127.0.0.1:1/x", name="/refused")


class Slow(HttpUser):
    @task
    def delay(self):
        self.client.get("/delay/1", name="/delay")


class Hosted(HttpUser):
    host = "http://127.0.0.1:1"
    wait_time = constant(0.2)

    @task
    def get(self):
        self.client.get("/uuid")


class Raising(User):
    wait_time = constant(0.005)

    @task
    def boom(self):
        raise ValueError("boom in task")


class Recorder(User):
    wait_time = constant(1)

    def on_start(self):
        for text in self.environment.parsed_options.times.split(","):
            if text:
                took = None if text == "none" else float(text)
                events = self.environment.events
                events.request.fire(request_type="TEST", name="recorded", response_time=took,
                                    response_length=10, exception=None, context={})  # fmt: skip

    @task
    def idle(self):
        pass


class Tagged(HttpUser):
    wait_time = constant(0.05)

    @tag("plain")
    @task
    def plain(self):
        self.client.get("/anything/plain")

    @tag("nightly")
    @task
    def nightly(self):
        self.client.get("/anything/nightly")


class Greeter(HttpUser):
    wait_time = constant(0.2)

    @tag("greeting")
    @task
    def greet(self):
        self.client.get("/get", name="/greet/" + self.environment.parsed_options.greeting)


class Picky(HttpUser):
    wait_time = constant(0.05)

    @task
    def first(self):
        self.client.get("/anything/first")

    @task
    def second(self):
        self.client.get("/anything/second")


class Busy(User):
    @task
    def burn(self):
        until = time.process_time() + 0.03
        while time.process_time() < until:
            pass
        time.sleep(0.001)


class Full(HttpUser):
    @task
    def get(self):
        self.client.get("/get", name="/full")


class Idle(User):
    wait_time = constant(1)

    @task
    def idle(self):
        pass
