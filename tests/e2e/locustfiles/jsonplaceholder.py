# SPDX-License-Identifier: MIT
"""jsonplaceholder.py - what scenarios/jsonplaceholder.c does, in Locust's words."""

import random

from locust import HttpUser, between, task

FIELDS = {"id", "userId", "title", "body"}


class JSONPlaceholderUser(HttpUser):
    wait_time = between(1, 3)

    @task(5)
    def list_posts(self):
        with self.client.get("/posts", catch_response=True) as response:
            posts = response.json()
            if not posts or not FIELDS <= posts[0].keys():
                response.failure("no posts")

    @task(3)
    def get_post(self):
        number = random.randint(1, 100)
        with self.client.get(
            f"/posts/{number}", name="/posts/{id}", catch_response=True
        ) as response:
            if response.json()["id"] != number:
                response.failure("another post")

    @task(2)
    def get_comments(self):
        number = random.randint(1, 100)
        with self.client.get(
            f"/posts/{number}/comments", name="/posts/{id}/comments", catch_response=True
        ) as response:
            if not response.json():
                response.failure("no comments")

    @task(1)
    def create_post(self):
        post = {"title": "cicada", "body": "in summer", "userId": random.randint(1, 10)}
        with self.client.post("/posts", json=post, catch_response=True) as response:
            if response.status_code != 201:
                response.failure("not created")

    @task(1)
    def replace_post(self):
        number = random.randint(1, 100)
        post = {"id": number, "title": "cicada", "body": "in summer", "userId": 1}
        with self.client.put(
            f"/posts/{number}", name="/posts/{id}", json=post, catch_response=True
        ) as response:
            if response.json()["id"] != number:
                response.failure("another post")

    @task(1)
    def list_users(self):
        self.client.get("/users")
