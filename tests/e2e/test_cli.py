# SPDX-License-Identifier: MIT
"""The command line: options, configuration, exit codes, log lines, tables and files."""

import json
import re
import resource
import signal
import subprocess

import pytest
from harness.load import read_csv

HEADER = (
    "Type     Name                                                                          "
    "# reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s"
)
SEPARATOR = (
    "--------|----------------------------------------------------------------------------|-------|"
    "-------------|-------|-------|-------|-------|--------|-----------"
)
PERCENTILES = (
    "Type     Name                                                                                  "
    "50%    66%    75%    80%    90%    95%    98%    99%  99.9% 99.99%   100% # reqs"
)
PERCENTILE_SEPARATOR = (
    "--------|--------------------------------------------------------------------------------|"
    "--------|------|------|------|------|------|------|------|------|------|------|------"
)
ERROR_SEPARATOR = "-" * 18 + "|" + "-" * 141


@pytest.fixture
def steady(cicada, target, scenarios):
    """steady(*options): one second of one user that asks ten times a second."""

    def run(*args, **how):
        return cicada("-f", scenarios / "steady.c", "--headless", "-t", "1s", "-H", target.url,
                      *args, **how)  # fmt: skip

    return run


# ---- Without a run -------------------------------------------------------------------------------


@pytest.mark.valgrind
def test_version(cicada):
    result = cicada("--version")
    assert result.code == 0
    assert re.match(r"locust \d+\.\d+\.\d+\b.*cicada \d+\.\d+", result.out), result


@pytest.mark.valgrind
def test_help(cicada):
    result = cicada("--help")
    assert result.code == 0
    for option in ("--headless", "--users", "--spawn-rate", "--run-time", "--stop-timeout", "--csv",
                   "--iterations", "--stages", "--exit-code-on-error"):  # fmt: skip
        assert option in result.out, option
    assert max(map(len, result.out.splitlines())) <= 100


@pytest.mark.valgrind
def test_the_built_in_classes_are_listed(cicada):
    result = cicada("--list")
    assert result.code == 0
    assert result.out.startswith("Available Users:\n"), result
    listed = {line.strip() for line in result.out.splitlines()[1:]}
    assert listed == {"JSONPlaceholderUser", "HTTPBinUser", "CustomUser"}


def test_several_files(cicada, scenarios):
    result = cicada("-f", f"{scenarios / 'steady.c'},{scenarios / 'slow.c'}", "--list")
    assert result.out.split() == ["Available", "Users:", "Steady", "Slow", "Waiting"], result
    result = cicada("-f", scenarios / "steady.c", "-f", scenarios / "slow.c", "--list")
    assert result.out.split() == ["Available", "Users:", "Steady", "Slow", "Waiting"], result


def test_the_same_class_twice(cicada, scenarios, tmp_path):
    copy = tmp_path / "copy.c"
    copy.write_text((scenarios / "steady.c").read_text())
    result = cicada("-f", f"{scenarios / 'steady.c'},{copy}", "--list")
    assert result.code == 1, result
    assert "Steady" in result.err, result


def test_a_built_in_scenario_by_name(cicada):
    result = cicada("-f", "httpbin", "--list")
    assert result.out.split() == ["Available", "Users:", "HTTPBinUser"], result
    result = cicada("--list", env={"LOCUST_SCENARIO": "custom"})
    assert "CustomUser" in result.out, result


@pytest.mark.parametrize(
    "args",
    [
        ("--mastr",),
        ("--users", "-5"),
        ("-u",),
        ("--run-time", "5x"),
        ("--stop-timeout", "abc"),
        ("--csv-full-history",),
        ("--exit-code-on-error", "x"),
        ("--stages", "30s"),
    ],
    ids=" ".join,
)
def test_bad_arguments(cicada, args):
    result = cicada("--headless", "-t", "1", *args)
    assert result.code == 2, result
    assert args[0] in result.err or "users" in result.err, result
    assert result.out == ""


