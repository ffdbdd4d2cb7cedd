#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
run.py - the benchmarks, beside the figures recorded last.

    ./dev bench                        all of them
    ./dev bench requests allocations   those; NAMES below
    ./dev bench --record               keeps the figures in results.json and RESULTS.md
    ./dev bench --rounds 1 requests    fewer turns than the usual three

Ends with 1 when the program allocates more per request than recorded. Times vary from machine to
machine and from hour to hour, so only ratios and counts are compared with a bar, and a missed bar
is printed, not an error.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from suite import counts, primitives, requests, scale, users  # noqa: E402
from suite.programs import Server, versions  # noqa: E402

HERE = Path(__file__).parent
NAMES = {
    "primitives": primitives.run,
    "allocations": counts.run,
    "memory": users.run_memory,
    "ramp": users.run_ramp,
    "requests": requests.run,
    "scale": scale.run,
}
# Figure, the most it may be, in which unit.
BARS = (
    ("cicada / FastHttpUser, 100 users", 0.25),
    (f"cicada / FastHttpUser, 100 users at {requests.LOCUST_RATE}/s", 0.25),
    ("growth 100 to 5000 users", 2.0),
    (f"growth 100 to 5000 users at {requests.FIXED_RATE}/s", 2.0),
    (f"memory per idle user, cicada, {users.MANY}", 30.0),
    (f"time until {users.MANY} users at 2000/s have an answer", 6.0),
    *scale.BARS,
)
ALLOCATIONS = "allocations per request, our code"


def number(value) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def bars(figures: dict):
    for name, most in BARS:
        if name in figures:
            value = figures[name][0]
            verdict = "pass" if value <= most else "MISS"
            yield f"{verdict}  {name}: {number(value)}, may be {most:g} ({value / most:.0%} of it)"


def table(figures: dict, recorded: dict) -> list:
    rows = ["| figure | new | recorded | change |", "|---|---:|---:|---:|"]
    for name, (value, unit) in figures.items():
        old = recorded.get(name, [None])[0]
        change = f"{value / old - 1:+.0%}" if old else "-"
        rows.append(f"| {name} | {number(value)} {unit} | {number(old)} | {change} |")
    return rows


def render(results: dict) -> str:
    facts = "\n".join(f"- {name}: {value}" for name, value in results["environment"].items())
    rows = [
        f"| {name} | {number(value)} {unit} |" for name, (value, unit) in results["figures"].items()
    ]
    return (
        "# What the benchmarks measured last\n\n"
        "Written by `./dev bench --record`; do not edit. The client ran on one core, nginx on "
        "another, on a machine that did other things besides: compare ratios and counts, not "
        "times. \"CPU per request\" is user and system time of the client process in a steady "
        "window, divided by the requests the server counted; users have no wait unless a rate, "
        "of all users together, is given.\n\n"
        f"{facts}\n\n## Bars\n\n"
        + "\n".join(f"- {line}" for line in bars(results["figures"]))
        + "\n\n## Figures\n\n| figure | value |\n|---|---:|\n"
        + "\n".join(rows)
        + "\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="The benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--record", action="store_true", help="keep the figures")
    parser.add_argument("--rounds", type=int, default=3, help="turns each client has")
    parser.add_argument("--seconds", type=float, default=3, help="length of a turn's window")
    parser.add_argument("--only", default="", help="of requests: clients with this in their name")
    args = parser.parse_args()
    for name in args.names:
        if name not in NAMES:
            parser.error(f'there is no "{name}"; there are {", ".join(NAMES)}')

    file = HERE / "results.json"
    results = json.loads(file.read_text()) if file.exists() else {"figures": {}}
    recorded, figures = results["figures"], {}
    how = {"rounds": args.rounds, "seconds": args.seconds, "only": args.only}
    server = Server()
    try:
        for name in args.names or NAMES:
            print(f"{name}:", flush=True)
            figures |= NAMES[name](server, lambda text: print(f"  {text}", flush=True), **how)
    finally:
        server.stop()

    print("\n" + "\n".join(table(figures, recorded)) + "\n")
    print("\n".join(bars(figures)))
    worse = figures.get(ALLOCATIONS, [0])[0] > recorded.get(ALLOCATIONS, [1e9])[0] + 0.02
    if worse:
        print(f"FAIL  {ALLOCATIONS}: more than the recorded {number(recorded[ALLOCATIONS][0])}")
    if args.record:
        kept = {**recorded, **figures}
        results = {
            "environment": {**versions(), "command": "./dev bench --record"},
            "figures": {name: [round(value, 4), unit] for name, (value, unit) in kept.items()},
        }
        file.write_text(json.dumps(results, indent=1) + "\n")
        (HERE / "RESULTS.md").write_text(render(results))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
