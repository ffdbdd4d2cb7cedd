# SPDX-License-Identifier: MIT
"""Who may use the web interface: passwords, sessions, tokens, forged requests, TLS."""

import re
import signal
import subprocess
import urllib.parse

import pytest
from harness.web import web_of

LOCAL = ("--web-host", "127.0.0.1", "--web-port", 0)
PASSWORD = "correct horse: battery ätaple"


@pytest.fixture
def users(cicada, tmp_path):
    """A users file with ann (a password) and ci (a token)."""
    made = subprocess.run([*map(str, cicada.command), "--print-web-user", "ann"], input=PASSWORD,
                          capture_output=True, text=True, check=True)  # fmt: skip
    token = subprocess.run([*map(str, cicada.command), "--print-web-token", "ci"],
                           capture_output=True, text=True, check=True)  # fmt: skip
    assert re.fullmatch(r"ann:\$y\$\S+\n", made.stdout), made.stdout
    file = tmp_path / "users"
    file.write_text("# who may\n\n" + made.stdout + token.stdout)
    file.chmod(0o600)
    return file, re.search(r"once: ([0-9a-f]{64})", token.stdout)[1]


@pytest.fixture
def guarded(cicada, target, scenarios, users):
    def start(*args):
        run = cicada.start("-f", scenarios / "steady.c", "-H", target.url, *LOCAL, "--web-login",
                           "--web-users-file", users[0], *args)  # fmt: skip
        web = web_of(run)
        web.run = run
        return web

    return start


def log_in(web, name="ann", password=PASSWORD, **fields):
    return web.post("/login", {"username": name, "password": password, **fields})


def cookie_of(answer) -> str:
    return answer.headers["Set-Cookie"].partition(";")[0]


def test_nothing_is_shown_to_strangers(guarded):
    web = guarded()
    for path in ("/stats/requests", "/logs", "/metrics", "/events", "/workers", "/tasks",
                 "/stats/requests/csv", "/stop", "/stats/reset"):  # fmt: skip
        answer = web.get(path)
        assert answer.status == 401 and answer.json()["success"] is False, path
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert web.swarm(1).status == 401
    page = web.get("/", Accept="text/html")
    assert page.status == 302 and page.headers["Location"] == "/login?next=/"
    assert "page-data" not in page.text
    page = web.get("/?tab=stats&request=GET%20/a%26b%3Fc")
    asked = urllib.parse.parse_qs(page.headers["Location"].partition("?")[2])
    assert asked == {"next": ["/?tab=stats&request=GET%20/a%26b%3Fc"]}
    assert web.get("/?x=" + "y" * 5000).headers["Location"] == "/login?next="
    assert web.get("/").status == 302  # what a probe of Kubernetes takes for life
    assert web.get("/healthz").status == 200 and web.get("/readyz").status == 200
    assert "steady" not in web.get("/login").text


def test_a_password_opens_a_session(guarded):
    web = guarded()
    answer = log_in(web, next="/?tab=logViewer")
    assert answer.status == 303 and answer.headers["Location"] == "/?tab=logViewer"
    attributes = answer.headers["Set-Cookie"].split("; ")[1:]
    assert "HttpOnly" in attributes and "SameSite=Lax" in attributes
    assert "Secure" not in attributes
    web.headers["Cookie"] = cookie_of(answer)
    assert web.stats()["state"] == "ready"
    page = web.get("/").text
    csrf = re.search(r'"csrf_token":"([0-9a-f]{64})"', page)[1]
    # Only the cookie: another site's form could have sent it.
    assert web.swarm(1).status == 403
    assert web.get("/stop").status == 403
    assert web.post("/swarm", {"user_count": 1, "spawn_rate": 1},
                    {"X-CSRF-Token": "0" * 64}).status == 403  # fmt: skip
    assert web.post("/swarm", {"user_count": 1, "spawn_rate": 1},
                    {"X-CSRF-Token": csrf}).status == 200  # fmt: skip
    own = {"Origin": f"http://{web.host}:{web.port}"}
    assert web.post("/stop", {}, own).status == 200
    assert web.post("/logout", {}, own).status == 303
    assert web.get("/stats/requests").status == 401


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", "wrong"), ("ann", ""), ("bob", PASSWORD), ("ci", "x"), ("", ""), ("ann", "x" * 5000)],
)
def test_wrong_words_open_nothing(guarded, name, password):
    answer = log_in(guarded(), name, password)
    assert answer.status in (400, 401)
    assert "Set-Cookie" not in answer.headers


