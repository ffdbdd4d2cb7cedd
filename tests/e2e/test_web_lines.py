# SPDX-License-Identifier: MIT
"""The small lines of failures and workers, which the server keeps."""

from harness.process import wait_until


def test_failures_have_lines(one):
    web = one()
    assert web.get("/failures/lines").json()["lines"] == {}
    web.start(4, host="http://127.0.0.1:9")  # where nobody listens
    wait_until(lambda: web.stats()["errors"], 10, "a failure")
    key = web.stats()["errors"][0]["key"]
    answer = wait_until(
        lambda: (a := web.get("/failures/lines").json())["lines"].get(key) and a, 5, "its line"
    )
    assert answer["step"] == 5 and len(answer["lines"][key]) == 60
    assert abs(answer["from"] + 300 - web.stats()["now"]) < 11
    assert answer["lines"][key][0] is None and sum(filter(None, answer["lines"][key])) > 0
    web.get("/stop")
    wait_until(
        lambda: sum(filter(None, web.get("/failures/lines").json()["lines"][key]))
        == web.stats()["errors"][0]["occurrences"],
        6,
        "all of them",
    )
    web.start(1)
    assert web.get("/failures/lines").json()["lines"] == {}


def test_workers_have_lines(fleet):
    web = fleet(2)
    assert web.get("/workers/lines").json()["step"] == 2
    answer = wait_until(
        lambda: len((a := web.get("/workers/lines").json())["lines"]) == 2 and a, 5, "two lines"
    )
    assert set(answer["lines"]) == {worker["id"] for worker in web.stats()["workers"]}
    for line in answer["lines"].values():
        assert len(line) == 60 and line[0] is None
        assert all(0 <= value < 200 for value in line if value is not None)
