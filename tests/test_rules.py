# SPDX-License-Identifier: MIT
"""The checkers themselves: a tree that breaks a rule must be found out, a clean one must pass."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import banned  # noqa: E402
import layers  # noqa: E402

CLEAN = {
    "engine/base/buf.c": '#include "base/buf.h"\n#include <string.h>\n',
    "engine/base/json.h": "#include <jansson.h>\n",
    "engine/core/loop.c": '#include "core/loop.h"\n#include <ev.h>\n',
    "engine/http/curl.c": '#include "core/loop.h"\n#include <curl/curl.h>\n',
    "engine/http/fast/conn.c": '#include "http/fast/conn.h"\n',
    "engine/report/csv.c": '#include "runner/snapshot.h"\n',
    "engine/sim/api.c": '#include "api/cicada.h"\n#include <cicada.h>\n',
    "engine/target/main.c": "#include <microhttpd.h>\n",
    "proto/reader.c": '#include "proto/reader.h"\n#include <msgpack.h>\n',
    "scenarios/hello.c": "#include <cicada.h>\n#include <stdio.h>\n",
}

# What is added to the clean tree, and a part of what must be said about it.
UPWARD = [
    ("base does not know the loop", "engine/base/x.c", '#include "core/loop.h"', "use core"),
    ("siblings do not meet", "engine/core/x.c", '#include "stats/hist.h"', "use stats"),
    ("siblings do not meet", "engine/stats/x.c", '#include "proto/reader.h"', "use proto"),
    ("statistics know no HTTP", "engine/stats/x.c", '#include "http/curl.h"', "use http"),
    ("http knows no users", "engine/http/x.c", '#include "sim/user.h"', "use sim"),
    ("http knows no statistics", "engine/http/x.c", '#include "stats/hist.h"', "use stats"),
    ("users know no runner", "engine/sim/x.c", '  #  include "runner/local.h"', "use runner"),
    ("outputs see the snapshot only", "engine/report/x.c", '#include "runner/local.h"', "runner"),
    ("outputs know no program", "engine/report/x.c", '#include "cli/options.h"', "use cli"),
    ("the target shares the base only", "engine/target/x.c", '#include "core/loop.h"', "core"),
    ("the wire stands alone", "proto/x.c", '#include "runner/link.h"', "use runner"),
    ("scenarios see one header", "scenarios/x.c", '#include "base/buf.h"', "use base"),
    ("scenarios see one header", "scenarios/x.c", "#include <curl/curl.h>", "scenario"),
    ("a path from the root", "engine/base/x.c", '#include "buf.h"', "spelled from the root"),
    ("a folder nobody planned", "engine/new/x.c", '#include "base/buf.h"', "not in tests"),
    ("libev in one file", "engine/core/x.c", "#include <ev.h>", "belongs in core/loop"),
    ("libcurl in one folder", "engine/sim/x.c", "#include <curl/multi.h>", "belongs in http"),
    ("ZeroMQ in one folder", "proto/x.c", "#include <zmq.h>", "belongs in runner"),
    ("jansson behind json.h", "engine/sim/x.c", "#include <jansson.h>", "belongs in base/json"),
]

CALLS = [
    ("a call", "strcpy(a, b);", 1),
    ("a call with a blank", "x = atoi (s);", 1),
    ("two on a line", "sprintf(a, b); strcat(a, b);", 2),
    ("the safe relative", "snprintf(a, 4, b); strtok_r(a, b, c); xrand(); usleep(1);", 0),
    ("a comment", "/* strcpy(a, b)\n sleep(1) */ // rand()", 0),
    ("a text", 'log_info("atoi(%d)", n);', 0),
    ("a member", "user->sleep(user); user.rand();", 0),
    ("after a text with a quote", 'puts("\\""); sleep(1);', 1),
]


def tree(folder: str, files: dict) -> Path:
    root = Path(folder)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


class Rules(unittest.TestCase):
    def test_clean_tree_passes(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(layers.violations(tree(folder, CLEAN)), [])

    def test_each_upward_include_fails(self):
        for row, file, line, expected in UPWARD:
            with self.subTest(row), tempfile.TemporaryDirectory() as folder:
                found = layers.violations(tree(folder, {**CLEAN, file: f"{line}\n"}))
                self.assertEqual(len(found), 1, found)
                self.assertIn(f"{file}:1:", found[0])
                self.assertIn(expected, found[0])

    def test_banned_calls(self):
        for row, code, count in CALLS:
            with self.subTest(row), tempfile.TemporaryDirectory() as folder:
                found = banned.violations(tree(folder, {"engine/base/x.c": code}))
                self.assertEqual(len(found), count, found)


if __name__ == "__main__":
    unittest.main()
