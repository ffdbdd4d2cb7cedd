# SPDX-License-Identifier: MIT
"""What the tests of the protocol are made of; processes and servers are those of tests/e2e."""

from pathlib import Path

__path__.append(str(Path(__file__).resolve().parents[2] / "e2e" / "harness"))
