# SPDX-License-Identifier: MIT
"""What the parts cost alone: the programs bench_*.c print "name  number ns"."""

import re
import statistics
import subprocess
from collections import defaultdict

from .programs import BUILD, CLIENT_CORE, ROOT

PROGRAMS = ("bench_stats", "bench_coro", "bench_loop")
LINE = re.compile(r"^(\S.*?) +([\d.]+) ns$", re.M)


def names(program: str) -> list:
    """Of the cases, in order."""
    text = (ROOT / "tests/bench" / f"{program}.c").read_text()
    return re.findall(r'^    \{"([^"]+)", \w+, \d+\},$', text, re.M)


def run(server, say, rounds=3, **_) -> dict:
    values = defaultdict(list)
    for _round in range(rounds):
        for name in PROGRAMS:
            argv = ["taskset", "-c", str(CLIENT_CORE), BUILD / "tests/bench" / name]
            out = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
            for found in LINE.finditer(out):
                values[found[1]].append(float(found[2]))
    for name, seen in values.items():
        say(f"{name}: {statistics.median(seen):.1f} ns")
    return {name: (statistics.median(seen), "ns") for name, seen in values.items()}
