# SPDX-License-Identifier: MIT
"""item.c for Locust: the same request, check and pace."""

import os
import random

import gevent
from locust import FastHttpUser, HttpUser, constant, constant_pacing

PACE = float(os.environ.get("BENCH_PACE", "0"))


def get_item(user):
    with user.client.get("/item.json", catch_response=True) as r:
        if r.status_code != 200 or '"id": 42' not in r.text:
            r.failure("not the item")


class Item:
    tasks = [get_item]
    wait_time = constant_pacing(PACE) if PACE else constant(0)

    def on_start(self):
        gevent.sleep(PACE * random.random())


class FastItemUser(Item, FastHttpUser):
    pass


class HttpItemUser(Item, HttpUser):
    pass


class FastIdleUser(Item, FastHttpUser):
    wait_time = constant(3600)


class HttpIdleUser(Item, HttpUser):
    wait_time = constant(3600)
