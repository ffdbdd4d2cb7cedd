# SPDX-License-Identifier: MIT
"""plan.py - a load shape from --plan; ../scenarios/plan.c has the same."""

from locust import LoadTestShape, User, constant, events, task


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--plan", default="", help="UNTIL:USERS:RATE,...")


class Plan(LoadTestShape):
    use_common_options = False

    def tick(self):
        for stage in self.runner.environment.parsed_options.plan.split(","):
            until, users, rate = stage.split(":")
            if self.get_run_time() < float(until):
                return int(users), float(rate)
        return None


class Alpha(User):
    wait_time = constant(1)

    @task
    def idle(self):
        pass


class Beta(Alpha):
    pass
