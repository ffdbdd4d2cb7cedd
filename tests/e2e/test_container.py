# SPDX-License-Identifier: MIT
"""What a container gives a program: a root that can't be written, a user without a name or a home, no
compiler, a volume for results that may be full, and SIGTERM."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from harness.load import Generator, read_csv
from harness.peers import ROOT, need
from harness.process import free_port, wait_until

CICADA = Path(os.environ.get("CICADA", ROOT / "build/engine/cli/cicada"))

# Everything is read-only but an empty /tmp, and /mnt, which is the folder $1. Then the rest of the words,
# as a user the system does not know, without capabilities, from the root folder.
CONTAINER = r"""
set -eu
mount --make-rprivate /
cut -d' ' -f2 /proc/self/mounts | while read -r place; do
    mount -o remount,ro,bind "$place" 2>/dev/null || true
done
mount --bind "$1" /mnt
mount -o remount,rw,bind /mnt
mount -t tmpfs -o mode=1777 none /tmp
shift
cd /
! touch /etc/cicada-was-here 2>/dev/null
exec setpriv --reuid 4711 --regid 4711 --clear-groups --no-new-privs --inh-caps=-all \
    --bounding-set=-all env -u HOME -u TMPDIR -u USER -u LOGNAME "$@"
"""


@pytest.fixture
def contained(tmp_path):
    """Like cicada(), in there; .volume is the folder that is /mnt."""
    if os.geteuid() != 0:
        pytest.fail("making a root that can't be written needs root")
    volume = tmp_path / "volume"
    volume.mkdir()
    volume.chmod(0o777)
    generator = Generator(["unshare", "--mount", "sh", "-c", CONTAINER, "sh", volume, need(CICADA)],
                          tmp_path / "contained")  # fmt: skip
    generator.volume = volume
    yield generator
    generator.stop()


def test_nothing_is_written_but_below_tmp(contained, target, scenarios):
    """A master and a worker that compiles its scenario; the results are on the volume."""
    port = free_port()
    outputs = ("--csv", "/mnt/results/run", "--html", "/mnt/results/{ts}/r.html", "--json-file", "/mnt/results/r",
               "--logfile", "/mnt/log")  # fmt: skip
    master = contained.start(
        "-f", scenarios / "steady.c", "--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port,
        "--autostart", "--autoquit", 0, "--web-host", "127.0.0.1", "--web-port", 0, "-u", 4, "-r", 100, "-t", "2s",
        "-s", 5, "-H", target.url, *outputs,
    )  # fmt: skip
    worker = contained.start("-f", scenarios / "steady.c", "--worker", "--master-port", port,
                             "--health-host", "127.0.0.1", "--health-port", 0)  # fmt: skip
    done = master.finish(60)
    assert done.code == 0, done
    other = worker.finish(30)
    assert other.code == 0, other
    results = contained.volume / "results"
    rows = {row["name"]: row["num_requests"] for row in json.loads((results / "r.json").read_text())}
    assert rows["/get"] == target.total() > 0
    assert len(read_csv(results / "run_stats.csv")) == 3
    assert len(list(results.glob("*/r.html"))) == 1
    assert "Starting Locust" in (contained.volume / "log").read_text()
    for text in done.err, other.err, (contained.volume / "log").read_text():
        assert not re.search(r"/(WARNING|ERROR)/|Read-only|Permission denied", text), text


@pytest.mark.parametrize("option", [("--csv", "run"), ("--html", "r.html"), ("--json-file", "r")])
def test_a_root_that_cannot_be_written_is_said_at_once(contained, target, scenarios, option):
    done = contained("-f", "jsonplaceholder", "--headless", "-t", "1s", "-H", target.url, option[0],
                     f"/srv/results/{option[1]}")  # fmt: skip
    assert done.code == 1 and "can't create directory /srv/results: Read-only file system" in done.err
    assert target.total() == 0


def test_a_log_that_cannot_be_written_is_no_reason_to_stop(contained, target):
    done = contained("-f", "jsonplaceholder", "--headless", "-t", "1s", "-H", target.url, "--logfile", "/log",
                     "--allow-empty", "--exit-code-on-error", 0)  # fmt: skip
    assert done.code == 0 and re.search(r"/log.*Read-only file system; logging to standard", done.err)


def test_a_place_to_compile_in_is_needed(cicada, scenarios):
    done = cicada("-f", scenarios / "steady.c", "--list", env={"TMPDIR": "/proc/nowhere"})
    assert done.code == 1 and "can't make a folder for the compiled scenario (/proc/nowhere" in done.err


@pytest.mark.parametrize("option", [("--csv", "run"), ("--html", "r.html"), ("--json-file", "r")])
def test_a_full_volume_is_said_at_once(cicada, target, tmp_path, option):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], check=False).returncode:
        pytest.fail("mounting a small disk needs root")
    try:
        with open(disk / "rest", "wb", buffering=0) as rest, pytest.raises(OSError):
            while True:
                rest.write(bytes(4096))
        done = cicada("-f", "jsonplaceholder", "--headless", "-t", "1s", "-H", target.url, option[0],
                      disk / option[1])  # fmt: skip
        assert done.code == 1 and "No space left on device" in done.err, done
        assert target.total() == 0
        # A report of an earlier run is still there when the next one can't begin.
        assert [file.name for file in disk.iterdir() if file.name != f"{option[1]}_stats.csv"] == ["rest"]
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


# ---- No compiler ----

NOTHING = {"PATH": "/nowhere"}


@pytest.mark.parametrize(
    "name, user", [("jsonplaceholder", "JSONPlaceholderUser"), ("httpbin", "HTTPBinUser"), ("custom", "CustomUser")]
)  # fmt: skip
def test_scenarios_that_need_no_compiler(cicada, name, user):
    for how in ({"LOCUST_SCENARIO": name}, {"LOCUST_LOCUSTFILE": name}):
        done = cicada("--list", env={**NOTHING, **how})
        assert done.code == 0 and user in done.out, done


def test_a_module_needs_no_compiler(cicada, scenarios, target, tmp_path):
    module = tmp_path / "steady.so"
    subprocess.run(["cc", "-std=gnu11", "-shared", "-fPIC", f"-I{ROOT}/engine/api", "-o", module,
                    scenarios / "steady.c"], check=True)  # fmt: skip
    done = cicada("-f", module, "--headless", "-t", "1s", "-H", target.url, "--json", env=NOTHING)
    assert done.code == 0 and done.json()[0]["num_requests"] == target.total() > 0, done


def test_a_c_file_without_a_compiler(cicada, scenarios):
    done = cicada("-f", scenarios / "steady.c", "--list", env=NOTHING)
    assert done.code == 1
    assert re.search(r"can't compile \S*steady\.c: the C compiler cc can't be run: No such file.*-f takes a built "
                     r"module \(\.so\) or a built-in scenario", done.err), done  # fmt: skip


def test_an_unknown_scenario_names_the_known_ones(cicada):
    done = cicada("--list", env={"LOCUST_SCENARIO": "shop"})
    assert done.code == 1 and "jsonplaceholder, httpbin, custom" in done.err


# ---- SIGTERM ----


@pytest.mark.parametrize("web", [False, True], ids=["headless", "web"])
def test_a_master_that_is_asked_to_end_leaves_all_results(cicada, target, scenarios, tmp_path, web):
    """The test is stopped, the workers' last reports are in, every file is complete."""
    port = free_port()
    mode = ("--autostart", "--web-host", "127.0.0.1", "--web-port", 0) if web else ("--headless",)
    out = tmp_path / "out"
    master = cicada.start(
        "-f", scenarios / "steady.c", "--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port,
        *mode, "--expect-workers", 2, "-u", 10, "-r", 100, "-s", 10, "-H", target.url,
        "--csv", out / "run", "--html", out / "r.html", "--json-file", out / "r",
    )  # fmt: skip
    workers = [cicada.start("-f", scenarios / "steady.c", "--worker", "--master-port", port) for _ in range(2)]
    wait_until(lambda: target.total() > 150, 60, "load")
    master.signal(signal.SIGTERM)
    done = master.finish(30)
    assert done.code == 0, done
    for worker in workers:
        assert worker.finish(30).code == 0, worker
    served = target.total()
    rows = {row["name"]: row["num_requests"] for row in json.loads((out / "r.json").read_text())}
    stats = {row[1]: row[2] for row in read_csv(out / "run_stats.csv")}
    assert rows["/get"] == int(stats["/get"]) == int(stats["Aggregated"]) == done.requests() == served
    assert int(read_csv(out / "run_stats_history.csv")[-1][17]) == served
    assert "</html>" in (out / "r.html").read_text()[-100:]
