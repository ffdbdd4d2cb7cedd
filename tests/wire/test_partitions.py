# SPDX-License-Identifier: MIT
"""What the network does to the control connection of a worker: rows 27 and 28 of the catalogue of
failures. The worker reaches the server under load by another wire, and goes on."""

import re
import time

import pytest
from harness.cicada import TARGET, CicadaWorker
from harness.driver import Driver
from harness.marks import takes
from harness.netns import Namespace
from harness.peers import Target
from harness.process import Process, wait_until

USERS = 20


class Open(Target):
    """The server under load, for every interface."""

    def __init__(self, folder, address):
        self.process = Process([TARGET, "--host", "0.0.0.0", "--port", 0], folder)
        port = self.process.wait_for(r"^cicada-target: listening on \S+:(\d+)")[1]
        self.url = f"http://{address}:{port}"


@pytest.fixture
def place(starter):
    return starter.keep(Namespace())


@pytest.fixture
def split(starter, place):
    """A master with two workers of ten users each: one near, one behind the wire."""

    def start():
        server = starter.keep(Open(starter.place("target"), place.server_address))
        m = starter.keep(Driver(starter.place("driver"), ["Reader"], users=USERS, rate=200, stop_timeout=5,
                                host=server.url, expect=2, bind="*"))  # fmt: skip
        near = starter.keep(CicadaWorker(starter.place("near"), m.port, scenario="fleet.c"))
        far = starter.keep(CicadaWorker(starter.place("far"), m.port, "--master-host", place.master_address,
                                        scenario="fleet.c", prefix=place.prefix))  # fmt: skip
        m.has_workers(2, "ready", 20)
        m.start()
        m.has_users(USERS)
        return m, near, far, server

    return start


def halves(seen):
    return [(w["state"], w["users"]) for w in seen["workers"]] == [("running", USERS // 2)] * 2


def served(server) -> int:
    return sum(n for route, n in server.counts().items() if "_count" not in route)


def settle(m, server):
    """Ends the test: what the master counted is what the server counted."""
    total = m.quit(20)
    assert total == served(server), (total, server.counts(), str(m))


@pytest.mark.parametrize("seconds", [5, 30, 90])
@takes(125)  # the longest of them
def test_a_partition_loses_nothing(seconds, split, place):
    """Packets are dropped, sessions stay. Afterwards TCP sends again in its own time, at the latest
    after as long as the partition lasted; all is measured from when it has."""
    m, near, far, server = split()
    time.sleep(2)
    place.wire.open = False
    begin = time.monotonic()
    if seconds > 5:
        # Its silence is noticed 4 to 5 s after its last heartbeat; then the others take over.
        m.has_workers(1, "missing", 6.5)
        m.has_users(USERS, 5)
    time.sleep(begin + seconds - time.monotonic())
    place.wire.open = True
    opened = time.monotonic()
    back = (
        r"self-healed"
        if seconds < 60
        else r"(?s)reported as ready.*reported as ready.*reported as ready"
    )
    if seconds > 5:
        wait_until(lambda: re.search(back, m.log), seconds + 10, f"return of the worker: {m} {far}")
    m.reaches("ten users each", halves, 5 if seconds > 5 else 15)
    time.sleep(3.5)  # one report more
    assert halves(m.show()), m.show()
    if seconds == 90:
        assert "the master has been silent for 60 s" in far.log, far.log
    else:
        assert "silent" not in far.log, far.log
        assert "new master" not in far.log, far.log
        assert m.log.count("reported as ready") == 2, m.log
    # Late is not wrong: the clocks are the same one.
    assert "the clock of worker" not in m.log, m.log
    assert time.monotonic() - opened < seconds + 25
    settle(m, server)
    assert near.wait(10) == 0 and far.wait(10) == 0


@takes(35)
def test_a_bad_line(split, place):
    """5 % loss and 300 ms +- 100 ms each way, out of order. All reports are awaited before the end: a
    worker that leaves closes its connection at once, and a last report that has to be sent again is
    then lost when an answer of the master arrives meanwhile."""
    m, near, far, server = split()
    place.wire.delay, place.wire.jitter, place.wire.loss = 0.3, 0.1, 0.05
    time.sleep(20)
    assert place.wire.lost > 1
    assert "missing" not in m.log, m.log
    assert halves(m.show()), m.show()
    m.tell("target", 30, 100)
    m.has_users(30, 8)
    assert "calling" not in far.log
    m.tell("target", 0, 1000)
    m.reaches("all counted", lambda seen: seen["requests"] == served(server), 12)
    m.quit(20)
    assert near.wait(15) == 0 and far.wait(15) == 0
    assert "the clock of worker" not in m.log, m.log


@takes(40)
def test_a_partition_that_ends_the_session(starter, proxy, target):
    """As behind a router that forgets: the worker calls, finds that the master is the same, and goes on
    with its users. What was on the way when the session broke is lost, as TCP has it."""
    m = starter.keep(Driver(starter.place("driver"), ["Reader"], users=USERS, rate=200, stop_timeout=5,
                            host=target.url, expect=2))  # fmt: skip
    p = proxy(m.port)
    starter.keep(CicadaWorker(starter.place("near"), m.port, scenario="fleet.c"))
    far = starter.keep(CicadaWorker(starter.place("far"), p.port, scenario="fleet.c"))
    m.has_workers(2, "ready", 20)
    m.start()
    m.has_users(USERS)
    time.sleep(3.5)
    before = target.counts()["GET /headers"]
    assert before == USERS
    p.pause()
    m.has_workers(1, "missing", 6.5)
    m.has_users(USERS, 5)
    time.sleep(9)
    assert "calling it" in far.log, far.log
    p.reset()
    wait_until(lambda: p.open == 0, 2, "end of the session")
    p.resume()
    wait_until(lambda: "self-healed" in m.log, 5, f"return of the worker: {m} {far}")
    m.reaches("ten users each", halves, 5)
    assert "new master" not in far.log, far.log
    # The near one's extra users were stopped; the far one's never.
    counts = target.counts()
    assert (
        counts["GET /headers"] == USERS + USERS // 2 and counts["DELETE /delete"] == USERS // 2
    ), counts
    mark, shown = target.total(), m.show()["requests"]
    time.sleep(6)
    since = m.show()["requests"] - shown
    assert abs(since - (target.total() - mark)) < 4 * 20 * 10, "reports do not get through"
    m.quit(20)
