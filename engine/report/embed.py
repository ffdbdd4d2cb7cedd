#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""embed.py - writes the report's style and script as C: embed.py TOKENS.css STYLE.css SCRIPT.js OUT.c

The tokens are the web page's own file: there is one source of colours and sizes. The hash of the
script is what the report's policy allows to run.
"""

import base64
import hashlib
import re
import sys
from pathlib import Path


def smaller(text: str) -> str:
    """Without comments and indentation."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def literal(name: str, text: str) -> str:
    assert "</" not in text, "the text would end its element"
    numbers = [*text.encode("ascii"), 0]  # C promises no more than 4,095 bytes of a literal
    lines = [numbers[i : i + 24] for i in range(0, len(numbers), 24)]
    body = "\n".join("    " + ", ".join(map(str, line)) + "," for line in lines)
    return f"const char {name}[] = {{\n{body}\n}};\n"


def on_paper(tokens: str) -> str:
    """A dark report is printed light all the same: paper is white, and ink is dear."""
    light = re.search(r'\[data-theme="light"\] \{(.*?)\}', tokens, re.S)
    assert light, "the tokens have no light theme"
    return f'@media print {{ [data-theme="dark"] {{{light[1]}}} }}\n'


def main() -> int:
    tokens, style, script = (Path(p).read_text(encoding="utf-8") for p in sys.argv[1:4])
    script = smaller(script)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    Path(sys.argv[4]).write_text(
        "/* Made by engine/report/embed.py. */\n"
        '#include "report/html_private.h"\n\n'
        + literal("html_style", smaller(tokens + on_paper(tokens) + style))
        + literal("html_script", script)
        + literal("html_script_hash", digest),
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
