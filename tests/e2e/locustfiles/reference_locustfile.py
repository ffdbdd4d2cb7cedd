# SPDX-License-Identifier: MIT
"""The three reference scenarios as Locust runs them: the same tasks, weights, names and checks.

A failing check is recorded under the words cicada uses, which are those of the C condition, so that
the failures of both can be compared. See scenarios/jsonplaceholder.c, httpbin.c and custom.c.
"""
import random
import time

from locust import HttpUser, between, task
from locust.exception import StopUser

MISSING = object()


def check(response, ok, text):
    """As check() in cicada.h: the first failure is recorded; an error of the transport is kept."""
    if not ok and getattr(response, "error", None) is None:
        if not getattr(response, "failed_check", None):
            response.failed_check = text
            response.failure(text)
    return ok


def spelt(path):
    """(0, "id") as cicada writes it: [0].id"""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def body_of(response):
    try:
        return response.json()
    except ValueError:
        return MISSING


def read(response, *path):
    """The value at that path of the JSON body, MISSING if there is none."""
    try:
        value = body_of(response)
        for step in path:
            value = value[step]
        return value
    except (LookupError, TypeError):
        return MISSING


def read_as(response, path, kind, right):
    """As the readers in cicada.h: None, and a failed response, for anything but that kind."""
    value = read(response, *path)
    if body_of(response) is MISSING:
        check(response, False, "json: no JSON in the body")
    elif value is MISSING:
        check(response, False, f'json: no "{spelt(path)}"')
    elif not right(value):
        check(response, False, f'json: "{spelt(path)}" is no {kind}')
    else:
        return value
    return None


def read_int(response, *path):
    return read_as(response, path, "whole number", lambda v: type(v) is int) or 0


def read_str(response, *path):
    return read_as(response, path, "text", lambda v: isinstance(v, str)) or ""


def read_bool(response, *path):
    return read_as(response, path, "truth value", lambda v: isinstance(v, bool)) is True


def read_len(response, *path):
    return len(read_as(response, path, "array or object", lambda v: isinstance(v, (list, dict))) or ())


def has(response, *path):
    return read(response, *path) is not MISSING


class JSONPlaceholderUser(HttpUser):
    wait_time = between(1, 3)

    @task(5)
    def list_posts(self):
        with self.client.get("/posts", catch_response=True) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(r, read_len(r) > 0, 'json_len(r, "") > 0')
            check(r, read_int(r, 0, "id") > 0, 'json_int(r, "[0].id") > 0')
            check(r, read_int(r, 0, "userId") > 0, 'json_int(r, "[0].userId") > 0')
            check(r, has(r, 0, "title"), 'json_has(r, "[0].title")')
            check(r, has(r, 0, "body"), 'json_has(r, "[0].body")')

    @task(3)
    def get_post(self):
        id = random.randint(1, 100)
        with self.client.get(f"/posts/{id}", name="/posts/{id}", catch_response=True) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(r, read_int(r, "id") == id, 'json_int(r, "id") == id')
            check(r, read_int(r, "userId") > 0, 'json_int(r, "userId") > 0')
            check(r, has(r, "title"), 'json_has(r, "title")')
            check(r, has(r, "body"), 'json_has(r, "body")')

    @task(2)
    def get_comments(self):
        id = random.randint(1, 100)
        with self.client.get(
            f"/posts/{id}/comments", name="/posts/{id}/comments", catch_response=True
        ) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(r, read_len(r) > 0, 'json_len(r, "") > 0')
            check(r, read_int(r, 0, "postId") == id, 'json_int(r, "[0].postId") == id')
            check(r, has(r, 0, "email"), 'json_has(r, "[0].email")')
            check(r, has(r, 0, "body"), 'json_has(r, "[0].body")')

    @task(1)
    def create_post(self):
        author = random.randint(1, 10)
        post = {"title": "cicada", "body": "sings in summer", "userId": author}
        with self.client.post("/posts", json=post, catch_response=True) as r:
            check(r, r.status_code == 201, "r->status == 201")
            check(r, read_int(r, "id") > 0, 'json_int(r, "id") > 0')
            check(r, read_int(r, "userId") == author, 'json_int(r, "userId") == author')
            check(r, has(r, "title"), 'json_has(r, "title")')

    @task(1)
    def replace_post(self):
        id = random.randint(1, 100)
        author = random.randint(1, 10)
        post = {"id": id, "title": "new", "body": "text", "userId": author}
        with self.client.put(
            f"/posts/{id}", name="/posts/{id}", json=post, catch_response=True
        ) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(r, read_int(r, "id") == id, 'json_int(r, "id") == id')
            check(r, read_int(r, "userId") == author, 'json_int(r, "userId") == author')
            check(r, has(r, "title"), 'json_has(r, "title")')

    @task(1)
    def list_users(self):
        with self.client.get("/users", catch_response=True) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(r, read_len(r) > 0, 'json_len(r, "") > 0')
            check(r, read_int(r, 0, "id") > 0, 'json_int(r, "[0].id") > 0')
            check(r, has(r, 0, "name"), 'json_has(r, "[0].name")')
            check(r, has(r, 0, "email"), 'json_has(r, "[0].email")')


