# SPDX-License-Identifier: MIT
"""W31: our worker gets its test file from the master."""

import os
import shutil
import subprocess

import pytest
from harness.cicada import SCENARIOS, CicadaMaster
from harness.locust import LOCUSTFILES, NEW
from harness.marks import ours
from harness.peers import ROOT

LOCUST = os.environ.get("WIRE_WORKER") == "locust"


def file():
    path = LOCUSTFILES / "wire.py" if LOCUST else SCENARIOS / "wire.c"
    return {"filename": path.name, "contents": path.read_text()}


def test_w31_list_form(scripted, worker):
    m = scripted()
    m.files = {"locustfiles": [file()]}
    worker(m.port, scenario="-")
    asked = m.expect("locustfile", 15)
    assert isinstance(asked.data["version"], str) and asked.data["version"]
    assert "_download_locustfile_" in asked.sender
    name = m.worker(15)
    assert name != asked.sender
    done = m.spawned(name, {"Idle": 2})
    assert done.data["user_classes_count"]["Idle"] == 2


@ours
def test_w31_old_form(scripted, worker):
    m = scripted()
    m.files = file()
    worker(m.port, scenario="-")
    name = m.worker(20)
    m.spawned(name, {"Idle": 2})


def test_w31_error_form(scripted, worker):
    m = scripted()
    m.files = {"error": "there is none, sorry"}
    w = worker(m.port, scenario="-")
    result = w.finish(20)
    assert result.code not in (0, -6, -11), result
    assert "there is none, sorry" in result.out + result.err, result


@ours
@pytest.mark.parametrize("name", ["../../evil.c", "/tmp/evil.c", ".", ""])
def test_w31_names_stay_names(scripted, worker, name):
    m = scripted()
    m.files = {"locustfiles": [{**file(), "filename": name}]}
    w = worker(m.port, scenario="-")
    m.expect("locustfile", 15)
    asked = m.mark()
    # Taken by its base name or refused, as it likes; nothing lands elsewhere.
    m.quiet("exception", 3, since=asked)
    assert not os.path.exists("/tmp/evil.c")
    assert not (w.out_file.parent.parent / "evil.c").exists()


@ours
def test_w31_python_is_refused(python_master, worker):
    m = python_master(NEW)
    w = worker(m.port, scenario="-")
    result = w.finish(20)
    assert result.code not in (0, -6, -11), result
    assert "wire.py" in result.err and "Python" in result.err, result


@ours
def test_w31_a_module_of_a_cicada_master(starter, worker, target, tmp_path):
    module = tmp_path / "wire.so"
    cc = os.environ.get("CC") or shutil.which("cc")
    subprocess.run([cc, "-shared", "-fPIC", "-I", ROOT / "engine/api", SCENARIOS / "wire.c", "-o", module],
                   check=True)  # fmt: skip
    m = starter.keep(CicadaMaster(starter.place("master"), "-f", module, "-u", 2, "-r", 2, "-t", "3s",
                                  "-H", target.url, "-s", 2, classes=["Alpha"], scenario=None))  # fmt: skip
    m.listening()
    w = worker(m.port, scenario="-")
    assert m.wait(40) == 0, str(m)
    assert w.wait(10) == 0, str(w)
    assert m.requests()["GET", "/get"] == target.counts()["GET /get"] > 0