@pytest.mark.parametrize("option", ["--otel"])
def test_what_is_not_there_yet_is_said(cicada, target, option):
    """Never silently swallowed: refused, or named in a warning."""
    result = cicada("--headless", "-t", "1s", "-H", target.url, option, "CustomUser", timeout=20)
    name = option.split("=")[0]
    if result.code == 0:
        warnings = [text for level, _, text in result.log() if level == "WARNING"]
        assert any(name.lstrip("-") in text for text in warnings), result
    else:
        assert result.code == 2 and name in result.err, result


# ---- Configuration -------------------------------------------------------------------------------


def users_of(result):
    return int(re.search(r"Ramping to (\d+) users", result.err)[1])


def test_precedence(cicada, scenarios, target, tmp_path):
    """defaults < ~/.locust.conf < ./locust.conf < pyproject.toml < --config < environment < argv."""
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    sources = [
        (1, lambda: None),
        (2, lambda: (home / ".locust.conf").write_text("users = 2\n")),
        (3, lambda: (work / "locust.conf").write_text("# comment\n[section]\nusers: 3 ; three\n")),
        (4, lambda: (work / "pyproject.toml").write_text("[tool.locust]\nusers = 4\n")),
        (5, lambda: (work / "more.conf").write_text("--users 5\n")),
        (6, lambda: None),
        (7, lambda: None),
    ]
    for users, write in sources:
        write()
        args = [] if users < 5 else ["--config", "more.conf"]
        args += ["--users", "7"] if users == 7 else []
        env = {"HOME": str(home), **({"LOCUST_USERS": "6"} if users >= 6 else {})}
        result = cicada("-f", scenarios / "steady.c", "--headless", "-i", 1, "-r", 100,
                        "-H", target.url, *args, env=env, cwd=work)  # fmt: skip
        assert result.code == 0, result
        assert users_of(result) == users, result


def test_everything_from_the_environment(cicada, scenarios, target):
    result = cicada(env={
        "LOCUST_LOCUSTFILE": str(scenarios / "steady.c"),
        "LOCUST_HEADLESS": "true",
        "LOCUST_USERS": "3",
        "LOCUST_SPAWN_RATE": "10",
        "LOCUST_RUN_TIME": "1s",
        "LOCUST_HOST": target.url,
        "LOCUST_ONLY_SUMMARY": "1",
        "LOCUST_USER_CLASSES": "Steady",
    })  # fmt: skip
    assert (result.code, users_of(result)) == (0, 3), result
    assert result.err.count("Type     Name") == 2, result


@pytest.mark.parametrize(
    "name, text, hint",
    [
        ("locust.conf", "userz = 3\n", "users"),
        ("locust.conf", "run_time = 3\n", "run-time"),
        ("locust.conf", "users = many\n", "users"),
        ("pyproject.toml", "[tool.locust\nusers = 4\n", "pyproject.toml"),
        ("pyproject.toml", '[tool.locust]\nuserz = "4"\n', "users"),
    ],
)
def test_a_wrong_configuration_is_named(cicada, tmp_path, name, text, hint):
    (tmp_path / name).write_text(text)
    result = cicada("--headless", "-t", "1", cwd=tmp_path)
    assert result.code == 2, result
    assert hint in result.err, result


@pytest.mark.parametrize("name", ["locust.conf", "pyproject.toml"])
def test_garbage_for_configuration(cicada, tmp_path, name):
    (tmp_path / name).write_bytes(bytes(range(256)) * 50 + b"[tool.locust]\n\xff\xfe = \x00")
    result = cicada("--headless", "-t", "1", cwd=tmp_path)
    assert result.code in (1, 2), result
    assert name in result.err, result


