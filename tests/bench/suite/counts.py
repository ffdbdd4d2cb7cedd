# SPDX-License-Identifier: MIT
"""Instructions and allocations per request, counted by callgrind: the same on every machine.

Two runs of different length; their difference has no start-up and no report in it. Whose a call to
malloc() is, the caller's object file says.
"""

import re
from collections import Counter

from .programs import CICADA, CLIENT_CORE, ITEM, Program

USERS, SHORT, LONG = 20, 500, 2500
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


def callgrind(server, requests: int):
    file = server.folder / f"callgrind.{requests}"
    program = Program(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={file}",
         CICADA, "-f", ITEM, "--headless", "-u", USERS, "-r", USERS, "-i", requests,
         "-H", server.url, "ItemUser"],
        CLIENT_CORE, server.folder,
    )  # fmt: skip
    if program.child.wait(120) != 0:
        raise RuntimeError(program.text()[-3000:])
    return parse(file.read_text())


def run(server, say, **_) -> dict:
    short, long = callgrind(server, SHORT), callgrind(server, LONG)
    n = LONG - SHORT
    cost = {who: (long[0][who] - short[0][who]) / n for who in long[0]}
    calls = {who: (long[1][who] - short[1][who]) / n for who in long[1]}
    figures = {
        "instructions per request": (sum(cost.values()), ""),
        "instructions per request, our code": (sum(cost.get(who, 0) for who in OURS), ""),
    }
    for who, value in sorted(cost.items(), key=lambda pair: -pair[1])[:6]:
        if who not in OURS:
            figures[f"instructions per request, {re.sub(r'[.]so.*', '', who)}"] = (value, "")
    figures["allocations per request, our code"] = (sum(calls.get(w, 0) for w in OURS), "")
    figures["allocations per request, all"] = (sum(calls.values()), "")
    for name, (value, _unit) in figures.items():
        say(f"{name}: {value:.2f}")
    return figures
