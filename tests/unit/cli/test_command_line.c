/* SPDX-License-Identifier: MIT */
/* The expected values were taken from Locust 2.46.3 given the same inputs, unless a row says so. */
#include "options_case.h"

static void words(void **state)
{
    static const struct options_case rows[] = {
        {.row = "a later list replaces an earlier one",
         .argv = {"--headless", "-T", "a", "-T", "b"},
         .want = "tags=b"},
        {.row = "a list ends at the next option",
         .argv = {"--headless", "-T", "a", "b", "-u", "3"},
         .want = "users=3 tags=a|b"},
        {.row = "a list swallows what follows",
         .argv = {"--headless", "-T", "a", "MyUser"},
         .want = "tags=a|MyUser"},
        {.row = "a list given with = is one value, then classes",
         .argv = {"--headless", "--tags=a", "MyUser"},
         .want = "tags=a classes=MyUser"},
        {.row = "-- ends a list and all options",
         .argv = {"--headless", "-T", "a", "--", "B"},
         .want = "tags=a classes=B"},
        {.row = "an option twice keeps the later value",
         .argv = {"--headless", "-u", "3", "-u", "4"},
         .want = "users=4"},
        {.row = "letters in a row", .argv = {"-lu3"}, .want = "users=3 list"},
        {.row = "a letter and = and its value", .argv = {"--list", "-u=3"}, .want = "users=3 list"},
        {.row = "an unambiguous prefix", .argv = {"--headles", "--spawn", "3"}, .want = "rate=3"},
        {.row = "a prefix of several",
         .argv = {"--headless", "--c", "3"},
         .want = "error: ambiguous option: --c could match --config --config-users"},
        {.row = "a prefix is Locust's first",
         .argv = {"--headless", "--st", "3"},
         .want = "stop=3"},
        {.row = "a negative number is a value",
         .argv = {"--headless", "-H", "-5"},
         .want = "host=-5"},
        {.row = "a lone dash is a value", .argv = {"--headless", "-H", "-"}, .want = "host=-"},
        {.row = "an option is no value",
         .argv = {"--headless", "-H", "--list"},
         .want = "error: argument -H/--host: expected one argument"},
        {.row = "a value is missing",
         .argv = {"--headless", "-u"},
         .want = "error: argument -u/--users: expected one argument"},
        {.row = "a flag takes no value",
         .argv = {"--headless=yes"},
         .want = "error: argument --headless: ignored explicit argument 'yes'"},
        {.row = "no number",
         .argv = {"--headless", "-u", "ten"},
         .want = "error: argument -u/--users: invalid int value: 'ten' (from command line)"},
        {.row = "a spawn rate of nothing",
         .argv = {"--headless", "-r", "0"},
         .want = "error: argument -r/--spawn-rate: must be > 0"},
        {.row = "a bad time span",
         .argv = {"--headless", "-t", "5x"},
         .want = "error: argument -t/--run-time: Invalid time span format. Valid formats: 20, 20s"},
        {.row = "parts of a time span",
         .argv = {"--headless", "-t", "1h20m10s"},
         .want = "time=4810"},
        {.row = "log levels in any case",
         .argv = {"--headless", "-L", "debug"},
         .want = "log=DEBUG"},
        {.row = "no log level",
         .argv = {"--headless", "-L", "loud"},
         .want = "error: invalid choice: 'loud' (choose from 'DEBUG', 'INFO'"},
        {.row = "an unknown option",
         .argv = {"--headless", "--userz", "3"},
         .want = "error: unrecognized arguments: --userz\nDid you mean '--users'?"},
        {.row = "an unknown letter",
         .argv = {"--headless", "-x"},
         .want = "error: unrecognized arguments: -x"},
        {.row = "history without files",
         .argv = {"--headless", "--csv-full-history"},
         .want = "error: '--csv-full-history' requires '--csv'."},
        {.row = "a removed option",
         .argv = {"--headless", "--slave"},
         .want = "error: The --slave parameter has been renamed --worker"},
        {.row = "own: half a certificate",
         .argv = {"--tls-cert", "x"},
         .want = "error: --tls-cert and --tls-key go together"},
        {.row = "own: --list runs nothing, so it needs no mode",
         .argv = {"--list"},
         .want = "list"},
        {.row = "own: an absent option",
         .argv = {"--headless", "--otel"},
         .want = "error: --otel is not available in this version (from command line)"},
        {.row = "own: an absent option by a prefix",
         .argv = {"--headless", "--ote"},
         .want = "error: --otel is not available in this version"},
        {.row = "own: negative users",
         .argv = {"--headless", "-u", "-5"},
         .want = "error: argument -u/--users: must be >= 0: '-5'"},
        {.row = "own: fractions, days and milliseconds of a time span",
         .argv = {"--headless", "-t", "1d", "-s", "1s500ms"},
         .want = "time=86400 stop=1.5"},
        {.row = "own: the scenario can't come from a master",
         .argv = {"--headless", "-f", "-"},
         .want = "error: asks a master for the scenario"},
        {.row = "own: a stack too small to be one",
         .argv = {"--headless", "--stack-size", "1k"},
         .want = "error: argument --stack-size: must be >= 16384: '1k'"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        case_run(&rows[i], NULL);
    }
}

static void roles(void **state)
{
    static const struct options_case rows[] = {
        {.row = "a master", .argv = {"--headless", "--master"}, .want = "master"},
        {.row = "where it listens",
         .argv = {"--headless", "--master", "--master-bind-host=::1", "--master-bind-port", "0"},
         .want = "master bind=::1:0"},
        {.row = "whom it waits for, and how long",
         .argv =
             {"--headless", "--master", "--expect-workers", "3", "--expect-workers-max-wait", "90"},
         .want = "master expect=3 wait=90"},
        {.row = "a worker needs no mode", .argv = {"--worker"}, .want = "worker"},
        {.row = "where a worker finds its master",
         .argv = {"--worker", "--master-host", "m1", "--master-port=6000"},
         .want = "worker at=m1:6000"},
        {.row = "rebalancing is on whatever is said",
         .argv = {"--headless", "--master", "--enable-rebalancing"},
         .want = "master"},
        {.row = "a port that is no number",
         .argv = {"--worker", "--master-port", "http"},
         .want = "error: argument --master-port: invalid int value: 'http' (from command line)"},
        {.row = "too few workers to expect",
         .argv = {"--headless", "--master", "--expect-workers", "-1"},
         .want = "error: argument --expect-workers: must be >= 0: '-1'"},
        {.row = "a wait that is no time",
         .argv = {"--headless", "--master", "--expect-workers-max-wait", "soon"},
         .want = "error: argument --expect-workers-max-wait: Invalid time span format"},
        {.row = "own: a port that is too high",
         .argv = {"--worker", "--master-port", "70000"},
         .want = "error: argument --master-port: must be <= 65535: '70000'"},
        {.row = "own: a worker can't connect to just any port",
         .argv = {"--worker", "--master-port", "0"},
         .want = "error: argument --master-port: must be >= 1: '0'"},
        {.row = "a master with the web interface", .argv = {"--master"}, .want = "master"},
        {.row = "own: classes that only workers know",
         .argv = {"--headless", "--master", "--class", "Shopper:3", "Editor"},
         .want = "master dealt=Shopper:3|Editor"},
        {.row = "own: an absent option is the master's affair",
         .argv = {"--worker", "--otel", "--html", "x.html"},
         .want = "worker"},
        {.row = "a worker's bad value is one all the same",
         .argv = {"--worker", "-u", "ten"},
         .want = "error: argument -u/--users: invalid int value: 'ten'"},
        {.row = "own: nor a removed option",
         .argv = {"--worker", "--slave"},
         .want = "error: The --slave parameter has been renamed --worker"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        case_run(&rows[i], NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(roles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