# ---- Exit codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expected, args",
    [
        (0, ("steady.c",)),
        (1, ("failing.c",)),
        (7, ("failing.c", "--exit-code-on-error", "7")),
        (0, ("failing.c", "--exit-code-on-error", "0")),
        (1, ("crash.c", "Raiser")),
        (1, ("crash.c", "Asserter")),
        (42, ("hooks.c", "--end-with", "42")),
        (1, ("hooks.c", "--refuse")),
        (4, ("slow.c", "Slow", "--stop-timeout", "0")),
        (0, ("slow.c", "Slow", "--stop-timeout", "0", "--allow-empty")),
        (4, ("steady.c", "-u", "0")),
        (1, ("steady.c", "Nobody")),
        (1, ("no-such-file.c",)),
        (2, ("steady.c", "--config-users", "{")),
        (255, ("steady.c", "--config-users", '{"user_class_name": "Nobody"}')),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_exit_code(cicada, target, scenarios, expected, args):
    if args[0] == "slow.c":
        # Without on_stop's request, so that really nothing was recorded.
        source = (scenarios / "slow.c").read_text().replace(".on_stop = say_goodbye, ", "")
        file = cicada.folder / "slow.c"
        cicada.folder.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    else:
        file = scenarios / args[0]
    result = cicada("-f", file, "--headless", "-t", "2s", "-H", target.url, *args[1:])
    assert result.code == expected, result
    if expected in (4, 255):
        assert re.search(r"/(ERROR|WARNING|CRITICAL)/|^cicada|^locust", result.err, re.M), result
    if "--headless" in args or expected in (0, 1, 7, 42) and "steady" in args[0]:
        return
    if expected in (0, 1, 7, 42) and args[0] in ("failing.c", "crash.c"):
        assert f"Shutting down (exit code {expected})" in result.err, result


def test_everybody_dies_in_on_start(cicada, target, scenarios):
    result = cicada("-f", scenarios / "crash.c", "--headless", "-u", 3, "-r", 100, "-t", "5s",
                    "-H", target.url, "Stillborn")  # fmt: skip
    assert result.code != 0, result
    assert "no luck for user" in result.err, result


def test_no_host(cicada, scenarios):
    result = cicada("-f", scenarios / "steady.c", "--headless", "-t", "2s")
    assert result.code not in (0, -6, -11), result
    assert "host" in result.err.lower(), result


# ---- Log and console -----------------------------------------------------------------------------


def test_log_lines(steady):
    result = steady("-u", 3, "-r", 2, "-t", "3s")
    log = result.log()
    texts = [text for _, _, text in log]
    for pattern in (
        r"Starting Locust \d+\.\d+\.\d+",
        r"Run time limit set to 3 seconds",
        r"Ramping to 3 users at a rate of 2\.00 per second",
        r'All users spawned: \{"Steady": 3\} \(3 total users\)',
        r"--run-time limit reached, shutting down",
        r"Shutting down \(exit code 0\)",
    ):
        assert any(re.match(pattern, text) for text in texts), (pattern, str(result))
    assert {level for level, _, _ in log} == {"INFO"}, result
    assert "locust.main" in {logger for _, logger, _ in log}, result


def test_log_level_and_file(steady, tmp_path):
    file = tmp_path / "the.log"
    result = steady("-L", "debug", "--logfile", file)
    assert result.log() == [], result
    assert "Aggregated" in result.err, result
    assert "Ramping to 1 users" in file.read_text()
    result = steady("-L", "error")
    assert result.log() == [], result


def test_console_layout(steady):
    result = steady("-u", 2, "-r", 2, "-t", "3s")
    lines = result.err.split("\n")
    assert lines.count(HEADER) >= 3, "one at the start, one after 2 s, one at the end"
    start = len(lines) - 1 - lines[::-1].index(HEADER)
    assert lines[start + 1] == SEPARATOR, result
    row = r"GET      /get {70} +\d+     0\(0\.00%\) \| +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ \|"
    row += r" +\d+\.\d\d +0\.00"
    assert re.fullmatch(row, lines[start + 2]), lines[start + 2]
    assert lines[start + 3] == SEPARATOR
    assert lines[start + 4].startswith("         Aggregated "), lines[start + 4]
    assert {len(line) for line in lines[start : start + 5]} == {len(HEADER)}
    assert lines[start + 5] == ""
    assert lines[start + 6] == "Response time percentiles (approximated)"
    assert lines[start + 7] == PERCENTILES
    assert lines[start + 8] == PERCENTILE_SEPARATOR
    assert re.fullmatch(r"GET      /get {72}( +[\d.]+){11} +\d+", lines[start + 9]), lines[start + 9]
    assert lines[start + 10] == PERCENTILE_SEPARATOR
    assert "Error report" not in result.err


def test_compatible_console(steady):
    """With --compat-console the times are whole numbers, as Locust cuts them."""
    result = steady("--compat-console")
    row = result.table()["GET", "/get"]
    assert all(re.fullmatch(r"\d+", row[column]) for column in ("avg", "min", "max", "median"))


def test_error_report(cicada, target, scenarios):
    result = cicada("-f", scenarios / "failing.c", "--headless", "-t", "4s", "-H", target.url)
    lines = result.err.split("\n")
    start = lines.index("Error report")
    assert lines[start + 1] == "# occurrences      Error" + " " * 95, repr(lines[start + 1])
    assert lines[start + 2] == ERROR_SEPARATOR
    assert "GET /status/404: HTTPError('404 Client Error: Not Found for url: /status/404')" in (
        result.errors()
    ), result
    assert "GET /wrong: 'wrong content'" in result.errors(), result


def test_rows_are_ordered_by_name_then_method(cicada, target):
    result = cicada("--headless", "-u", 20, "-r", 20, "-t", "6s", "-H", target.url, "--only-summary",
                    "JSONPlaceholderUser")  # fmt: skip
    order = [(name, method) for method, name in result.counts()]
    assert order == sorted(order), result
    assert result.err.count(HEADER) == 1, result


def test_interval_of_the_tables(steady):
    result = steady("-t", "3s", "--console-stats-interval", "0.5")
    assert 6 <= result.err.count(HEADER) <= 9, result


def test_streams(steady):
    """Only what was asked for goes to stdout."""
    assert steady().out == ""
    result = steady("--json", "--skip-log-setup", "--only-summary")
    assert result.json()[0]["name"] == "/get"


# ---- Files ---------------------------------------------------------------------------------------


def test_all_outputs_agree(cicada, target, scenarios):
    """One picture of the run: console, JSON, JSON file and CSV hold the same numbers."""
    run = cicada.start("-f", scenarios / "failing.c", "--headless", "-u", 5, "-r", 100, "-t", "4s",
                       "-s", 5, "-H", target.url, "--csv", "deep/er/x", "--json", "--json-file",
                       "stats")  # fmt: skip
    work = run.out_file.parent / "work"
    result = run.finish()
    printed = result.json()
    assert printed == json.loads((work / "stats.json").read_text())
    by_json = {(e["method"], e["name"]): (e["num_requests"], e["num_failures"]) for e in printed}
    _, *rows = read_csv(work / "deep/er/x_stats.csv")
    by_csv = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in rows}
    total = by_csv.pop(("", "Aggregated"))
    by_table = {
        key: (int(row["requests"]), int(row["failures"])) for key, row in result.table().items()
    }
    assert by_table.pop(("", "Aggregated")) == total
    assert by_json == by_csv == by_table
    assert total == tuple(map(sum, zip(*by_json.values(), strict=True)))
    _, *rows = read_csv(work / "deep/er/x_failures.csv")
    assert sum(int(row[3]) for row in rows) == total[1] == sum(result.errors().values())
    _, *rows = read_csv(work / "deep/er/x_stats_history.csv")
    assert rows[-1][17] == str(total[0]), "the last row holds all that was counted"