class HTTPBinUser(HttpUser):
    wait_time = between(1, 3)

    def on_start(self):
        self.number = random.randrange(1000000)  # Locust has no user id

    @task(5)
    def get_with_query(self):
        page = str(random.randrange(100))
        query = {"page": page, "sort": "a & b"}
        with self.client.get("/get", name="/get", params=query, catch_response=True) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(
                r,
                read_str(r, "args", "page") == page,
                'strcmp(json_str(r, "args.page"), page) == 0',
            )
            check(
                r,
                read_str(r, "args", "sort") == "a & b",
                'strcmp(json_str(r, "args.sort"), "a & b") == 0',
            )

    @task(3)
    def post_json(self):
        number = random.randrange(1000)
        body = {"name": "cicada", "number": number}
        with self.client.post("/post", json=body, catch_response=True) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(
                r,
                read_str(r, "json", "name") == "cicada",
                'strcmp(json_str(r, "json.name"), "cicada") == 0',
            )
            check(
                r, read_int(r, "json", "number") == number, 'json_int(r, "json.number") == number'
            )

    @task(2)
    def post_form(self):
        number = str(random.randrange(1000))
        form = {"name": "a cicada", "number": number}
        with self.client.post("/post", data=form, catch_response=True) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(
                r,
                read_str(r, "form", "name") == "a cicada",
                'strcmp(json_str(r, "form.name"), "a cicada") == 0',
            )
            check(
                r,
                read_str(r, "form", "number") == number,
                'strcmp(json_str(r, "form.number"), number) == 0',
            )

    @task(2)
    def custom_headers(self):
        id = f"user-{self.number}"
        headers = {"X-Custom-Header": "cicada", "X-Id": id}
        with self.client.get("/headers", headers=headers, catch_response=True) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(
                r,
                read_str(r, "headers", "X-Custom-Header") == "cicada",
                'strcmp(json_str(r, "headers.X-Custom-Header"), "cicada") == 0',
            )
            check(
                r,
                read_str(r, "headers", "X-Id") == id,
                'strcmp(json_str(r, "headers.X-Id"), id) == 0',
            )

    @task(1)
    def basic_auth(self):
        name = f"user{self.number}"
        with self.client.get(
            f"/basic-auth/{name}/secret",
            name="/basic-auth/{user}/{pass}",
            auth=(name, "secret"),
            catch_response=True,
        ) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(r, read_bool(r, "authenticated"), 'json_bool(r, "authenticated")')
            check(r, read_str(r, "user") == name, 'strcmp(json_str(r, "user"), name) == 0')

    @task(1)
    def status_code(self):
        code = random.choice([200, 201, 204, 400, 404, 500, 503])
        with self.client.get(f"/status/{code}", name="/status/{code}", catch_response=True) as r:
            if check(r, r.status_code == code, "r->status == code"):
                r.success()

    @task(1)
    def delay(self):
        slack = 1
        seconds = random.randint(1, 2)
        with self.client.get(f"/delay/{seconds}", name="/delay/{n}", catch_response=True) as r:
            took = r.request_meta["response_time"] / 1000
            check(r, r.status_code == 200, "r->status == 200")
            check(r, took >= seconds, "r->time >= seconds")
            check(r, took < seconds + slack, "r->time < seconds + slack")

    @task(1)
    def document(self):
        path, type, begins = random.choice(
            [
                ("/json", "application/json", b"{"),
                ("/xml", "application/xml", b"<?xml"),
                ("/html", "text/html", b"<!DOCTYPE html>"),
            ]
        )
        with self.client.get(path, catch_response=True) as r:
            content_type = r.headers.get("Content-Type", "") if r.headers else ""
            check(r, r.status_code == 200, "r->status == 200")
            check(r, content_type.startswith(type), "has_type(r, documents[i].type)")
            check(
                r,
                (r.content or b"").startswith(begins),
                "begins_with(r->body, documents[i].begins)",
            )

    @task(1)
    def gzip(self):
        with self.client.get("/gzip", catch_response=True) as r:
            encoding = r.headers.get("Content-Encoding") if r.headers else None
            check(r, r.status_code == 200, "r->status == 200")
            check(r, encoding == "gzip", 'encoding && strcmp(encoding, "gzip") == 0')
            check(r, read_bool(r, "gzipped"), 'json_bool(r, "gzipped")')


