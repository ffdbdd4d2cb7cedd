# SPDX-License-Identifier: MIT
"""
Servers that answer wrongly, late, without end or not at all: each time one recorded failure with
Locust's text, in bounded time and memory, and the user goes on.
"""

import re
import socket
from urllib.parse import urlsplit

import pytest

MEGABYTE = 1 << 20
MAX_BODY = 8 * MEGABYTE


@pytest.fixture
def hostile(cicada, target, scenarios):
    """hostile(class, *options): one run of the class's only task on the fault server."""

    def run(name, *args, **how):
        return cicada("-f", scenarios / "hostile_http.c", "--headless", "--only-summary", "-u", 1,
                      "-r", 1000, "-i", 1, "-H", target.faults, *args, name, **how)  # fmt: skip

    return run


def broken(cause):
    """What requests makes of urllib3's error while a body is read."""
    words = f"Connection broken: {cause}"
    return f"ChunkedEncodingError(ProtocolError({words!r}, {cause}))"


def first_line_of(url, path):
    """The start of an answer as http.client shows it: Latin-1, at most 128 bytes."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=5) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        received = b""
        while piece := client.recv(4096):
            received += piece
    return received[:128].splitlines(keepends=True)[0].decode("latin-1")


def expected_failures(target):
    port = urlsplit(target.faults).port
    timed_out = f"HTTPConnectionPool(host='127.0.0.1', port={port}): Read timed out."
    before_headers = f'ReadTimeout(ReadTimeoutError("{timed_out} (read timeout=0.5)"))'
    closed = "RemoteDisconnected('Remote end closed connection without response')"
    reset = "ConnectionResetError(104, 'Connection reset by peer')"
    cut = "IncompleteRead(100 bytes read, 900 more expected)"
    chunk = "InvalidChunkLength(got length b'', 0 bytes read)"
    too_large = f"HTTPException('got more than {MAX_BODY} bytes of body')"
    gzip = "Received response with content-encoding: gzip, but failed to decode it."
    zlib = "Error -3 while decompressing data: invalid block type"
    return {
        "GET /delay/5000": before_headers,
        "GET /drop": before_headers,
        "GET /reset": reset,
        "POST /reset with a body": reset,
        "GET /close": closed,
        "GET /reset-mid-body": broken(reset),
        "GET /truncate": broken(cut),
        "GET /drip/20": before_headers,
        "GET /drip/1": f'ReadTimeoutError("{timed_out}")',
        "GET /garbage": f"BadStatusLine({first_line_of(target.faults, '/garbage')!r})",
        "GET /http09": f"BadStatusLine({first_line_of(target.faults, '/http09')!r})",
        "GET /huge-header": "LineTooLong('got more than 65536 bytes when reading header line')",
        "GET /many-headers": "HTTPException('got more than 100 headers')",
        "GET /endless-header": "HTTPException('got more than 100 headers')",
        "GET /endless-continue": "HTTPException('got more than 262144 bytes of headers')",
        "GET /bad-chunk": broken(chunk),
        "GET /huge-chunk-size": broken(chunk),
        "GET /unterminated-chunks":
            "ChunkedEncodingError(ProtocolError('Response ended prematurely'))",
        "GET /gzip-bomb": too_large,
        "GET /gzip-bomb discarded": too_large,
        "GET /bad-gzip": f"ContentDecodingError(DecodeError({gzip!r}, error({zlib!r})))",
        "GET /redirect-loop": "TooManyRedirects('Exceeded 30 redirects.')",
        "GET /redirect-file":
            """InvalidSchema("No connection adapters were found for 'file:///etc/passwd'")""",
        "GET /status/429":
            "HTTPError('429 Client Error: Too Many Requests for url: /status/429')",
        "GET /status/500":
            "HTTPError('500 Server Error: Internal Server Error for url: /status/500')",
        "GET /status/503":
            "HTTPError('503 Server Error: Service Unavailable for url: /status/503')",
    }  # fmt: skip


# Wrong, but not so that a client may not read it; or right after all.
FINE = {
    ("GET", "/ok"),
    ("GET", "/delay/100"),
    ("GET", "/longer"),
    ("GET", "/tiny-chunks"),
    ("GET", "/redirect-file not followed"),
}
TIMED_OUT = ("/delay/5000", "/drop", "/drip/20", "/drip/1")
AFTERWARDS = ("GET", "/ok afterwards")


@pytest.mark.parametrize("users, times", [(1, 1), (40, 40)], ids=["alone", "crowd"])
def test_each_fault_is_one_failure_with_its_text(hostile, target, users, times):
    """Run so many times in all, and as often each is found."""
    expected = expected_failures(target)
    before = target.fault_total()
    result = hostile("Faulted", "--json", "--max-body", f"{MAX_BODY >> 20}M", "-u", users,
                     "-i", times)  # fmt: skip
    assert result.code == 1, result
    assert result.errors() == {f"{name}: {text}": times for name, text in expected.items()}, result

    rows = {(row["method"], row["name"]): row for row in result.json()}
    faults = rows.keys() - {AFTERWARDS}
    assert {key for key in faults if not rows[key]["num_failures"]} == FINE
    assert all(rows[key]["num_requests"] == times for key in faults)
    # What a fault leaves behind, such as the junk after a body, harms no later request.
    assert rows[AFTERWARDS]["num_requests"] == times * len(faults), result
    assert rows[AFTERWARDS]["num_failures"] == 0, result
    for name in TIMED_OUT:
        assert 490 <= rows["GET", name]["max_response_time"] < 2000, result
    assert 100 <= rows["GET", "/delay/100"]["max_response_time"] < 1000, result
    assert rows["GET", "/tiny-chunks"]["total_content_length"] == 1000 * times
    assert rows["GET", "/longer"]["total_content_length"] == 100 * times

    # Every request of the server's is accounted for: one of ours, a redirect, or sent again.
    _, _, again = result.connections()
    redirects = target.fault_counts()["GET /redirect-loop"] - times
    assert redirects == 30 * times
    assert target.fault_total() - before == result.requests() + redirects + again, result
    assert 0 < again <= times * len(expected), result


def test_endless_answers_cost_bounded_memory(hostile):
    """The bomb unpacks to 1 GiB, and one header never ends."""
    result = hostile("Faulted", "--max-body", "8M")
    assert result.code == 1, result
    # Most of that is AddressSanitizer's, which keeps for a while what was freed.
    assert result.peak_bytes() < 300 * MEGABYTE, result
    assert result.seconds < 20, result


def test_a_server_that_closes_idle_connections_causes_no_failure(hostile, target):
    result = hostile("Idle")
    assert (result.code, result.failures()) == (0, 0), result
    assert result.counts() == {("GET", "/close-idle"): 3, ("POST", "/ok after a pause"): 1}
    assert target.fault_total() == 4
    assert result.connections() == (4, 3, 0), result


def headers_seen(result, word):
    """What the server at the end of the redirect was sent, of what is secret or its own name."""
    body = re.search(rf"by {word}: \S+ (\{{.*?^\}})", result.err, re.M | re.S)[1]
    return dict(re.findall(r'"(Host|Cookie|Authorization)": "([^"]*)"', body))


def test_redirects_to_another_host_carry_no_secrets(hostile, target):
    place = urlsplit(target.url)
    result = hostile("Redirected", "--elsewhere", f"http://localhost:{place.port}/anything")
    assert (result.code, result.failures()) == (0, 0), result
    for word in ("auth", "headers"):
        assert headers_seen(result, word) == {"Host": f"localhost:{place.port}"}, result
    assert (target.total(), target.fault_total()) == (2, 2)


def test_redirects_to_another_port_carry_cookies_only(hostile, target):
    """A cookie belongs to a host with all its ports, credentials to one port: as in requests."""
    result = hostile("Redirected", "--elsewhere", f"{target.url}/anything")
    assert (result.code, result.failures()) == (0, 0), result
    host = urlsplit(target.url).netloc
    for word in ("auth", "headers"):
        assert headers_seen(result, word) == {"Host": host, "Cookie": "session=secret-cookie"}


def test_redirects_on_the_same_server_keep_credentials(hostile, target):
    """So the two above would see them."""
    result = hostile("Redirected", "--elsewhere", f"{target.url}/anything", "-H",
                     target.url, "--via", "/redirect-to")  # fmt: skip
    assert (result.code, result.failures()) == (0, 0), result
    basic, bearer = headers_seen(result, "auth"), headers_seen(result, "headers")
    assert basic["Authorization"] == "Basic bmFtZTpwYXNzd29yZA==", result
    assert bearer["Authorization"] == "Bearer secret-token", result
    assert basic["Cookie"] == bearer["Cookie"] == "session=secret-cookie", result
