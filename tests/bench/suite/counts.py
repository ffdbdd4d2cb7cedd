# SPDX-License-Identifier: MIT
"""Instructions and allocations per operation, counted by callgrind: what repeats.

Always two runs of different length; their difference has no start-up and no report in it. Whose a
call to malloc() is, the caller's object file says.
"""

import re
from collections import Counter

from .primitives import PROGRAMS, names
from .programs import BUILD, CICADA, CLIENT_CORE, ITEM, Program

USERS, SHORT, LONG = 20, 500, 2500
PART_SHORT, PART_LONG = 100000, 300000
SECOND = 400000  # requests of bench_stats: the per-second work has its share
OURS = {"cicada", "item.so"}
ALLOCATES = re.compile(
    r"^(malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|str(n)?dup|v?asprintf"
    r"|open_memstream)(\.|@|'|$)"
)


def parse(text: str):
    """(instructions by object, calls to allocators by caller's object)"""
    names, cost, calls = {}, Counter(), Counter()
    who = callee = ""
    inclusive = False

    def name_of(kind, value):
        number, name = re.match(r"(\(\d+\)) ?(.*)", value).groups()
        if name:
            names[kind, number] = name
        return names[kind, number]

    callee_name = ""
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals and key in ("ob", "cob"):
            name = name_of("ob", value).rpartition("/")[2]
            who = name if key == "ob" else who
        elif equals and key in ("fn", "cfn"):
            callee = name_of("fn", value)
            callee_name = callee if key == "cfn" else callee_name
        elif equals and key in ("fl", "fi", "fe", "cfi", "cfl"):
            name_of("fl", value)
        elif equals and key == "calls":
            inclusive = True
            if ALLOCATES.match(callee_name):
                calls[who] += int(value.split()[0])
        elif re.match(r"[+\-*\d]", line):
            if not inclusive:
                cost[who] += int(line.split()[1])
            inclusive = False
    return cost, calls


def callgrind(server, argv):
    file = server.folder / "callgrind.out"
    program = Program(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={file}", *argv],
        CLIENT_CORE, server.folder,
    )  # fmt: skip
    if program.child.wait(120) != 0:
        raise RuntimeError(program.text()[-3000:])
    return parse(file.read_text())


def difference(server, argv, short: int, long: int):
    """(instructions, calls to allocators) by object, per operation; argv makes a command line."""
    few, many = (callgrind(server, argv(operations)) for operations in (short, long))
    return (
        {who: (more[who] - less[who]) / (long - short) for who in more}
        for less, more in zip(few, many)
    )


def part_figures(server) -> dict:
    figures = {}
    for program in PROGRAMS:
        lengths = (SECOND, 2 * SECOND) if program == "bench_stats" else (PART_SHORT, PART_LONG)
        for case, name in enumerate(names(program)):
            cost, _calls = difference(
                server, lambda n: [BUILD / "tests/bench" / program, case, n], *lengths
            )
            figures[f"instructions, {name}"] = (sum(cost.values()), "")
    return figures


def request_figures(what: str, ours: set, cost: dict, calls: dict) -> dict:
    figures = {
        f"instructions per request, {what}": (sum(cost.values()), ""),
        f"instructions per request, {what}: our code": (sum(cost.get(w, 0) for w in ours), ""),
    }
    for who, value in sorted(cost.items(), key=lambda pair: -pair[1])[:4]:
        if who not in ours:
            name = re.sub(r"[.]so.*", "", who)
            figures[f"instructions per request, {what}: {name}"] = (value, "")
    figures[f"allocations per request, {what}: our code"] = (sum(calls.get(w, 0) for w in ours), "")
    figures[f"allocations per request, {what}: all"] = (sum(calls.values()), "")
    return figures


def run(server, say, **_) -> dict:
    figures = part_figures(server)
    figures |= request_figures(
        "transport", {"bench_curl"},
        *difference(
            server,
            lambda n: [BUILD / "tests/bench/bench_curl", f"{server.url}/item.json", USERS, n],
            SHORT, LONG,
        ),
    )  # fmt: skip
    figures |= request_figures(
        "scenario", {"cicada", "item.so"},
        *difference(
            server,
            lambda n: [CICADA, "-f", ITEM, "--headless", "-u", USERS, "-r", USERS, "-i", n,
                       "-H", server.url, "ItemUser"],
            SHORT, LONG,
        ),
    )  # fmt: skip
    for name, (value, _unit) in figures.items():
        say(f"{name}: {value:.2f}")
    return figures
