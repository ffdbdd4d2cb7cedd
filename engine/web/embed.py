#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""embed.py - writes the page's files as C: embed.py FOLDER OUT.c. A folder that does not exist has
no files. The output is only touched when it changes, so that nothing is compiled in vain."""

import gzip
import hashlib
import sys
from pathlib import Path


def rows(folder: Path):
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith(".") and file.suffix not in (".map", ".sha256"):
            plain = file.read_bytes()
            yield "/" + file.relative_to(folder).as_posix(), plain, gzip.compress(plain, 9, mtime=0)


def main() -> int:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    arrays, table = [], []
    for number, (path, plain, packed) in enumerate(rows(folder)):
        lines = [packed[i : i + 24] for i in range(0, len(packed), 24)]
        body = "\n".join("    " + ",".join(map(str, line)) + "," for line in lines)
        arrays.append(f"static const unsigned char file{number}[] = {{\n{body}\n}};\n")
        tag = hashlib.sha256(plain).hexdigest()[:20]
        name = path.replace("\\", "\\\\").replace('"', '\\"')
        table.append(
            f'    {{"{name}", file{number}, sizeof(file{number}), {len(plain)}, "\\"{tag}\\""}},\n'
        )
    text = (
        "/* Made by engine/web/embed.py. */\n"
        '#include "web/assets.h"\n\n'
        + "".join(arrays)
        + "\nconst struct asset assets_embedded[] = {\n"
        + "".join(table)
        + "    {0},\n};\n"
    )
    if not out.exists() or out.read_text(encoding="utf-8") != text:
        out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
