#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
run.py - the benchmarks, beside the figures recorded last.

    ./dev bench                        all of them
    ./dev bench requests counts        those; NAMES below
    ./dev bench --record               keeps the figures in results.json and RESULTS.md
    ./dev bench --rounds 1 requests    fewer turns than the usual three

Ends with 1 when the program allocates more per request than recorded. Times vary from machine to
machine and from hour to hour, so only ratios and counts are compared with a bar, and a missed bar
is printed, not an error.
"""

import argparse
import json
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from suite import counts, primitives, requests, scale, users, web  # noqa: E402
from suite.programs import Server, versions  # noqa: E402

HERE = Path(__file__).parent
NAMES = {
    "requests": (requests.run, "CPU per request"),
    "memory": (users.run_memory, "Memory of idle users"),
    "ramp": (users.run_ramp, "The ramp"),
    "counts": (counts.run, "Instructions and allocations, by callgrind"),
    "primitives": (primitives.run, "Parts alone, as times"),
    "scale": (scale.run, "A master of thousands of workers"),
    "web": (web.run, "The web page, and those who watch a test"),
}
FIXED_GROWTH = f"growth 100 to {{}} users at {requests.FIXED_RATE}/s"
# What the program must keep: figure, the most it may be.
BARS = (
    ("cicada / FastHttpUser, 100 users", 1 / 4),
    (f"cicada / FastHttpUser, 100 users at {requests.LOCUST_RATE}/s", 1 / 4),
    ("growth 100 to 5000 users", 2.0),
    (FIXED_GROWTH.format(5000), 2.0),
    (f"memory per idle user, cicada, {users.MANY}", 30.0),
    (f"time until {users.MANY} users at 2000/s are spawned", 6.0),
    (f"time until {users.MANY} users at 2000/s have an answer", 6.0),
    *scale.BARS,
    *web.BARS,
)
# Where it is to go.
TARGETS = (
    ("cicada / FastHttpUser, 100 users", 1 / 4.5),
    (f"cicada / HttpUser, 100 users at {requests.LOCUST_RATE}/s", 1 / 20),
    (FIXED_GROWTH.format(requests.CROWD), 1.3),
    (f"memory per idle user, cicada, {users.MANY}", 25.0),
)
ALLOCATIONS = "allocations per request, scenario: our code"


def number(value) -> str:
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def verdicts(figures: dict, bars=BARS):
    for name, most in bars:
        if name in figures:
            value, unit = figures[name]
            by = f"{abs(value / most - 1):.0%} {'below' if value <= most else 'ABOVE'}"
            verdict = "met   " if value <= most else "MISSED"
            yield f"{verdict}  {name}: {number(value)} {unit}, may be {number(most)}: {by}"


def table(figures: dict, recorded: dict) -> list:
    width = max(map(len, figures))
    rows = [f"{'figure':{width}}  {'new':>13}  {'recorded':>8}  change"]
    for name, (value, unit) in figures.items():
        old = recorded.get(name, [None])[0]
        change = f"{value / old - 1:+.0%}" if old else "-"
        rows.append(
            f"{name:{width}}  {number(value):>8} {unit:4}  {number(old):>8}  {change:>6}".rstrip()
        )
    return rows


def flat(groups: dict) -> dict:
    return {name: figure for group in groups.values() for name, figure in group["figures"].items()}


def render(results: dict) -> str:
    lines = [
        "# What the benchmarks measured last",
        "",
        "Written by `./dev bench --record`; do not edit. `./dev bench` measures again and prints "
        "what is new",
        "beside this. The client ran on one core, nginx on the other, on a machine that did other "
        "things",
        "besides: compare ratios and counts, not times. \"CPU per request\" is user and system time "
        "of the",
        "client's process in a steady window, divided by the requests the server counted; the "
        "median of the",
        "rounds. Users have no wait, unless a rate of all users together is given. What runs is",
        "`scenarios/item.c` and `scenarios/locustfile.py`: one GET of some 300 bytes, one check.",
        "",
        f"At {requests.LOCUST_RATE} requests a second the processor sleeps between them, and waking "
        "it costs more",
        "than a request does at full speed: \"bare sockets\" (`bench_bare.c`) send and receive one "
        "request",
        "after the other and look at nothing, so that is what the machine takes from every client.",
        "",
        "The masters' workers are those of `sim_workers.c` on the other core: each worker beats once a second "
        "and reports",
        f"{scale.NAMES} names with {scale.BUCKETS} response times each every three. \"Report to "
        "row\" is how old the newest",
        "row of the master's CSV history is: the time since everything was sent that it holds.",
        "",
        f"Those who watch a test that one process runs are {web.POLLERS} programs that ask for "
        "`/stats/requests`",
        f"every two seconds and {web.STREAMS} streams of `/events`, by turns with nobody watching; "
        "the page was loaded",
        "by Chromium from that process, with nothing cached.",
        "",
        *(f"- {name}: {value}" for name, value in results["environment"].items()),
    ]
    for title, bars in (("Bars", BARS), ("Targets", TARGETS)):
        lines += ["", f"## {title}", ""]
        lines += [f"- {line}" for line in verdicts(flat(results["groups"]), bars)]
    for name, (_run, title) in NAMES.items():
        group = results["groups"].get(name)
        if group:
            lines += ["", f"## {title}", "", f"{group['date']}, `{group['command']}`"]
            lines += ["", "| figure | value |", "|---|---:|"]
            lines += [f"| {n} | {number(v)} {unit} |" for n, (v, unit) in group["figures"].items()]
    return "\n".join(line.replace("  ", " ") for line in lines) + "\n"


def record(file: Path, results: dict, groups: dict) -> None:
    environment = versions()
    # What is new in the environment says nothing against figures that did not depend on it.
    same = {**environment, **results["environment"]} == environment
    kept = results["groups"] if same else {}
    if kept != results["groups"]:
        print("What was recorded on another machine, or with other versions, is dropped.")
    day, command = date.today().isoformat(), " ".join(["./dev bench", *sys.argv[1:]])
    for name, figures in groups.items():
        kept[name] = {
            "date": day,
            "command": command,
            "figures": {name: [round(value, 4), unit] for name, (value, unit) in figures.items()},
        }
    results = {"environment": environment, "groups": kept}
    file.write_text(json.dumps(results, indent=1) + "\n")
    file.with_name("RESULTS.md").write_text(render(results))


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

    if args.record and args.only:
        parser.error("--record keeps whole groups: leave --only out")

    file = HERE / "results.json"
    nothing = {"environment": {}, "groups": {}}
    results = json.loads(file.read_text()) if file.exists() else nothing
    recorded, groups = flat(results["groups"]), {}
    how = {"rounds": args.rounds, "seconds": args.seconds, "only": args.only}
    server = Server()
    try:
        for name in args.names or NAMES:
            print(f"{name}:", flush=True)
            groups[name] = NAMES[name][0](
                server, lambda text: print(f"  {text}", flush=True), **how
            )
    finally:
        server.stop()

    figures = {name: figure for group in groups.values() for name, figure in group.items()}
    if not figures:
        parser.error("no client has that in its name")
    print("\n" + "\n".join(table(figures, recorded)) + "\n")
    print("\n".join(verdicts(figures)))
    targets = list(verdicts(figures, TARGETS))
    if targets:
        print("Targets beyond:\n" + "\n".join(targets))
    worse = figures.get(ALLOCATIONS, [0])[0] > recorded.get(ALLOCATIONS, [1e9])[0] + 0.02
    if worse:
        print(f"FAIL  {ALLOCATIONS}: more than the recorded {number(recorded[ALLOCATIONS][0])}")
    if args.record:
        record(file, results, groups)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
