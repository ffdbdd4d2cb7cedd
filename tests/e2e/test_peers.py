# SPDX-License-Identifier: MIT
"""
The built-in scenarios against the servers they are written for: nothing fails, and for each name
Cicada counted exactly the requests that the server's own log holds.
"""

import subprocess
import urllib.request

import pytest

POSTS = {
    r"/posts": "/posts",
    r"/posts/\d+": "/posts/{id}",
    r"/posts/\d+/comments": "/posts/{id}/comments",
    r"/users": "/users",
}
BIN = {
    r"/basic-auth/[^/]+/[^/]+": "/basic-auth/{user}/{pass}",
    r"/status/\d+": "/status/{code}",
    r"/delay/\d+": "/delay/{n}",
    **{f"/{name}": f"/{name}" for name in ("get", "post", "headers", "json", "xml", "html", "gzip")},
}
FILES = {
    **{f"/{name}": f"/{name}" for name in ("index.html", "app.css", "app.js", "logo.png")},
    "/no/such/page.html": "/no/{page}",
}


def run(cicada, *args, url):
    """A run whose users finish what they are in the middle of, so that both sides count the same."""
    return cicada("--headless", "--stop-timeout", 20, "-H", url, *args, timeout=120)


def agrees(result, server, patterns, since):
    assert result.code == 0, result
    assert result.failures() == 0, result
    server.settled()
    assert result.counts() == server.counts(patterns, since), result


def test_jsonplaceholder(cicada, jsonplaceholder):
    since = jsonplaceholder.settled()
    result = run(cicada, "-u", 20, "-r", 10, "-t", "15s", "JSONPlaceholderUser",
                 url=jsonplaceholder.url)  # fmt: skip
    agrees(result, jsonplaceholder, POSTS, since)
    assert {name for _, name in result.counts()} == set(POSTS.values()), result


def test_httpbin(cicada, httpbin):
    since = httpbin.settled()
    # So many that each of the names comes up, one in 51 at the rarest; and the same ones each time.
    result = run(cicada, "-u", 60, "-r", 30, "-t", "15s", "--seed", 7, "HTTPBinUser",
                 url=httpbin.url)  # fmt: skip
    agrees(result, httpbin, BIN, since)
    assert {name for _, name in result.counts()} == set(BIN.values()), result


@pytest.mark.parametrize("http2", [False, True], ids=["http1", "http2"])
def test_files_over_tls_by_a_private_ca(cicada, nginx, scenarios, http2):
    since = nginx.settled()
    options = ("--http2",) if http2 else ()
    url = nginx.url_h2 if http2 else nginx.url
    result = run(cicada, "-f", scenarios / "static_files.c", "-u", 20, "-r", 20, "-t", "8s",
                 "--ca-file", nginx.ca, *options, url=url)  # fmt: skip
    agrees(result, nginx, FILES, since)
    assert set(result.counts()) == {("GET", name) for name in FILES.values()}, result
    assert nginx.protocols(since) == {"HTTP/2.0" if http2 else "HTTP/1.1"}


def test_a_stranger_s_certificate_is_refused(cicada, nginx, scenarios):
    since = nginx.settled()
    result = run(cicada, "-f", scenarios / "static_files.c", "-u", 1, "-i", 1, url=nginx.url)
    assert result.code == 1, result
    assert result.failures() == result.requests() > 0, result
    assert any("certificate" in error.lower() for error in result.errors()), result
    assert nginx.settled() == since


def test_insecure_accepts_any_certificate(cicada, nginx, scenarios):
    result = run(cicada, "-f", scenarios / "static_files.c", "-u", 1, "-t", "2s", "--insecure",
                 url=nginx.url)  # fmt: skip
    assert (result.code, result.failures()) == (0, 0), result


@pytest.mark.valgrind
@pytest.mark.parametrize("user", ["JSONPlaceholderUser", "HTTPBinUser", "CustomUser"])
def test_embedded_target(cicada, target, user):
    result = run(cicada, "-u", 10, "-r", 10, "-t", "6s", user, url=target.url)
    assert (result.code, result.failures()) == (0, 0), result
    renamed = {
        key.replace("/basic-auth/{user}/{passwd}", "/basic-auth/{user}/{pass}"): count
        for key, count in target.counts().items()
    }
    counted = {f"{method} {name}": count for (method, name), count in result.counts().items()}
    assert counted == renamed, result
    assert target.total() == result.requests()


def test_peers_answer_without_the_network(jsonplaceholder, httpbin, nginx):
    """The peers alone, so that a broken one is told from a broken engine."""
    for url in (jsonplaceholder.url + "/posts/1", httpbin.url + "/get"):
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.status == 200
    httpbin.settled()
    assert jsonplaceholder.counts(POSTS)["GET", "/posts/{id}"] >= 1
    assert httpbin.counts({**BIN, "/ip": "/ip"})["GET", "/get"] >= 1
    since = nginx.settled()
    for url, protocol in ((nginx.url, "1.1"), (nginx.url_h2, "2")):
        command = ["curl", "-s", "--cacert", nginx.ca, "-w", "%{http_version} %{size_download}",
                   "-o", "/dev/null", url + "/logo.png"]  # fmt: skip
        asked = subprocess.run(command, capture_output=True, text=True, timeout=10)
        assert asked.stdout == f"{protocol} 256008", asked
    assert nginx.counts(FILES, since) == {("GET", "/logo.png"): 2}
