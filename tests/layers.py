#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""layers.py - who may include whom; fails on an include that points upward.

Every folder may use itself and what is listed for it below, nothing else. Every library has one
home, so that changing it touches one folder. Usage: tests/layers.py [ROOT]
"""

import re
import sys
from pathlib import Path

ENGINE = ("base", "core", "stats", "proto", "dispatch", "http", "sim", "runner", "watch", "report", "web")

# Folder -> what it may include besides itself: a folder, or one header of a folder.
MAY_USE = {
    "base": (),
    "core": ("base",),
    "stats": ("base",),
    "proto": ("base",),
    "dispatch": ("base",),
    "http": ("base", "core"),
    "sim": ("base", "core", "stats", "http", "api"),
    "runner": ("base", "core", "stats", "proto", "dispatch", "http", "sim", "api"),
    "watch": ("base", "core", "stats", "runner/snapshot.h", "runner/runner.h"),
    "report": ("base", "stats", "watch", "runner/snapshot.h", "sim/plan.h"),
    "web": (
        "base", "core", "stats", "watch", "report",
        "runner/snapshot.h", "runner/runner.h", "runner/log_tail.h", "runner/worker_status.h",
        "sim/plan.h",
    ),
    "cli": (*ENGINE, "api", "scenarios"),
    "target": ("base",),
    "api": (),
    "scenarios": ("api",),
}

# Library header (a prefix) -> the folders or files (without suffix) that may include it.
HOMES = {
    "ev.h": ("core/loop",),
    "curl/": ("http",),
    "zmq.h": ("runner",),
    "msgpack": ("proto",),
    "microhttpd.h": ("web", "target"),
    "jansson.h": ("base/json", "report", "web", "cli", "target"),
    "unistr.h": ("base", "stats", "proto"),
    "unictype.h": ("base", "stats"),
    "openssl/": ("base", "stats", "web"),
    "uthash.h": ("base", "stats", "http", "sim", "runner"),
    "crypt.h": ("web/users_file",),
    "valgrind/": ("core",),
    "sanitizer/": ("core", "base"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def sources(root: Path):
    """Yields (layer, path inside the layer without suffix, file)."""
    for top in ("engine", "proto", "scenarios"):
        for file in sorted((root / top).rglob("*")):
            if not re.search(r"\.[chS](\.in)?$", file.name) or not file.is_file():
                continue
            inside = file.relative_to(root / top if top == "engine" else root)
            yield inside.parts[0], str(inside).split(".")[0], file


def layer_of(include: str, includer: str) -> str:
    """The folder an include names: "stats/hist.h" is in stats, the interface is in api."""
    if include == "cicada.h":
        return "api"
    if "/" not in include and includer == "scenarios":
        return "scenarios"
    return include.split("/")[0] if "/" in include else ""


def judge_own(layer: str, include: str) -> str | None:
    if layer not in MAY_USE:
        return f'the folder "{layer}" is not in tests/layers.py'
    target = layer_of(include, layer)
    if not target:
        if include == "builtin.h" and layer == "cli":
            return None
        return f'"{include}" is not spelled from the root'
    if target == layer or target in MAY_USE[layer] or include in MAY_USE[layer]:
        return None
    if target not in MAY_USE:
        return f'"{include}" is in no known folder'
    return f'"{include}": {layer} may not use {target}'


def judge_library(layer: str, where: str, include: str) -> str | None:
    if layer == "scenarios":
        allowed = include == "cicada.h" or "/" not in include and include in STANDARD
        return None if allowed else f"<{include}>: a scenario sees <cicada.h> and C's own headers"
    for prefix, homes in HOMES.items():
        if include.startswith(prefix) and not any(
            where == home or where.startswith(home + "/") for home in homes
        ):
            return f"<{include}> belongs in {' or '.join(homes)}"
    return None


# What a scenario may include beside cicada.h: the headers of C11.
STANDARD = {
    f"{name}.h"
    for name in (
        "assert complex ctype errno float inttypes limits locale math signal stdalign stdarg "
        "stdbool stddef stdint stdio stdlib stdnoreturn string time wchar wctype"
    ).split()
}


def violations(root: Path) -> list[str]:
    found = []
    for layer, where, file in sources(root):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            own, library = match.groups()
            why = judge_own(layer, own) if own else judge_library(layer, where, library)
            if why:
                found.append(f"{file.relative_to(root)}:{number}: {why}")
    return found


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    files = sum(1 for _ in sources(root))
    found = violations(root)
    print("\n".join(found), end="\n" if found else "")
    if files == 0:
        print(f"layers: no source below {root}")
        return 1
    print(f"layers: {files} files, {len(found)} wrong includes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
