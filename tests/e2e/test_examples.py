# SPDX-License-Identifier: MIT
"""
The scenarios people learn from, each as its first comment says, against the embedded server:
nothing fails, every row is there, and the server counted the same.
"""

import signal

import pytest
from conftest import CICADA, TARGET
from harness.load import Generator
from harness.peers import ROOT, Target, need

EXAMPLES = ROOT / "scenarios/examples"
READING = ("GET /posts", "GET /posts/{id}", "GET /posts/{id}/comments")

# What to run, and what it has to ask for.
RUNS = {
    "hello": (("hello.c", "-u", 5), {"GET /"}),
    "markov": (("examples/markov.c", "-u", 30), set(READING)),
    "options": (("examples/options.c", "-u", 5), {"GET /posts"}),
    "parallel": (("examples/parallel.c", "-u", 10),
                 {"GET /posts/{id}", "GET /posts/{id}/comments", "GET /users/{id}", "GET /albums"}),
    "record": (("examples/record.c", "-u", 5), {"CPU primes"}),
    "sequence": (("examples/sequence.c", "-u", 50),
                 {"GET /posts", "GET /posts/{id}", "POST /posts"}),
    "shop": (("examples/shop.c", "-u", 60),
             {"POST /login", "GET /posts/{id}", "GET /posts/{id}/comments", "GET /albums",
              "GET /users", "POST /items", "PUT /items/{id}", "GET /items/{id}"}),
}  # fmt: skip


class Run:
    """A finished run and its server's counts."""

    def __init__(self, result, server):
        self.result = result
        self.counted = {f"{method} {name}": n for (method, name), n in result.counts().items()}
        self.served = server.counts()


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """All at once, as they mostly wait."""
    base = tmp_path_factory.mktemp("examples")
    cicada = Generator([need(CICADA)], base / "cicada")
    servers, running = {}, {}
    try:
        for name, ((file, *args), _) in RUNS.items():
            servers[name] = Target(TARGET, base / name)
            running[name] = cicada.start(
                "-f", ROOT / "scenarios" / file, "--headless", "-r", 100, "-t", "8s",
                "--only-summary", "--stop-timeout", 10, "--seed", 1, "-H", servers[name].url, *args,
            )  # fmt: skip
        results = {name: run.finish(60) for name, run in running.items()}
        yield {name: Run(result, servers[name]) for name, result in results.items()}
    finally:
        cicada.stop()
        for server in servers.values():
            server.stop()


def test_every_example_is_run():
    files = {file.stem for file in EXAMPLES.glob("*.c")}
    assert files == RUNS.keys() - {"hello"} | {"shape"}


@pytest.mark.parametrize("name", RUNS)
def test_an_example(runs, name):
    run = runs[name]
    assert (run.result.code, run.result.failures()) == (0, 0), run.result
    assert run.counted.keys() == RUNS[name][1], run.result
    http = {row: count for row, count in run.counted.items() if not row.startswith("CPU ")}
    assert http == run.served, run.result


def test_parallel_asks_for_all_parts_of_each_page(runs):
    assert len(set(runs["parallel"].counted.values())) == 1, runs["parallel"].counted


def test_shop_logs_in_once_for_each_shopper(runs):
    shop = runs["shop"].counted
    assert shop["POST /login"] == 60
    assert shop["POST /items"] >= shop["PUT /items/{id}"] >= shop["GET /items/{id}"] > 0


@pytest.fixture
def judged(cicada, target):
    """judged(*options): options.c, which judges the run."""

    def run(*args):
        return cicada("-f", EXAMPLES / "options.c", "--headless", "-u", 2, "-r", 10, "-t", "1s",
                      "--only-summary", "-H", target.url, *args)  # fmt: skip

    return run


def test_options_decide_the_exit_code(judged, target):
    assert judged("--api-key", "secret").code == 0
    slow = judged("--max-p95", "0.0000001")
    assert slow.code == 4 and "too slow: p95 is" in slow.err, slow
    no_posts = ("-H", target.faults)
    failed = judged(*no_posts)
    assert failed.code == 5 and "too many failures: 100.00 %, allowed are 1 %" in failed.err, failed
    assert judged(*no_posts, "--max-failures", "100").code == 0
    wrong = judged("--max-p95", "soon")
    assert wrong.code not in (0, 4, 5), wrong
    assert '--max-p95: "soon" is not a number of 0 or more' in wrong.err, wrong


def test_shape(cicada, target):
    """Its first stage; all of them take a minute."""
    run = cicada.start("-f", EXAMPLES / "shape.c", "--headless", "-H", target.url)
    run.wait_for(r"Ramping to 10 users at a rate of 10\.00 per second", 10)
    run.wait_for(r'All users spawned: \{"Reader": 10\}', 10)
    run.wait_for(r"Aggregated +[1-9]", 10)  # a table with requests
    run.signal(signal.SIGINT)
    result = run.finish(10)
    assert (result.code, result.failures()) == (0, 0), result
    assert result.counts().keys() == {("GET", "/posts")}, result
