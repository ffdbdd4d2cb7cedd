/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "watch/verdict.h"

#include "base/ensure.h"

static const struct {
    const char *row;
    struct target_facts facts;
    enum verdict_kind kind;
    enum verdict_level level;
    const char *word, *detail;
} targets[] = {
    {"nothing has come yet", {0}, TARGET_WAITING, VERDICT_DIM, "Waiting", "no response yet"},
    {"silence before the first response is still waiting",
     {.silent_s = 60},
     TARGET_WAITING,
     VERDICT_DIM,
     "Waiting",
     "no response yet"},
    {"nothing is said of a target that is left alone",
     {.ever = true, .paused = true, .silent_s = 60, .failures = 3, .requests = 3},
     TARGET_PAUSED,
     VERDICT_DIM,
     "Paused",
     "no new tasks start"},
    {"silence for more than five seconds",
     {.ever = true, .silent_s = 5.2, .failures = 3, .requests = 3},
     TARGET_UNKNOWN,
     VERDICT_DIM,
     "Unknown",
     "no responses for 5 s"},
    {"the generator comes before any blame",
     {.ever = true,
      .overloaded = true,
      .requests = 100,
      .failures = 100,
      .failing_names = 1,
      .failing_name = "GET /"},
     TARGET_CANT_TELL,
     VERDICT_DIM,
     "Can't tell",
     "the generator is the bottleneck"},
    {"one name fails",
     {.ever = true,
      .requests = 1000,
      .failures = 5,
      .failing_names = 1,
      .failing_name = "POST /x",
      .failing_percent = 19.52},
     TARGET_NAME_FAILING,
     VERDICT_BAD,
     "POST /x is failing",
     "19.5 % of POST /x failed in the last 10 s"},
    {"several names fail",
     {.ever = true,
      .requests = 1000,
      .failures = 500,
      .failing_names = 3,
      .failing_name = "POST /x",
      .failing_percent = 100},
     TARGET_NAME_FAILING,
     VERDICT_BAD,
     "3 requests are failing",
     "100 % of POST /x failed in the last 10 s"},
    {"over one percent of all",
     {.ever = true, .requests = 1000, .failures = 11},
     TARGET_FAILING,
     VERDICT_BAD,
     "Failing",
     "1.10 % of all requests failed in the last 10 s"},
    {"one percent is not over one percent",
     {.ever = true, .requests = 1000, .failures = 10},
     TARGET_SOME_FAILURES,
     VERDICT_WARN,
     "Some failures",
     "1.00 % of all requests failed in the last 10 s"},
    {"a failure never rounds to nothing",
     {.ever = true, .requests = 100000000, .failures = 1},
     TARGET_SOME_FAILURES,
     VERDICT_WARN,
     "Some failures",
     "under 0.01 % of all requests failed in the last 10 s"},
    {"failures come before slowness",
     {.ever = true, .requests = 1000, .failures = 1, .slower = true},
     TARGET_SOME_FAILURES,
     VERDICT_WARN,
     "Some failures",
     "0.10 % of all requests failed in the last 10 s"},
    {"slower than before",
     {.ever = true, .requests = 1000, .slower = true, .p95_ms = 24, .before_ms = 10},
     TARGET_SLOWER,
     VERDICT_WARN,
     "Slower",
     "p95 is 2.4 times that of the minute before, at the same load"},
    {"otherwise",
     {.ever = true, .silent_s = 5, .requests = 1000},
     TARGET_OK,
     VERDICT_OK,
     "OK",
     "no failures"},
};

static void targets_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        struct verdict verdict = verdict_target(&targets[i].facts);

        CHECK_ROW(targets[i].row);
        CHECK_EQ(verdict.kind, targets[i].kind);
        CHECK_EQ(verdict.level, targets[i].level);
        CHECK_STR(verdict.word, targets[i].word);
        CHECK_STR(verdict.detail, targets[i].detail);
    }
}

static const struct {
    const char *row;
    struct generator_facts facts;
    const char *word, *detail;
} generators[] = {
    {"at ease",
     {.cpu_percent = 12, .lag_p99_ms = 0.3, .ports_percent = -1},
     "Healthy",
     "CPU 12 % at most, loop lag p99 0.3 ms"},
    {"lag and ports are not measured",
     {.cpu_percent = 12, .lag_p99_ms = -1, .ports_percent = -1},
     "Healthy",
     "CPU 12 % at most (this process)"},
    {"80 % of a core",
     {.cpu_percent = 80, .lag_p99_ms = -1},
     "Busy",
     "CPU 80 % at most (this process)"},
    {"80 % of a core, in time", {.cpu_percent = 80, .lag_p99_ms = 1}, "Busy", "CPU 80 % at most"},
    {"both",
     {.cpu_percent = 80, .lag_p99_ms = 10},
     "Busy",
     "CPU 80 % at most, loop lag p99 10.0 ms"},
    {"10 ms of lag", {.lag_p99_ms = 10}, "Busy", "loop lag p99 10.0 ms"},
    {"80 % of the ports",
     {.lag_p99_ms = 1, .ports_percent = 80, .ports_used = 22586, .ports_limit = 28232},
     "Busy",
     "22586 of 28232 ports are used"},
    {"fewer workers than wanted",
     {.lag_p99_ms = -1, .workers = 3, .wanted = 4},
     "Busy",
     "3 of 4 workers are there"},
    {"a limit crossed for less than ten seconds",
     {.cpu_percent = 95, .lag_p99_ms = -1, .overloaded_s = 9},
     "Busy",
     "CPU 95 % at most (this process)"},
    {"for ten seconds",
     {.cpu_percent = 90, .lag_p99_ms = -1, .overloaded_s = 10, .hottest = "w_1"},
     "Overloaded",
     "CPU 90 % at most (w_1)"},
    {"by lag", {.lag_p99_ms = 50, .overloaded_s = 10}, "Overloaded", "loop lag p99 50.0 ms"},
    {"by dropped arrivals",
     {.lag_p99_ms = 1, .overloaded_s = 10, .dropped = 7},
     "Overloaded",
     "7 arrivals were dropped"},
};

static void generators_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(generators); i++) {
        struct verdict verdict = verdict_generator(&generators[i].facts);

        CHECK_ROW(generators[i].row);
        CHECK_STR(verdict.word, generators[i].word);
        CHECK_STR(verdict.detail, generators[i].detail);
    }
}

static void names_fail_from_some_requests_on(void **state)
{
    (void)state;
    CHECK(!verdict_name_fails(19, 19));
    CHECK(!verdict_name_fails(20, 1));
    CHECK(verdict_name_fails(20, 2));
    CHECK(!verdict_name_fails(1000, 50));
    CHECK(verdict_name_fails(1000, 51));
    CHECK(!verdict_is_slower(100, 0));
    CHECK(!verdict_is_slower(15, 10));
    CHECK(verdict_is_slower(15.1, 10));
    CHECK_STR(verdict_level_name(VERDICT_DIM), "dim");
}

static void long_names_are_cut(void **state)
{
    char name[2000];
    struct target_facts facts = {
        .ever = true, .requests = 20, .failures = 20, .failing_names = 1, .failing_name = name};

    (void)state;
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    struct verdict verdict = verdict_target(&facts);

    CHECK(strlen(verdict.word) < sizeof(verdict.word));
    CHECK(strstr(verdict.word, "x is failing") != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_judged),
        cmocka_unit_test(generators_are_judged),
        cmocka_unit_test(names_fail_from_some_requests_on),
        cmocka_unit_test(long_names_are_cut),
    };

    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
