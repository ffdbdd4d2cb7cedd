# SPDX-License-Identifier: MIT
"""The list of files in DEPLOYMENT_SUMMARY.md, held against the tree."""

import re
import subprocess

from documents import pages


def listed(*folders):
    """What git knows below the folders, in the index or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders]
    result = subprocess.run(command, cwd=pages.ROOT, text=True, capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return {name for name in result.stdout.splitlines() if (pages.ROOT / name).exists()}


def test_inventory_matches_the_tree():
    """D68, T14: every file of infra, k8s and docker is named once, and no other."""
    text = pages.section(pages.SUMMARY, "Files")
    names = re.findall(r"^\| `((?:infra|k8s|docker)/[^`]+)` \|", text, re.M)
    assert len(names) == len(set(names))
    assert set(names) == listed("infra", "k8s", "docker")