def test_a_crash_is_in_the_exceptions(cicada, target, scenarios):
    run = cicada.start("-f", scenarios / "crash.c", "--headless", "-u", 2, "-r", 100, "-t", "2s",
                       "-H", target.url, "--csv", "x", "Raiser", "Asserter")  # fmt: skip
    work = run.out_file.parent / "work"
    result = run.finish()
    header, *rows = read_csv(work / "x_exceptions.csv")
    assert header == ["Count", "Message", "Traceback", "Nodes"]
    text = "\n".join(row[1] + row[2] for row in rows)
    assert "no luck for user" in text and "r->status == 999" in text, rows
    assert all(int(row[0]) > 1 for row in rows), rows
    assert result.failures() == 0, "a crash is no failed request"


@pytest.mark.parametrize("kind", ["stats", "failures", "exceptions", "stats_history"])
def test_a_disk_full_from_the_start(steady, tmp_path, kind):
    """Found out before the first user, so that no hour of load is for nothing."""
    (tmp_path / f"x_{kind}.csv").symlink_to("/dev/full")
    result = steady("--csv", tmp_path / "x")
    assert result.code == 1, result
    assert f"x_{kind}.csv: No space left on device" in result.err, result
    assert "Ramping" not in result.err, result


def test_a_disk_that_fills_up(cicada, target, scenarios, tmp_path):
    """The run goes on and says once which file is not whole. (A limit stands in for the disk.)"""

    def limit_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))

    file = module(tmp_path, (scenarios / "failing.c").read_text())
    run = cicada.start("-f", file, "--headless", "-u", 5, "-r", 100, "-t", "5s", "-s", 5,
                       "-H", target.url, "--csv", "x", "--csv-full-history", "--csv-interval", "0.1",
                       "--only-summary", prepare=limit_files)  # fmt: skip
    result = run.finish()
    assert result.requests() > 150, "the run goes on"
    said = [text for level, _, text in result.log() if level in ("WARNING", "ERROR")]
    assert any("x_stats_history.csv: File too large" in text for text in said), result
    assert len(said) < 5, result
    _, *rows = read_csv(run.out_file.parent / "work/x_stats.csv")
    assert int(rows[-1][2]) == result.requests()


