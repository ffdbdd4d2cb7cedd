#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles every C block of both READMEs, and every scenario, as a user's compiler would.

    scenarios_readme.py [--cc CC]... [README]...

A block opened by "```c" is a whole file and compiled as it is. "```c declarations" is put after
PROLOGUE at file level; "```c fragment" is put after it into a task, which has a user, its data `me`
and a response `r`. Nothing may warn; only what a fragment leaves unused is overlooked.
"""
import argparse
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-O2", "-c", "-x", "c", "-"]
FLAGS += ["-o", "/dev/null", "-I", str(ROOT / "engine/api")]
STRICT = ["-std=c11"]

PROLOGUE = """\
#include <cicada.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the fragments may take for granted. */
struct account {
    char name[32];
    char token[128];
    int orders;
};
extern task_fn log_in, log_out, browse, search, pay, leave;
extern const struct user_class shopper, editor;
"""
TASK = """
void fragment(struct user *user, struct response *r);
void fragment(struct user *user, struct response *r)
{
    struct account *me = user_data(user);

#line %d "%s"
%s
}
"""


def blocks(path):
    """Yields (line, kind, text) of each C block; kind is "", "declarations" or "fragment"."""
    kind = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        opening = re.fullmatch(r"\s*```c(?:\s+(\w+))?\s*", line)
        if kind is None and opening:
            kind, start, text = opening.group(1) or "", number + 1, []
        elif kind is not None and line.strip() == "```":
            yield start, kind, "\n".join(text)
            kind = None
        elif kind is not None:
            text.append(line)
    if kind is not None:
        raise SystemExit(f"{path}:{start}: a block is not closed")


def compiles(compiler, source, flags, where):
    command = compiler + FLAGS + flags
    run = subprocess.run(command, input=source, capture_output=True, text=True)
    if run.returncode != 0:
        print(f"{where}: does not compile: {shlex.join(command)}\n{run.stderr}", file=sys.stderr)
    return run.returncode == 0


def jobs_of(readme):
    """The blocks of one file as (where, source, flags)."""
    jobs = []
    for line, kind, text in blocks(readme):
        where, flags = f"{readme}:{line}", []
        if kind == "":
            source = f'#line {line} "{readme}"\n{text}\n'
        elif kind == "declarations":
            source = f'{PROLOGUE}\n#line {line} "{readme}"\n{text}\n'
            flags = ["-Wno-unused", "-Wno-unknown-warning-option"]
        elif kind == "fragment":
            source = PROLOGUE + TASK % (line, readme, text)
            flags = ["-Wno-unused", "-Wno-unused-parameter", "-Wno-unused-but-set-variable"]
        else:
            raise SystemExit(f'{where}: "c {kind}" is no kind of block')
        jobs.append((where, source, flags))
    if not jobs:
        raise SystemExit(f"{readme}: no C block found")
    return jobs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("readmes", nargs="*", type=pathlib.Path,
                        default=[ROOT / "README.md", ROOT / "scenarios/README.md"])
    parser.add_argument("--cc", action="append", help="a compiler; default: all of cc, gcc, clang")
    arguments = parser.parse_args()
    compilers = [shlex.split(cc) for cc in arguments.cc or ["cc", "gcc", "clang"] if
                 arguments.cc or shutil.which(cc)]
    if not compilers:
        raise SystemExit("no C compiler found")

    jobs = [job for readme in arguments.readmes for job in jobs_of(readme)]
    for path in sorted((ROOT / "scenarios").glob("**/*.c")):
        jobs.append((path, f'#line 1 "{path}"\n{path.read_text()}', ["-I", str(path.parent)]))

    failed = 0
    for compiler in compilers:
        for where, source, flags in jobs:
            failed += not compiles(compiler, source, STRICT + flags, where)
    print(f"{len(jobs)} sources, {len(compilers)} compilers, {failed} failures")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
