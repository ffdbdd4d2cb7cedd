# SPDX-License-Identifier: MIT
"""golden.py - a master's classes, as the environment's GOLDEN says: [{"name", "weight", "fixed_count"}]."""

import json
import os

from locust import User, task


@task
def idle(self):
    pass


for settings in json.loads(os.environ.get("GOLDEN", "[]")):
    members = {
        "weight": settings["weight"],
        "fixed_count": settings["fixed_count"],
        "tasks": [idle],
    }
    globals()[settings["name"]] = type(settings["name"], (User,), members)