def test_a_full_disk_for_json(steady, tmp_path):
    (tmp_path / "x.json").symlink_to("/dev/full")
    result = steady("--json-file", tmp_path / "x")
    assert "x.json: No space left on device" in result.err, result
    assert result.code != 0, result


def test_a_folder_that_cannot_be_made(steady):
    result = steady("--csv", "/proc/nowhere/x")
    assert result.code != 0, result
    assert "/proc/nowhere" in result.err, result


# ---- Scenario files ------------------------------------------------------------------------------


def test_a_compiler_error_is_shown_as_it_is(cicada, tmp_path):
    source = tmp_path / "broken.c"
    source.write_text('#include <cicada.h>\n\nstatic void f(struct user *u)\n{\n    http_get(u, "/", '
                      '.nmae = "x");\n    undeclared = 1;\n}\n')  # fmt: skip
    result = cicada("-f", source, "--headless", "-t", "1s")
    assert result.code == 1, result
    assert re.search(r"broken\.c:6:\d+: error: .*undeclared", result.err), result
    assert "nmae" in result.err, result


def test_a_compiler_that_is_not_there(cicada, scenarios):
    result = cicada("-f", scenarios / "steady.c", "--list", env={"CC": "no-such-compiler"})
    assert result.code == 1, result
    assert "no-such-compiler" in result.err, result


def module(tmp_path, source, name="module.so"):
    """Builds a shared object as a user would."""
    (tmp_path / "module.c").write_text(source)
    include = subprocess.check_output(["git", "rev-parse", "--show-toplevel"], text=True).strip()
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-I", f"{include}/engine/api", "-o", name, "module.c"],
        cwd=tmp_path, check=True,
    )  # fmt: skip
    return tmp_path / name


