#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""demo_check.py URL STATS - whether cicada's --json output agrees with what the server counted."""

import json
import sys
import urllib.request


def main() -> int:
    url, stats_file = sys.argv[1:]
    with urllib.request.urlopen(url + "/_count", timeout=10) as answer:
        counted = json.load(answer)["total"]
    with open(stats_file, encoding="utf-8") as file:
        entries = json.load(file)
    requests = sum(entry["num_requests"] for entry in entries)
    failures = sum(entry["num_failures"] for entry in entries)
    print(f"cicada sent {requests} requests, {failures} failed; the server counted {counted}")
    return 0 if requests == counted and requests > 0 and failures == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