def test_guessing_is_slowed_down(guarded):
    web = guarded()
    codes = [log_in(web, password=f"guess {i}").status for i in range(12)]
    assert codes[:5] == [401] * 5
    assert set(codes[5:]) == {429}
    assert log_in(web).status == 429  # even the right one, for a while


@pytest.mark.parametrize("next_", ["//evil.example", "http://evil.example/", "/\\evil.example",
                                   "javascript:alert(1)", "/a\r\nSet-Cookie: x=y"])  # fmt: skip
def test_nobody_is_sent_elsewhere(guarded, next_):
    answer = log_in(guarded(), next=next_)
    assert answer.status == 303 and answer.headers["Location"] == "/"


def test_tokens_are_for_programs(guarded, users):
    web = guarded()
    web.headers["Authorization"] = f"Bearer {users[1]}"
    web.start(1)
    assert web.get("/stop").status == 200
    assert web.get("/metrics").status == 200
    web.headers["Authorization"] = f"Bearer {'0' * 64}"
    assert web.get("/metrics").status == 401


def test_the_file_is_read_again(guarded, users):
    web = guarded()
    users[0].write_text("# nobody but\nbob:sha256:" + "0" * 64 + "\n")
    assert log_in(web).status == 401
    users[0].write_text("garbage")
    assert log_in(web).status == 401


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "names nobody"), ("ann", "users:1"), ("ann:plain", "--print-web-user"),
     ("ann:sha256:12", "makes no sense"), ("x" * 3000, "too long")],  # fmt: skip
)
def test_a_bad_users_file_is_named(cicada, scenarios, tmp_path, text, words):
    (tmp_path / "users").write_text(text)
    result = cicada("-f", scenarios / "steady.c", *LOCAL, "--web-login", "--web-users-file",
                    tmp_path / "users")  # fmt: skip
    assert result.code == 1 and words in result.err, result


def test_a_proxy_can_vouch(cicada, target, scenarios):
    run = cicada.start("-f", scenarios / "steady.c", "-H", target.url, *LOCAL, "--web-login",
                       "--web-auth-header", "X-Forwarded-User")  # fmt: skip
    web = web_of(run)
    assert web.get("/stats/requests").status == 401
    web.headers["X-Forwarded-User"] = "ann"
    web.start(1)


def test_https(guarded, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                    "-subj", "/CN=localhost", "-keyout", key, "-out", cert],
                   check=True, capture_output=True)  # fmt: skip
    web = guarded("--tls-cert", cert, "--tls-key", key)
    assert web.tls
    answer = log_in(web)
    assert answer.status == 303 and "; Secure" in answer.headers["Set-Cookie"]
    web.headers["Cookie"] = cookie_of(answer)
    assert web.stats()["state"] == "ready"


def test_a_bad_certificate_is_said(cicada, scenarios, tmp_path):
    for name in ("cert", "key"):
        (tmp_path / name).write_text("nonsense")
    result = cicada("-f", scenarios / "steady.c", *LOCAL, "--tls-cert", tmp_path / "cert",
                    "--tls-key", tmp_path / "key")  # fmt: skip
    assert result.code == 1 and "--tls-cert" in result.err, result


def test_the_end_finds_passwords_being_compared(guarded):
    """They are left where they are; whoever sent them hears that the program ends, or nothing."""
    web = guarded()
    asking = []
    for _ in range(8):
        body = urllib.parse.urlencode({"username": "ann", "password": "wrong"})
        s = web.socket()
        s.sendall(f"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded"
                  f"\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())  # fmt: skip
        asking.append(s)
    web.run.signal(signal.SIGINT)
    assert web.run.finish().code == 0
    for s in asking:
        s.close()