def test_a_built_module(cicada, target, scenarios, tmp_path):
    file = module(tmp_path, (scenarios / "steady.c").read_text())
    result = cicada("-f", file, "--headless", "-t", "1s", "-H", target.url)
    assert (result.code, result.failures()) == (0, 0), result


def test_a_module_for_another_abi(cicada, scenarios, tmp_path):
    source = (scenarios / "steady.c").read_text()
    source = source.replace("SCENARIO(&", "#undef CICADA_ABI\n#define CICADA_ABI 999\nSCENARIO(&")
    result = cicada("-f", module(tmp_path, source), "--list")
    assert result.code == 1, result
    assert "module.so" in result.err and "999" in result.err, result


@pytest.mark.parametrize("content", [b"", b"not a library", b"\x7fELF" + bytes(100)])
def test_no_module_at_all(cicada, tmp_path, content):
    (tmp_path / "fake.so").write_bytes(content)
    result = cicada("-f", tmp_path / "fake.so", "--list")
    assert result.code == 1, result
    assert "fake.so" in result.err, result


def test_a_module_without_a_scenario(cicada, tmp_path):
    result = cicada("-f", module(tmp_path, "int x;\n"), "--list")
    assert result.code == 1, result
    assert "SCENARIO" in result.err or "cicada_scenario" in result.err, result


def test_a_scenario_without_classes(cicada, tmp_path):
    source = "#include <cicada.h>\nSCENARIO_WITH(.classes = 0);\n"
    result = cicada("-f", module(tmp_path, source), "--headless", "-t", "1")
    assert result.code == 1, result
    assert "class" in result.err.lower(), result


def test_options_of_the_scenario(cicada, target, scenarios):
    file = scenarios / "hooks.c"
    said = cicada("-f", file, "--help").out
    assert "--greeting" in said and "what to say" in said, said
    common = ("-f", file, "--headless", "-t", "1s", "-H", target.url)
    assert "greeting hello" in cicada(*common).err
    assert "greeting good day" in cicada(*common, "--greeting", "good day").err
    assert "greeting moin" in cicada(*common, env={"LOCUST_GREETING": "moin"}).err
    secret = cicada(*common, "--api-key", "pssst", "-L", "DEBUG")
    assert secret.code == 0 and "pssst" not in secret.err, secret
    assert cicada(*common, "--greetin", "x").code == 0, "an unambiguous prefix"
    assert cicada(*common, "--greetings", "x").code == 2


def test_hooks_run_in_order(cicada, target, scenarios):
    result = cicada("-f", scenarios / "hooks.c", "--headless", "-t", "2s", "-H", target.url)
    said = re.findall(r"hook (\w+)", result.err)
    assert said == ["init", "test_start", "test_stop", "quit"], result
    counted = int(re.search(r"hook quit: (\d+) requests", result.err)[1])
    assert counted == result.requests(), result


def test_a_scenario_may_stop_the_test(cicada, target, scenarios):
    result = cicada("-f", scenarios / "hooks.c", "--headless", "-t", "60s", "-H", target.url,
                    "--stop-early", timeout=20)  # fmt: skip
    assert result.code == 0 and result.requests() <= 2, result


# ---- Who runs what -------------------------------------------------------------------------------


def spawned(result):
    return json.loads(re.findall(r"All users spawned: (\{.*?\}) \(", result.err)[-1])


def test_classes_are_spread_by_weight(cicada, target, scenarios):
    result = cicada("-f", scenarios / "ratios.c", "--headless", "-u", 9, "-r", 100, "-t", "1s",
                    "-H", target.url)  # fmt: skip
    assert spawned(result) == {"AdminUser": 1, "ApiUser": 2, "WebUser": 6}, result


def test_classes_of_equal_weight(cicada, target, scenarios):
    result = cicada("-f", scenarios / "ratios.c", "--headless", "-u", 8, "-r", 100, "-t", "1s",
                    "-H", target.url, "--equal-weights", "WebUser", "ApiUser")  # fmt: skip
    assert spawned(result) == {"ApiUser": 4, "WebUser": 4}, result


