# SPDX-License-Identifier: MIT
"""../README.md says which test proves which requirement; here it is held to it."""

import re

import pytest
from documents import ids

ROWS = dict(re.findall(r"^\| ([DXBT]\d+) \| [^|]+ \| (.+) \|$", (ids.TESTS / "README.md").read_text(), re.M))
PROOFS = ids.proofs()


@pytest.mark.parametrize("kind", ids.LAST)
def test_every_id_is_in_the_table_and_has_a_test(kind):
    """T14."""
    wanted = [f"{kind}{number}" for number in range(1, ids.LAST[kind] + 1)]
    assert [name for name in ROWS if name[0] == kind] == wanted
    assert [name for name in wanted if name not in PROOFS] == []


def test_the_files_in_the_table_name_the_id():
    """T14: at least one file for each, and no file that does not prove it."""
    bad = []
    for name, cell in ROWS.items():
        files = re.findall(r"`([^`]+)`", cell)
        files = {file if file.startswith("infra/") else f"tests/deploy/{file}" for file in files}
        if not files or not files <= PROOFS.get(name, set()):
            bad.append(f"{name}: {sorted(files - PROOFS.get(name, set())) or 'no test'}")
    assert not bad


def test_ids_are_read_as_they_are_written():
    """T14: the parser, on what it must tell apart."""
    assert ids.named("D2-D5, X1.") == {"D2", "D3", "D4", "D5", "X1"}
    assert ids.named("B20-22 T9 and 3D5 D78 X0") == {"B20", "B21", "B22", "T9"}
    assert ids.named(None) == set()