class CustomUser(HttpUser):
    wait_time = between(1, 3)

    def on_start(self):
        self.name = f"user{random.randrange(1000000)}"
        self.token = ""
        body = {"username": self.name, "password": "secret"}
        with self.client.post("/login", json=body, catch_response=True) as r:
            if not check(r, r.status_code == 200, "r->status == 200"):
                refused = True
            else:
                refused = False
                self.token = read_str(r, "token")
        if refused:
            raise StopUser()
        self.client.headers["Authorization"] = f"Bearer {self.token}"

    def on_stop(self):
        if not self.token:
            return
        with self.client.post("/logout", catch_response=True) as r:
            check(r, r.status_code == 204, "r->status == 204")

    @task(5)
    def view_profile(self):
        with self.client.get("/profile", catch_response=True) as r:
            check(r, r.status_code == 200, "r->status == 200")
            check(
                r,
                read_str(r, "username") == self.name,
                'strcmp(json_str(r, "username"), me->name) == 0',
            )

    @task(3)
    def add_item(self):
        count = random.randint(1, 9)
        item = {"name": "lamp", "count": count}
        with self.client.post("/items", json=item, catch_response=True) as r:
            check(r, r.status_code == 201, "r->status == 201")
            check(r, read_int(r, "id") > 0, 'json_int(r, "id") > 0')
            check(r, read_int(r, "count") == count, 'json_int(r, "count") == count')

    @task(1)
    def item_workflow(self):
        item = {"name": "chair", "count": 1}
        with self.client.post("/items", json=item, catch_response=True) as r:
            if not check(r, r.status_code == 201, "r->status == 201"):
                return
            id = read_int(r, "id")
        path = f"/items/{id}"
        with self.client.get(path, name="/items/{id}", catch_response=True) as r:
            if not check(r, r.status_code == 200, "r->status == 200"):
                return
            if not check(r, read_int(r, "id") == id, 'json_int(r, "id") == id'):
                return

        time.sleep(0.5)

        item = {"name": "chair", "count": 2}
        with self.client.put(path, name="/items/{id}", json=item, catch_response=True) as r:
            if not check(r, r.status_code == 200, "r->status == 200"):
                return
            if not check(r, read_int(r, "count") == 2, 'json_int(r, "count") == 2'):
                return
        with self.client.delete(path, name="/items/{id}", catch_response=True) as r:
            check(r, r.status_code == 204, "r->status == 204")
