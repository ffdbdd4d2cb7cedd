# SPDX-License-Identifier: MIT
"""Which test proves which requirement: each test names its ids (D1-D77, X1-X14, B1-B33, T1-T20) in its
docstring; in bats files in a test's title, in Terraform's in the comments."""

import ast
import pathlib
import re

TESTS = pathlib.Path(__file__).resolve().parents[1]
INFRA = TESTS.parents[1] / "infra"
LAST = {"D": 77, "X": 14, "B": 33, "T": 20}
ID = re.compile(r"\b([DXBT])(\d+)(?:-[DXBT]?(\d+))?\b")


def named(text):
    """The ids in a text; D2-D5 is four of them."""
    found = set()
    for kind, first, last in ID.findall(text or ""):
        for number in range(int(first), int(last or first) + 1):
            if 1 <= number <= LAST[kind]:
                found.add(f"{kind}{number}")
    return found


def docstrings(path):
    """Of every test of a Python file, with what the module says of all of them."""
    tree = ast.parse(path.read_text())
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    if tests:
        yield ast.get_docstring(tree)
    for test in tests:
        yield ast.get_docstring(test)


def proofs():
    """{id: files with a test that names it}, paths from the root of the repository."""
    files = {}
    for path in TESTS.rglob("test_*.py"):
        files[path] = set().union(*map(named, docstrings(path)))
    for path in TESTS.rglob("*.bats"):
        head = " ".join(re.findall(r"^# (.*)$", path.read_text(), re.M)[:12])
        files[path] = named(head).union(*map(named, re.findall(r'^@test "(.*)" \{', path.read_text(), re.M)))
    for path in INFRA.rglob("*.tftest.hcl"):
        text = path.read_text()
        files[path] = named(" ".join(re.findall(r"# (.*)$", text, re.M))) if 'run "' in text else set()
    found = {}
    for path, ids in files.items():
        for name in ids:
            found.setdefault(name, set()).add(path.relative_to(TESTS.parents[1]).as_posix())
    return found
