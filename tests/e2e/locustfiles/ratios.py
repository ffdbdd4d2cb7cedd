# SPDX-License-Identifier: MIT
"""ratios.py - weights, nesting and tags to be listed; ../scenarios/ratios.c is the same."""

from locust import HttpUser, TaskSet, tag, task


class WebUser(HttpUser):
    weight = 3

    @task(6)
    def front(self):
        pass

    @task(2)
    class Forum(TaskSet):
        @task(2)
        def look(self):
            pass

        @task(1)
        def reply(self):
            pass

    @tag("slow")
    @task
    def buy(self):
        pass


class ApiUser(HttpUser):
    weight = 1

    @task
    def call(self):
        pass


class AdminUser(HttpUser):
    fixed_count = 1

    @task
    def watch(self):
        pass
