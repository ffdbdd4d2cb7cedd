# SPDX-License-Identifier: MIT
"""cicada-target as a client sees it: every route's shape, every fault's raw bytes."""

import base64
import gzip
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import zlib

import pytest

BINARY = os.environ.get(
    "CICADA_TARGET",
    str(pathlib.Path(__file__).resolve().parents[2] / "build/engine/target/cicada-target"),
)
FORM = "application/x-www-form-urlencoded"


def start(*options):
    return subprocess.Popen(
        [BINARY, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def stop(process):
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=10)
    return process.returncode, errors


def port_in(line):
    return int(re.search(r":(\d+)$", line.strip()).group(1))


@pytest.fixture(scope="module")
def ports():
    process = start("--port", "0", "--fault-port", "0")
    listening = process.stdout.readline()
    faults = process.stdout.readline()
    assert listening.startswith("cicada-target: listening on http://127.0.0.1:")
    assert faults.startswith("cicada-target: faults on http://127.0.0.1:")
    yield port_in(listening), port_in(faults)
    # A clean end, which under a sanitizer also means no leak.
    assert stop(process) == (0, "")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """One keep-alive connection."""

    def __init__(self, port):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body=body, headers=headers or {})
        return Answer(self.connection.getresponse())

    def get(self, path, **headers):
        return self.ask("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def send_json(self, method, path, value, **headers):
        return self.ask(
            method, path, json.dumps(value), {"Content-Type": "application/json", **headers}
        )


@pytest.fixture
def client(ports):
    client = Client(ports[0])
    yield client
    client.connection.close()


# JSONPlaceholder


def test_posts(client):
    answer = client.get("/posts")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    posts = answer.json
    assert [post["id"] for post in posts] == list(range(1, 101))
    assert all(list(post) == ["userId", "id", "title", "body"] for post in posts)
    assert [post["userId"] for post in posts] == [(i // 10) + 1 for i in range(100)]
    assert client.get("/posts/7").json == posts[6]
    assert client.get("/posts/7/").json == posts[6]
    assert client.get("/posts?userId=3").json == posts[20:30]
    assert client.get("/posts?userId=3&id=22").json == [posts[21]]
    assert client.get("/posts?userId=99").json == []
    assert client.get("/posts?_start=5&_limit=2").json == posts[5:7]
    assert client.get("/posts?_page=2&_limit=3").json == posts[3:6]


@pytest.mark.parametrize("path", ["/posts/0", "/posts/101", "/posts/x", "/posts/99999999999999999999", "/nowhere"])
def test_unknown_is_404_and_empty(client, path):
    answer = client.get(path)
    assert answer.status == 404
    assert answer.json == {}


def test_comments(client):
    comments = client.get("/comments").json
    assert len(comments) == 500
    assert all(list(c) == ["postId", "id", "name", "email", "body"] for c in comments)
    assert client.get("/posts/2/comments").json == comments[5:10]
    assert client.get("/comments?postId=2").json == comments[5:10]
    assert client.get("/comments/500").json == comments[499]
    assert client.get("/posts/101/comments").json == []


def test_users(client):
    users = client.get("/users").json
    assert len(users) == 10
    for user in users:
        assert list(user) == [
            "id", "name", "username", "email", "address", "phone", "website", "company"
        ]
        assert list(user["address"]) == ["street", "suite", "city", "zipcode", "geo"]
        assert list(user["address"]["geo"]) == ["lat", "lng"]
        assert list(user["company"]) == ["name", "catchPhrase", "bs"]
    assert client.get("/users/10").json == users[9]
    assert client.get("/users/4/posts").json == client.get("/posts?userId=4").json


def test_todos_and_albums(client):
    todos = client.get("/todos").json
    assert len(todos) == 200 and list(todos[0]) == ["userId", "id", "title", "completed"]
    albums = client.get("/albums").json
    assert len(albums) == 100 and list(albums[0]) == ["userId", "id", "title"]
    assert client.get("/users/1/todos").json == todos[:20]
    assert client.get("/users/1/albums").json == albums[:10]


def test_create_post(client):
    answer = client.send_json("POST", "/posts", {"title": "a", "userId": 1})
    assert answer.status == 201
    assert answer.json == {"title": "a", "userId": 1, "id": 101}
    assert answer.headers["Location"].endswith("/posts/101")
    form = client.ask("POST", "/posts", "title=a+b&userId=1", {"Content-Type": FORM})
    assert form.json == {"title": "a b", "userId": "1", "id": 101}
    assert client.ask("POST", "/posts").json == {"id": 101}
    assert client.ask("POST", "/posts", "{broken").status == 400
    assert client.get("/posts/101").status == 404


def test_write_post(client):
    before = client.get("/posts/5").json
    put = client.send_json("PUT", "/posts/5", {"title": "new"})
    assert (put.status, put.json) == (200, {"title": "new", "id": 5})
    patch = client.send_json("PATCH", "/posts/5", {"title": "new"})
    assert patch.json == {**before, "title": "new"}
    delete = client.ask("DELETE", "/posts/5")
    assert (delete.status, delete.json) == (200, {})
    assert client.get("/posts/5").json == before


# httpbin


def test_get_echoes(client):
    answer = client.get("/get?a=1&a=2&b=x%20y&c", x_odd="value")
    assert answer.headers["Content-Type"] == "application/json"
    echo = answer.json
    assert sorted(echo) == ["args", "headers", "origin", "url"]
    assert echo["args"] == {"a": ["1", "2"], "b": "x y", "c": ""}
    assert echo["headers"]["X-Odd"] == "value"
    assert echo["origin"] == "127.0.0.1"
    assert echo["url"] == f"http://127.0.0.1:{client.port}/get?a=1&a=2&b=x%20y&c"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_bodies_echo(client, method):
    path = "/" + method.lower()
    echo = client.send_json(method, path, {"k": [1, None]}).json
    assert sorted(echo) == [
        "args", "data", "files", "form", "headers", "json", "origin", "url"
    ]
    assert echo["json"] == {"k": [1, None]}
    assert json.loads(echo["data"]) == {"k": [1, None]}
    echo = client.ask(method, path, "a=1&b=%26&a=2", {"Content-Type": FORM}).json
    assert echo["form"] == {"a": ["1", "2"], "b": "&"}
    assert echo["json"] is None and echo["data"] == ""
    echo = client.ask(method, path, b"\xff\x00", {"Content-Type": "text/plain"}).json
    assert echo["data"] == "data:application/octet-stream;base64,/wA="
    assert client.ask("GET", path).status == 405


def test_multipart(client):
    body = (
        "--BB\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nin the file\r\n"
        "--BB\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\nv\r\n--BB--\r\n"
    )
    echo = client.ask("POST", "/post", body, {"Content-Type": "multipart/form-data; boundary=BB"}).json
    assert echo["files"] == {"f": "in the file"}
    assert echo["form"] == {"k": "v"}


def test_anything(client):
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        assert client.ask(method, "/anything/x").json["method"] == method


def test_who_asks(client):
    assert client.get("/headers").json["headers"]["Host"] == f"127.0.0.1:{client.port}"
    assert client.get("/ip").json == {"origin": "127.0.0.1"}
    assert client.get("/user-agent", User_Agent="me").json == {"user-agent": "me"}
    first, second = (client.get("/uuid").json["uuid"] for _ in range(2))
    assert first != second and re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)


def test_basic_auth(client):
    refused = client.get("/basic-auth/user/pass")
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == 'Basic realm="Fake Realm"'
    good = "Basic " + base64.b64encode(b"user:pass").decode()
    wrong = "Basic " + base64.b64encode(b"user:wrong").decode()
    answer = client.get("/basic-auth/user/pass", Authorization=good)
    assert (answer.status, answer.json) == (200, {"authenticated": True, "user": "user"})
    assert client.get("/basic-auth/user/pass", Authorization=wrong).status == 401
    assert client.get("/hidden-basic-auth/user/pass").status == 404
    assert client.get("/hidden-basic-auth/user/pass", Authorization=good).status == 200
    assert client.get("/bearer").status == 401
    answer = client.get("/bearer", Authorization="Bearer abc")
    assert answer.json == {"authenticated": True, "token": "abc"}


@pytest.mark.parametrize("code", [200, 201, 204, 304, 400, 404, 418, 429, 500, 503, 599])
def test_status(client, code):
    for method in ("GET", "POST", "DELETE"):
        assert client.ask(method, f"/status/{code}").status == code


def test_status_specials(client):
    assert client.get("/status/302").headers["Location"] == "/redirect/1"
    assert client.get("/status/401").headers["WWW-Authenticate"]
    assert {client.get("/status/200,500").status for _ in range(50)} == {200, 500}
    for wrong in ("abc", "20", "1000", "100", "200,x"):
        assert client.get(f"/status/{wrong}").status == 400


def test_delay_blocks_nobody(client):
    began = time.monotonic()
    slow = [Client(client.port) for _ in range(20)]
    for each in slow:
        each.connection.request("GET", "/delay/0.5?x=1")
    assert client.get("/get").status == 200
    assert time.monotonic() - began < 0.4
    for each in slow:
        answer = Answer(each.connection.getresponse())
        assert answer.json["args"] == {"x": "1"}
        assert 0.45 < time.monotonic() - began < 2
        # and the connection goes on
        assert each.get("/ip").status == 200
        each.connection.close()
    assert client.ask("POST", "/delay/0.01", "a=1", {"Content-Type": FORM}).json["form"] == {"a": "1"}
    assert client.get("/delay/x").status == 400
    assert client.get("/delay/nan").status == 400


def test_a_client_may_leave_during_a_delay(client):
    leaving = Client(client.port)
    leaving.connection.request("GET", "/delay/0.1")
    leaving.connection.close()
    time.sleep(0.2)
    assert client.get("/ip").status == 200


def test_documents(client):
    assert client.get("/json").json["slideshow"]["title"] == "Sample Slide Show"
    assert client.get("/xml").headers["Content-Type"] == "application/xml"
    assert client.get("/xml").body.startswith(b"<?xml")
    assert client.get("/html").headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"<h1>" in client.get("/html").body
    assert client.get("/robots.txt").status == 200


def test_compressed(client):
    answer = client.get("/gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    echo = json.loads(gzip.decompress(answer.body))
    assert sorted(echo) == ["gzipped", "headers", "method", "origin"] and echo["gzipped"] is True
    answer = client.get("/deflate")
    assert answer.headers["Content-Encoding"] == "deflate"
    assert json.loads(zlib.decompress(answer.body))["deflated"] is True


def test_sizes(client):
    assert len(client.get("/bytes/1234").body) == 1234
    assert client.get("/bytes/0").body == b""
    assert len(client.get("/bytes/99999999").body) == 100 * 1024
    assert client.get("/bytes/64?seed=1").body == client.get("/bytes/64?seed=1").body
    answer = client.get("/stream/3")
    assert answer.headers["Transfer-Encoding"] == "chunked"
    lines = [json.loads(line) for line in answer.body.splitlines()]
    assert [line["id"] for line in lines] == [0, 1, 2]
    assert sorted(lines[0]) == ["args", "headers", "id", "origin", "url"]
    assert client.get("/stream/0").body == b""


def test_redirects(client):
    def location(path):
        answer = client.get(path)
        assert answer.status == 302
        return answer.headers["Location"]

    base = f"http://127.0.0.1:{client.port}"
    assert location("/redirect/1") == "/get"
    assert location("/redirect/3") == "/relative-redirect/2"
    assert location("/redirect/3?absolute=true") == base + "/absolute-redirect/2"
    assert location("/relative-redirect/2") == "/relative-redirect/1"
    assert location("/absolute-redirect/1") == base + "/get"
    assert location("/redirect-to?url=http%3A%2F%2Fexample.com%2F") == "http://example.com/"
    assert client.get("/redirect-to?url=/get&status_code=307").status == 307
    assert client.get("/redirect-to?url=/get%0D%0AX:y").status == 400
    assert client.get("/redirect-to").status == 400
    assert client.get("/redirect/0").status == 404


def test_cookies(client):
    assert client.get("/cookies", Cookie="a=1; b=2").json == {"cookies": {"a": "1", "b": "2"}}
    answer = client.get("/cookies/set?k=v&l=w")
    assert (answer.status, answer.headers["Location"]) == (302, "/cookies")
    assert answer.headers.get_all("Set-Cookie") == ["k=v; Path=/", "l=w; Path=/"]
    assert client.get("/cookies/set/k/v").headers["Set-Cookie"] == "k=v; Path=/"
    assert "Max-Age=0" in client.get("/cookies/delete?k").headers["Set-Cookie"]


def test_headers_asked_for(client):
    answer = client.get("/response-headers?X-One=1&X-Two=2")
    assert answer.headers["X-One"] == "1"
    assert answer.json["X-Two"] == "2"
    assert answer.json["Content-Length"] == str(len(answer.body))
    assert client.get("/response-headers?X-Bad=a%0D%0Ab").headers["X-Bad"] is None


def test_caching(client):
    fresh = client.get("/cache")
    assert fresh.status == 200 and fresh.headers["ETag"]
    assert client.get("/cache", If_None_Match="x").status == 304
    assert client.get("/cache/60").headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/etag/abc").headers["ETag"] == '"abc"'
    assert client.get("/etag/abc", If_None_Match='"abc"').status == 304
    assert client.get("/etag/abc", If_Match='"other"').status == 412


# the application


def login(client, **fields):
    return client.send_json("POST", "/login", fields)


def test_login(client):
    answer = login(client, username="ann ü-1", password="x")
    assert answer.status == 200
    token = answer.json["token"]
    bearer = {"Authorization": "Bearer " + token}
    assert client.ask("GET", "/profile", headers=bearer).json == {"username": "ann ü-1"}
    assert client.ask("POST", "/logout", headers=bearer).status == 204
    form = client.ask("POST", "/login", "username=bob&password=y", {"Content-Type": FORM})
    assert form.status == 200
    assert login(client, username="", password="x").status == 401
    assert login(client, username="a", password="").status == 401
    assert login(client, username="a" * 201, password="x").status == 401
    assert client.ask("POST", "/login", "nonsense").status == 401
    for wrong in ("", "Bearer", "Bearer x", "Bearer " + token[:-1] + "x", "Basic abc"):
        assert client.get("/profile", Authorization=wrong).status == 401
    assert client.ask("POST", "/logout").status == 401


def test_items(client):
    bearer = {"Authorization": "Bearer " + login(client, username="a", password="b").json["token"]}
    created = client.send_json("POST", "/items", {"name": "lamp"}, **bearer)
    assert created.status == 201 and created.json["name"] == "lamp"
    path = f"/items/{created.json['id']}"
    assert client.ask("GET", path, headers=bearer).json == created.json
    assert client.ask("GET", path).status == 401
    changed = client.send_json("PUT", path, {"name": "chair"}, **bearer)
    assert (changed.status, changed.json) == (200, {"id": created.json["id"], "name": "chair"})
    assert client.ask("GET", path, headers=bearer).json["name"] == "chair"
    assert client.ask("DELETE", path, headers=bearer).status == 204
    assert client.ask("GET", path, headers=bearer).status == 404
    assert client.ask("DELETE", path, headers=bearer).status == 404
    assert client.ask("POST", "/items", "[1]", bearer).status == 400
    assert client.send_json("POST", "/items", {"n": "x" * 70000}, **bearer).status == 413
    assert client.send_json("POST", "/items", {"name": "x"}).status == 401


# counts and the server itself


def test_counts(client):
    assert client.ask("POST", "/_count/reset").status == 200
    assert client.get("/_count").json == {"total": 0, "routes": {}}
    for path in ("/posts/1", "/posts/2", "/posts", "/nowhere", "/_health"):
        client.get(path)
    client.ask("HEAD", "/posts/1")
    client.send_json("POST", "/posts", {})
    client.ask("PUT", "/get", "x")
    assert client.get("/_count").json == {
        "total": 7,
        "routes": {
            "GET /posts": 1,
            "POST /posts": 1,
            "GET /posts/{id}": 2,
            "HEAD /posts/{id}": 1,
            "PUT /get": 1,
            "GET *": 1,
        },
    }


def test_counts_are_exact_under_load(client):
    client.ask("POST", "/_count/reset")

    def work():
        mine = Client(client.port)
        for i in range(200):
            assert mine.get(f"/posts/{i % 100 + 1}").status == 200
        mine.connection.close()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.get("/_count").json == {"total": 2000, "routes": {"GET /posts/{id}": 2000}}


def test_index_and_health(client):
    assert b"GET /posts/{id}\n" in client.get("/").body
    assert client.get("/_health").body == b"ok\n"
    answer = client.ask("DELETE", "/get")
    assert answer.status == 405 and "GET" in answer.headers["Allow"]
    assert client.ask("OPTIONS", "/posts").status == 200


def raw(port, data, timeout=5, half_close=False):
    """Everything that comes back, and how it ended."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as sock:
        received = b""
        try:
            sock.sendall(data)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
            end = time.monotonic() + timeout
            while piece := sock.recv(65536):
                received += piece
                if time.monotonic() > end:
                    return received, "open"
            return received, "closed"
        except TimeoutError:
            return received, "open"
        except OSError:
            return received, "reset"


def test_too_large_a_body(client):
    announced, _ = raw(
        client.port, b"POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 1
    )
    assert announced.startswith(b"HTTP/1.1 413 ")
    # An iterable goes out in chunks, without an announced length.
    chunked = client.ask("POST", "/post", (b"x" * 65536 for _ in range(300)))
    assert chunked.status == 413
    whole = client.ask("POST", "/post", b"x" * (16 << 20))
    assert whole.status == 200 and len(whole.json["data"]) == 16 << 20


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"\r\n" * 1000,
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /posts/" + b"9" * 100000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
        b"POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello",
        b"POST /post HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello",
        b"POST /post HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=\r\n"
        b"Content-Length: 5\r\n\r\nhello",
        b"POST /post HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=BB\r\n"
        b"Content-Length: 8\r\n\r\n--BB\r\nxx",
        b"GET /get?%ff%00=%zz&&=&a HTTP/1.1\r\nHost: \xff\xfe\r\nX-\xff: \xff\r\n\r\n",
        b"GET /basic-auth/%ff/%00 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic !!!!\r\n\r\n",
        b"GET /cookies HTTP/1.1\r\nHost: a\r\nCookie: ;;;=;a;=b;\xff=\xff\r\n\r\n",
        b"POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + b"[" * 20000,
        b"\x00" * 5000,
    ],
)
def test_garbage_in_does_no_harm(client, ports, data):
    for port in ports:
        raw(port, data, 0.3)
        raw(port, data, 0.3, half_close=True)
    assert client.get("/ip").status == 200
    assert raw(ports[1], b"GET /ok HTTP/1.0\r\n\r\n")[1] == "closed"


# faults


@pytest.fixture
def fault(ports):
    def ask(path, timeout=2):
        return raw(ports[1], b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode(), timeout)

    return ask


def split(received):
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


def test_fault_ok_keeps_alive(ports):
    client = Client(ports[1])
    for _ in range(3):
        answer = client.get("/ok")
        assert (answer.status, answer.body) == (200, b"ok")
    sock = client.connection.sock
    assert client.ask("POST", "/ok", b"x" * 300000).status == 200
    assert client.connection.sock is sock
    assert client.get("/status/503").status == 503
    assert client.get("/status/204").status == 204
    assert client.get("/status/9").status == 400
    assert client.get("/nothing").status == 404
    assert client.connection.sock is sock
    assert b"/gzip-bomb" in client.get("/").body


def test_fault_counts(ports):
    client = Client(ports[1])
    client.ask("POST", "/_count/reset")
    client.get("/ok")
    client.get("/status/500")
    client.get("/nothing")
    assert client.get("/_count").json == {
        "total": 3,
        "routes": {"GET /ok": 1, "GET /status/{code}": 1, "GET *": 1},
    }


def test_fault_delay(ports):
    client = Client(ports[1])
    began = time.monotonic()
    assert client.get("/delay/150").body == b"ok"
    assert 0.14 < time.monotonic() - began < 1
    assert client.get("/ok").body == b"ok"


def test_fault_drop(fault):
    assert fault("/drop", 0.5) == (b"", "open")


def test_fault_endings(fault):
    assert fault("/reset") == (b"", "reset")
    assert fault("/close") == (b"", "closed")


@pytest.mark.parametrize("path, ending", [("/reset-mid-body", "reset"), ("/truncate", "closed")])
def test_fault_cut_body(fault, path, ending):
    received, how = fault(path)
    head, body = split(received)
    assert b"Content-Length: 1000" in head
    assert len(body) == 100
    assert how == ending


def test_fault_longer(fault):
    head, body = split(fault("/longer")[0])
    assert b"Content-Length: 100" in head and len(body) > 100


def test_fault_drip(fault):
    received, how = fault("/drip/20", 0.5)
    assert how == "open"
    assert b"HTTP/1.1 200 OK".startswith(received[:15])
    assert 10 < len(received) < 30


def test_fault_not_http(fault):
    received, how = fault("/garbage")
    assert len(received) == 2000 and b"HTTP" not in received and how == "closed"
    received, how = fault("/http09")
    assert received.startswith(b"<html>") and how == "closed"


def test_fault_headers(fault):
    head, body = split(fault("/huge-header", 0.5)[0])
    assert len(head) > 1 << 20 and body == b"ok"
    head, body = split(fault("/many-headers", 0.5)[0])
    assert head.count(b"\r\n") == 10001 and body == b"ok"


def test_fault_endless_header(ports):
    with socket.create_connection(("127.0.0.1", ports[1]), timeout=5) as sock:
        sock.sendall(b"GET /endless-header HTTP/1.1\r\n\r\n")
        received = b""
        while len(received) < 4 << 20:
            piece = sock.recv(1 << 20)
            assert piece
            received += piece
    assert b"\r\n\r\n" not in received
    lines = received.split(b"\r\n")[1:-1]
    assert set(lines) == {lines[0]}


def test_fault_chunks(fault, ports):
    assert b"not a number\r\n" in fault("/bad-chunk")[0]
    assert b"FFFFFFFFFFFFFFFFFFFFFFFF\r\n" in fault("/huge-chunk-size")[0]
    received, how = fault("/unterminated-chunks")
    assert received.endswith(b"second\r\n") and how == "closed"
    client = Client(ports[1])
    assert len(client.get("/tiny-chunks").body) == 1000
    assert client.get("/ok").body == b"ok"


def test_fault_gzip(ports):
    client = Client(ports[1])
    answer = client.get("/gzip-bomb")
    assert answer.headers["Content-Encoding"] == "gzip" and len(answer.body) < 2 << 20
    unpacker, size, left = zlib.decompressobj(31), 0, answer.body
    while left and not unpacker.eof:
        size += len(unpacker.decompress(left, 16 << 20))
        left = unpacker.unconsumed_tail
    # eof means that the check sum and the length at the end were right
    assert unpacker.eof and size == 1 << 30
    with pytest.raises(zlib.error):
        zlib.decompress(client.get("/bad-gzip").body, 31)


def test_fault_redirects(ports):
    client = Client(ports[1])
    assert client.get("/redirect-loop").headers["Location"] == "/redirect-loop"
    assert client.get("/redirect-file").headers["Location"] == "file:///etc/passwd"
    other = client.get("/redirect-other?url=http%3A%2F%2F127.0.0.2%3A1%2Fx")
    assert (other.status, other.headers["Location"]) == (302, "http://127.0.0.2:1/x")
    assert client.get("/redirect-other").status == 400
    assert client.get("/redirect-other?url=a%0D%0Ab").status == 400


def test_fault_close_idle(fault):
    began = time.monotonic()
    received, how = fault("/close-idle")
    assert received.endswith(b"ok") and how == "closed"
    assert 0.09 < time.monotonic() - began < 1


# the program


def test_wrong_options():
    for options, word in [
        (["--nonsense"], "--nonsense"),
        (["--port", "x"], "--port"),
        (["--port", "70000"], "70000"),
        (["--port"], "--port"),
        (["--fault-port", "-1"], "--fault-port"),
        (["extra"], "extra"),
        (["--tls-cert", "a"], "--tls-key"),
    ]:
        process = subprocess.run([BINARY, *options], capture_output=True, text=True, timeout=10)
        assert process.returncode == 2, options
        assert word in process.stderr and process.stderr.count("\n") == 1
        assert process.stdout == ""


def test_help_and_version():
    process = subprocess.run([BINARY, "--help"], capture_output=True, text=True, timeout=10)
    assert process.returncode == 0 and "--fault-port" in process.stdout
    process = subprocess.run([BINARY, "--version"], capture_output=True, text=True, timeout=10)
    assert process.returncode == 0 and process.stdout.startswith("cicada-target ")


def test_port_in_use(ports):
    for option in ("--port", "--fault-port"):
        options = [option, str(ports[0])] + (["--port", "0"] if option != "--port" else [])
        process = subprocess.run([BINARY, *options], capture_output=True, text=True, timeout=10)
        assert process.returncode == 1
        assert str(ports[0]) in process.stderr and "in use" in process.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it(number):
    process = start("--port", "0", "--fault-port", "0")
    port = port_in(process.stdout.readline())
    fault_port = port_in(process.stdout.readline())
    clients = [Client(port), Client(port), Client(fault_port)]
    for client, path in zip(clients, ("/delay/5", "/get", "/drop")):
        client.connection.request("GET", path)
    time.sleep(0.2)
    process.send_signal(number)
    _, errors = process.communicate(timeout=5)
    assert (process.returncode, errors) == (0, "")


def test_quiet():
    process = start("--port", "0", "--quiet")
    time.sleep(0.3)
    process.terminate()
    assert process.communicate(timeout=5) == ("", "")


def test_tls(tmp_path):
    import ssl

    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", cert],
        capture_output=True,
    )
    if made.returncode != 0:
        pytest.skip("needs openssl")
    process = start("--port", "0", "--tls-cert", str(cert), "--tls-key", str(key))
    line = process.stdout.readline()
    assert line.startswith("cicada-target: listening on https://127.0.0.1:")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port_in(line), context=context, timeout=5)
    for _ in range(2):
        connection.request("GET", "/get")
        assert Answer(connection.getresponse()).json["url"].startswith("https://")
    connection.close()
    assert stop(process)[0] == 0
    wrong = subprocess.run(
        [BINARY, "--port", "0", "--tls-cert", str(key), "--tls-key", str(cert)],
        capture_output=True, text=True, timeout=10,
    )
    assert wrong.returncode == 1 and wrong.stderr
