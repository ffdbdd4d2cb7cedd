#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""banned.py - calls our C does without, and what to use instead. Usage: tests/banned.py [ROOT]"""

import re
import sys
from pathlib import Path

BANNED = {
    "strcpy": "snprintf or buf_add",
    "strcat": "buf_add",
    "sprintf": "snprintf",
    "vsprintf": "vsnprintf",
    "gettimeofday": "clock_mono_ns or clock_wall_s",
    "atoi": "strtol with a check, or units.h",
    "strtok": "strcspn, or strtok_r",
    "rand": "rng.h",
    "sleep": "a timer of the loop",
}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
# Comments and literals, which may well name a banned function.
NOT_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


def code_only(text: str) -> str:
    """Blanks what is no code and keeps the line numbers."""
    return NOT_CODE.sub(lambda m: "\n" * m.group().count("\n"), text)


def violations(root: Path) -> list[str]:
    found = []
    for top in ("engine", "proto", "scenarios", "tests"):
        for file in sorted((root / top).rglob("*.[ch]")):
            code = code_only(file.read_text(encoding="utf-8"))
            for number, line in enumerate(code.splitlines(), 1):
                for match in CALL.finditer(line):
                    name = match.group(1)
                    where = f"{file.relative_to(root)}:{number}"
                    found.append(f"{where}: {name}() is banned: {BANNED[name]}")
    return found


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = violations(root)
    print("\n".join(found), end="\n" if found else "")
    print(f"banned: {len(found)} banned calls")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
