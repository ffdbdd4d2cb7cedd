# SPDX-License-Identifier: MIT
"""Certificates that must not be trusted, and handshakes that come to nothing."""

import contextlib
from urllib.parse import urlsplit

import pytest
from conftest import TARGET
from harness.peers import Target
from harness.tls import Authority, Spoiler

ALERT = bytes.fromhex("15030300020228")  # fatal, handshake failure


def unverified(why):
    words = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {why}"
    return f"SSLError(SSLCertVerificationError(1, {words!r}))"


FAILURES = {
    "/expired": unverified("certificate has expired"),
    "/wrong-name": unverified(
        "Hostname mismatch, certificate is not valid for 'localhost'."
    ),
    "/wrong-address": unverified(
        "IP address mismatch, certificate is not valid for '127.0.0.1'."
    ),
    "/self-signed": unverified("self-signed certificate"),
    "/plain": "SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number'))",
    "/cut": "SSLError(SSLEOFError(8, '[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in "
            "violation of protocol'))",
    "/reset": "ConnectionResetError(104, 'Connection reset by peer')",
    "/alert": "SSLError(SSLError(1, '[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake "
              "failure'))",
    "/silent": "TimeoutError('timed out')",
}  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def servers(authority, tmp_path):
    """Name -> server, each with a url and a way to be stopped."""
    certificates = {
        "good": authority.issue("good"),
        "expired": authority.issue("expired", days=-1),
        "wrong-name": authority.issue("wrong-name", san="DNS:other.test"),
        "self-signed": authority.sign_itself("self-signed"),
    }
    with contextlib.ExitStack() as stack:
        made = {}
        for name, (certificate, key) in certificates.items():
            options = ("--tls-cert", certificate, "--tls-key", key)
            made[name] = Target(TARGET, tmp_path / name, *options)
            stack.callback(made[name].stop)
        spoilers = {
            "plain": Spoiler(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
            "cut": Spoiler(),
            "reset": Spoiler(reset=True),
            "alert": Spoiler(ALERT),
            "silent": Spoiler(silent=True),
        }
        for spoiler in spoilers.values():
            stack.callback(spoiler.stop)
        yield {**made, **spoilers}


def test_each_is_one_failure_with_its_text(cicada, scenarios, authority, servers):
    urls = {name: server.url for name, server in servers.items()}
    urls["wrong-address"] = urls["wrong-name"]
    urls["wrong-name"] = f"https://localhost:{urlsplit(urls['wrong-name']).port}"
    options = (word for name, url in urls.items() for word in (f"--{name}", url))
    users = 3
    result = cicada("-f", scenarios / "hostile_tls.c", "--headless", "-u", users, "-r", 1000,
                    "-i", users, "--only-summary", "--json", "--ca-file", authority.ca, *options,
                    "-H", urls["good"], "AsksAll")  # fmt: skip
    assert result.code == 1, result
    expected = {f"GET {name}: {text}": users for name, text in FAILURES.items()}
    assert result.errors() == expected, result
    assert result.counts() == {("GET", f"/{name}"): users for name in urls}, result
    assert result.seconds < 10, result
    rows = {row["name"]: row for row in result.json()}
    assert 950 <= rows["/silent"]["min_response_time"], result
    assert rows["/silent"]["max_response_time"] < 1500, result
    # Nothing was sent to a server that is not what it should be, and nothing tried twice.
    for name in ("plain", "cut", "reset", "alert", "silent"):
        assert servers[name].accepted == users, name
    for name in ("expired", "wrong-name", "self-signed"):
        assert servers[name].total() == 0, name
    assert servers["good"].total() == users


@pytest.mark.figures
@pytest.mark.parametrize("name", ["expired", "cut"])
def test_a_failed_handshake_costs_little(cicada, scenarios, authority, servers, name):
    """Not the 20 ms that reading the authorities' certificates anew would take."""
    result = cicada("-f", scenarios / "hostile_tls.c", "--headless", "-u", 50, "-r", 1000,
                    "-t", "2s", "--ca-file", authority.ca, "-H", servers[name].url, "Eager")  # fmt: skip
    failure = FAILURES[f"/{name}"]
    assert result.errors() == {f"GET /get: {failure}": result.requests()}, result
    assert result.requests() > 50 * 5, result
    compiling = 0.3
    assert (result.cpu_seconds() - compiling) / result.requests() < 0.002, result