def test_classes_configured(cicada, target, scenarios):
    config = [{"user_class_name": "ApiUser", "weight": 5}, {"user_class_name": "AdminUser",
              "fixed_count": 2}]  # fmt: skip
    result = cicada("-f", scenarios / "ratios.c", "--headless", "-u", 10, "-r", 100, "-t", "1s",
                    "-H", target.url, "--config-users", json.dumps(config))  # fmt: skip
    assert spawned(result) == {"AdminUser": 2, "ApiUser": 5, "WebUser": 3}, result


def test_tags(cicada, target, scenarios):
    common = ("-f", scenarios / "ratios.c", "--headless", "-u", 4, "-r", 100, "-t", "2s",
              "-H", target.url, "WebUser")  # fmt: skip
    only = cicada(*common, "--tags", "slow")
    assert set(only.counts()) == {("GET", "/get?task=buy")}, only
    without = cicada(*common, "-E", "slow")
    assert ("GET", "/get?task=buy") not in without.counts() and without.requests() > 50, without
    both = cicada(*common, "-T", "slow", "-E", "slow")
    assert both.code != 0 and "tasks" in both.err, both


@pytest.mark.figures
@pytest.mark.parametrize("rate, users, seconds", [(2, 6, 2), (0.5, 2, 2), (100, 50, 0)])
def test_spawn_rate(steady, rate, users, seconds):
    """The first batch at once, then one each batch/rate seconds."""
    result = steady("-u", users, "-r", rate, "-t", "5s")
    stamp = r"^\[[\d-]+ \d+:(\d+):(\d+),(\d+)\][^\n]*"
    begin = re.search(stamp + "Ramping to", result.err, re.M)
    end = re.search(stamp + "All users spawned", result.err, re.M)
    took = [int(m[1]) * 60 + int(m[2]) + int(m[3]) / 1000 for m in (begin, end)]
    assert (took[1] - took[0]) % 3600 == pytest.approx(seconds, abs=0.3), result


def test_stages(steady):
    result = steady("--stages", "1s:4,1s:1", "-t", "10s", timeout=20)
    assert result.code == 0, result
    assert result.seconds < 8, result


def test_shape(cicada, target, scenarios):
    result = cicada("-f", scenarios / "shape.c", "--headless", "-u", 50, "-t", "60s",
                    "-H", target.url, timeout=30)  # fmt: skip
    assert result.code == 0 and 4 < result.seconds < 12, result
    assert re.findall(r"Ramping to (\d+) users", result.err) == ["2", "6"], result
    assert any(level == "WARNING" and "shape" in text.lower() for level, _, text in result.log())


def test_iterations(steady, target):
    """Exactly so many task runs over all users, then the end."""
    result = steady("-u", 4, "-r", 100, "-i", 30, "-t", "60s", timeout=20)
    assert result.code == 0, result
    assert result.requests() == 30 == target.total(), result


def test_reset_stats(steady, target):
    result = steady("-u", 6, "-r", 2, "-t", "5s", "-s", 5, "--reset-stats")
    assert 0 < result.requests() < target.total(), result
    before = 2 * 10 + 2 * 10 * 0.5  # what was asked for while users were still being started
    assert target.total() - result.requests() >= before * 0.6, result


def test_a_task_that_holds_the_thread_is_named(cicada, target, scenarios):
    result = cicada("-f", scenarios / "crash.c", "--headless", "-t", "2s", "-H", target.url, "Hogger")
    warnings = [text for level, _, text in result.log() if level == "WARNING"]
    assert any("Hogger" in text and "hog" in text for text in warnings), result


def test_a_stack_overflow_is_named(cicada, target, scenarios):
    result = cicada("-f", scenarios / "crash.c", "--headless", "-t", "2s", "-H", target.url, "Digger")
    assert result.code != 0, result
    assert "Digger" in result.err and "overflow" in result.err, result
    assert "--stack-size" in result.err, result
