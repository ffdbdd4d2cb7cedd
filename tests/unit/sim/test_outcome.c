/* SPDX-License-Identifier: MIT */
/* From what came back, and how the scenario judged it, to what is recorded. */
#undef CICADA_NO_SHORT_NAMES
#include "check.h"
#include "world.h"

#include "base/ensure.h"
#include "sim/current.h"

static const struct fake_answer script[] = {
    {"/ok",
     .status = 200,
     .body = "{\"a\": {\"s\": \"t\", \"i\": 7, \"r\": 1.5, \"w\": 2.0, "
             "\"b\": true, \"l\": [1, 2], \"z\": null}}",
     .headers = "HTTP/1.1 200 OK\r\nX-A: first\r\nx-a:  last \r\n"},
    {"/text", .status = 200, .body = "no JSON"},
    {"/404", .status = 404, .reason = "Not Found", .body = "{}"},
    {"/500", .status = 500},
    {"/302", .status = 302, .reason = "Found"},
    {"/dead", .status = 0, .error = "ConnectionRefusedError(111, 'Connection refused')"},
    {"/cut", .status = 200, .body = "{\"a\"", .error = "ChunkedEncodingError('cut')"},
    {"/hang", .status = 0, .body = "{\"a\": \"partial\"}", .delay_ns = FAKE_NEVER},
    {0},
};

static struct {
    const char *path, *verdicts; /* one letter each, see judge() */
} now;

/* p: pass, c: failing check, k: check that holds, f: failing checkf with a text, w: it waits. */
static void judge(struct user *user)
{
    struct response *r = http_get(user, now.path, .name = "/n");

    for (const char *v = now.verdicts; *v; v++) {
        switch (*v) {
        case 'p':
            pass(r);
            break;
        case 'c':
            CHECK(!check(r, 1 > 2));
            break;
        case 'k':
            CHECK(check(r, true));
            break;
        case 'f':
            checkf(r, r->status == 1, "it's %d", r->status);
            break;
        case 'w':
            think(user, 0);
            break;
        }
    }
    user_stop(user);
}

static const struct task tasks[] = {TASK(judge), {0}};
static const struct user_class class = {.name = "c", .host = "http://h", .tasks = tasks};
static const struct scenario scenario = {
    .abi = CICADA_ABI, .size = sizeof(scenario), CLASSES(&class)};

#define NOT_FOUND "HTTPError('404 Client Error: Not Found for url: /n')"
#define REFUSED "ConnectionRefusedError(111, 'Connection refused')"
#define COMPARED "CatchResponseError('1 > 2')"

static void verdicts(void **state)
{
    static const struct {
        const char *row, *path, *verdicts, *failure; /* NULL: success */
    } rows[] = {
        {"a good status", "/ok", "", NULL},
        {"a redirect that is not followed", "/302", "", NULL},
        {"a client error", "/404", "", NOT_FOUND},
        {"a server error without a reason",
         "/500",
         "",
         "HTTPError('500 Server Error:  for url: /n')"},
        {"no response", "/dead", "", REFUSED},
        {"a response cut short", "/cut", "", "ChunkedEncodingError('cut')"},
        {"a check that holds", "/ok", "k", NULL},
        {"a check that holds does not excuse the status", "/404", "k", NOT_FOUND},
        {"a check that fails", "/ok", "c", COMPARED},
        {"the text of a checkf", "/ok", "f", "CatchResponseError(\"it's 200\")"},
        {"the first failure is kept", "/ok", "cf", COMPARED},
        {"a later check that holds changes nothing", "/ok", "ck", COMPARED},
        {"a failed check before the status", "/404", "c", COMPARED},
        {"an error before the check", "/dead", "c", REFUSED},
        {"passed whatever the status", "/404", "p", NULL},
        {"passed whatever the error", "/dead", "p", NULL},
        {"passed whatever the checks before", "/ok", "cp", NULL},
        {"a check after pass", "/ok", "pc", COMPARED},
        {"the check after pass gives the text", "/404", "fpc", COMPARED},
        {"a check after pass on an error", "/dead", "pc", REFUSED},
        {"too late after a wait: a check", "/ok", "wc", NULL},
        {"too late after a wait: a pass", "/404", "wp", NOT_FOUND},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world world = {.scenario = &scenario, .script = script};
        char want[256] = "";

        if (rows[i].failure) {
            snprintf(want, sizeof(want), "GET /n: %s", rows[i].failure);
        }
        CHECK_ROW(rows[i].row);
        now.path = rows[i].path;
        now.verdicts = rows[i].verdicts;
        world_open(&world);
        world_run(&world, 1);
        CHECK_STR(world_failure(&world), want);
        CHECK_EQ(stats_total(world.stats)->num_requests, 1);
        CHECK_EQ(stats_total(world.stats)->num_failures, rows[i].failure != NULL);
        world_close(&world);
    }
}

/* ---- Readers ---- */

static struct {
    char kind;
    const char *path, *url;
} reader;

static void read_one(struct user *user)
{
    struct response *r = http_get(user, reader.url, .name = "/n");

    user_stop(user);
    switch (reader.kind) {
    case 's':
        note("%s", json_str(r, reader.path));
        break;
    case 'i':
        note("%lld", json_int(r, reader.path));
        break;
    case 'n':
        note("%g", json_num(r, reader.path));
        break;
    case 'b':
        note("%d", json_bool(r, reader.path));
        break;
    case 'l':
        note("%zu", json_len(r, reader.path));
        break;
    case 'h':
        note("%d", json_has(r, reader.path));
        break;
    case 'H':
        note("%s", header(r, reader.path) ? header(r, reader.path) : "(null)");
        break;
    }
}

static const struct task read_tasks[] = {TASK(read_one), {0}};
static const struct user_class read_class = {.name = "c", .host = "http://h", .tasks = read_tasks};
static const struct scenario read_scenario = {
    .abi = CICADA_ABI, .size = sizeof(read_scenario), CLASSES(&read_class)};

static void readers(void **state)
{
    static const struct {
        const char *row, *url;
        char kind;
        const char *path, *value, *failure; /* the text inside the CatchResponseError */
    } rows[] = {
        {"text", "/ok", 's', "a.s", "t", NULL},
        {"no text", "/ok", 's', "a.i", "", "json: \"a.i\" is no text"},
        {"null is no text", "/ok", 's', "a.z", "", "json: \"a.z\" is no text"},
        {"missing", "/ok", 's', "a.x", "", "json: no \"a.x\""},
        {"a malformed path", "/ok", 's', "a..", "", "json: no \"a..\""},
        {"whole number", "/ok", 'i', "a.i", "7", NULL},
        {"written with a point", "/ok", 'i', "a.w", "2", NULL},
        {"a fraction", "/ok", 'i', "a.r", "0", "json: \"a.r\" is no whole number"},
        {"number", "/ok", 'n', "a.r", "1.5", NULL},
        {"a whole one is one", "/ok", 'n', "a.i", "7", NULL},
        {"no number", "/ok", 'n', "a.s", "0", "json: \"a.s\" is no number"},
        {"truth value", "/ok", 'b', "a.b", "1", NULL},
        {"no truth value", "/ok", 'b', "a.i", "0", "json: \"a.i\" is no truth value"},
        {"length of an array", "/ok", 'l', "a.l", "2", NULL},
        {"length of an object", "/ok", 'l', "", "1", NULL},
        {"length of a text", "/ok", 'l', "a.s", "0", "json: \"a.s\" is no array or object"},
        {"has it", "/ok", 'h', "a.z", "1", NULL},
        {"has it not, which is no failure", "/ok", 'h', "a.x", "0", NULL},
        {"a body that is no JSON", "/text", 's', "a", "", "json: no JSON in the body"},
        {"the last header of that name", "/ok", 'H', "X-a", "last", NULL},
        {"no such header", "/ok", 'H', "X", "(null)", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world world = {.scenario = &read_scenario, .script = script};
        char want[256] = "";

        if (rows[i].failure) {
            snprintf(want, sizeof(want), "GET /n: CatchResponseError('%s')", rows[i].failure);
        }
        CHECK_ROW(rows[i].row);
        reader.url = rows[i].url;
        reader.kind = rows[i].kind;
        reader.path = rows[i].path;
        world_open(&world);
        world_run(&world, 1);
        CHECK_STR(notes(), rows[i].value);
        CHECK_STR(world_failure(&world), want);
        world_close(&world);
    }
}

/* The error that is there says more than that no JSON came. */
static void reading_a_response_with_an_error(void **state)
{
    struct world world = {.scenario = &read_scenario, .script = script};

    (void)state;
    reader.url = "/dead";
    reader.kind = 's';
    reader.path = "a";
    world_open(&world);
    world_run(&world, 1);
    CHECK_STR(notes(), "");
    CHECK_STR(world_failure(&world), "GET /n: " REFUSED);
    world_close(&world);
}

/* What had arrived of the body by then is not read. */
static void reading_an_interrupted_response(void **state)
{
    struct world world = {.scenario = &read_scenario, .script = script};

    (void)state;
    reader.url = "/hang";
    reader.kind = 's';
    reader.path = "a";
    world_open(&world);
    sim_start_user(world.sim, 0);
    world_spin(&world, 5000000);
    CHECK(sim_stop_user(world.sim, 0, false));
    world_run(&world, 0);
    CHECK(!world.timed_out);
    CHECK_STR(notes(), "");
    CHECK_EQ(stats_total(world.stats)->num_requests, 0);
    CHECK_EQ(sim_counts(world.sim).interrupted, 1);
    world_close(&world);
}

/* ---- Several at a time ---- */

static void in_parallel(struct user *user)
{
    struct response *const *r = http_all(user, GET("/404"), POST("/ok"), GET("/500"));

    note("%d %d %d %d", r[0]->status, r[1]->status, r[2]->status, r[3] == NULL);
    pass(r[2]);
    CHECK(cicada_http_all(user, NULL, 0)[0] == NULL); /* none: does not even block */
    user_stop(user);
}

static const struct task parallel_tasks[] = {TASK(in_parallel), {0}};
static const struct user_class parallel_class = {
    .name = "c", .host = "http://h", .tasks = parallel_tasks};

static int hooked;

static void on_request(const struct sample *sample)
{
    hooked++;
    note("[%s %s %d %.3f %s %s%s]",
         sample->type,
         sample->name,
         sample->status,
         sample->time,
         sample->url ? sample->url : "-",
         sample->error ? sample->error : "fine",
         sample->user ? "" : " nobody");
}

static const struct scenario parallel_scenario = {.abi = CICADA_ABI,
                                                  .size = sizeof(parallel_scenario),
                                                  CLASSES(&parallel_class),
                                                  .request = on_request};

static void answers_come_in_the_order_of_the_requests(void **state)
{
    static const struct fake_answer slow_first[] = {
        {"/404", .status = 404, .reason = "Not Found", .delay_ns = 3000000},
        {"/500", .status = 500, .delay_ns = 1000000},
        {0},
    };
    struct world world = {.scenario = &parallel_scenario, .script = slow_first};

    (void)state;
    hooked = 0;
    world_open(&world);
    world_run(&world, 1);
    CHECK(strncmp(notes(), "404 200 500 1 ", 14) == 0);
    CHECK_EQ(hooked, 3); /* each once */
    CHECK(strstr(notes(),
                 "[GET /404 404 0.005 http://h/404 HTTPError('404 Client Error: Not Found for url: "
                 "/404')]") != NULL);
    CHECK(strstr(notes(), "[GET /500 500 0.005 http://h/500 fine]") != NULL);
    CHECK_EQ(stats_total(world.stats)->num_failures, 1);
    world_close(&world);
}

static void half_done(struct user *user)
{
    struct response *const *r = http_all(user, GET("/ok"), GET("/hang"));

    note("%d %d %s", r[0]->status, r[1]->status, r[1]->error);
    CHECK(!user_running(user));
    r = http_all(user, GET("/ok"), GET("/ok")); /* returns at once */
    note("%s %s", r[0]->error, r[0]->body);
}

static const struct task half_tasks[] = {TASK(half_done), {0}};
static const struct user_class half_class = {.name = "c", .host = "http://h", .tasks = half_tasks};
static const struct scenario half_scenario = {
    .abi = CICADA_ABI, .size = sizeof(half_scenario), CLASSES(&half_class)};

/* The newer one is given up; the older one had its answer and counts. */
static void one_done_when_the_user_is_stopped(void **state)
{
    struct world world = {.scenario = &half_scenario, .script = script};

    (void)state;
    world_open(&world);
    sim_start_user(world.sim, 0);
    world_spin(&world, 10000000);
    CHECK(sim_stop_user(world.sim, 0, false));
    world_run(&world, 0);
    CHECK_STR(notes(), "200 0 the user was stopped the user was stopped ");
    CHECK_EQ(stats_total(world.stats)->num_requests, 1);
    CHECK_EQ(sim_counts(world.sim).interrupted, 1);
    CHECK_EQ(sim_counts(world.sim).requests_started, 2);
    CHECK_EQ(world.fake.cancelled, 1);
    world_close(&world);
}

/* Dropped with the requests in flight, as when the process ends. */
static void dropped_in_flight(void **state)
{
    struct world world = {.scenario = &half_scenario, .script = script};

    (void)state;
    world_open(&world);
    sim_start_user(world.sim, 0);
    world_spin(&world, 5000000);
    world_close(&world);
}

/* ---- Samples of one's own ---- */

static void record_two(struct user *user)
{
    struct stats_view view;

    record(user, "TCP", .name = "echo", .time = 0.25, .size = 10);
    record(user, "TCP", .name = "echo", .time = -1, .error = "timed out");
    view = cicada_stats("TCP", "echo");
    note("%d %d %.2f %.2f", (int)view.requests, (int)view.failures, view.average, view.max);
    view = cicada_stats("TCP", "nothing");
    note("%d", (int)view.requests);
    view = cicada_stats(NULL, NULL);
    note("%d", (int)view.requests);
    cicada_exit_code(7);
    user_stop(user);
}

static const struct task record_tasks[] = {TASK(record_two), {0}};
static const struct user_class record_class = {.name = "c", .tasks = record_tasks};
static const struct scenario record_scenario = {.abi = CICADA_ABI,
                                                .size = sizeof(record_scenario),
                                                CLASSES(&record_class),
                                                .request = on_request};

static void samples_of_ones_own(void **state)
{
    struct world world = {.scenario = &record_scenario};

    (void)state;
    hooked = 0;
    world_open(&world);
    world_run(&world, 1);
    CHECK_STR(notes(),
              "[TCP echo 0 0.250 - fine] [TCP echo 0 -1.000 - timed out] 2 1 0.25 0.25 0 2");
    CHECK_EQ(hooked, 2);
    CHECK_STR(world_failure(&world), "TCP echo: timed out");
    CHECK_EQ(world.exit_code, 7);
    world_close(&world);
}

/* ---- Evidence ---- */

static const struct scenario_option secret_options[] = {
    {.name = "pin", .secret = true}, {.name = "plain"}, {0}};

static const char *look_up(const void *data, const char *name)
{
    (void)data;
    return strcmp(name, "pin") == 0 ? "p1n-value" : "plain-value";
}

static void leak(struct user *user)
{
    user_auth(user, "me", "hunter2");
    http_post(user,
              "/leak?token=abc",
              .name = "/n",
              .json = "{\"secret\": \"x\", \"a\": \"p1n-value\"}",
              .headers = (const char *const[]){"X-Api-Key", "k1", "X-Other", "p1n-value", NULL});
    user_stop(user);
}

static const struct task leak_tasks[] = {TASK(leak), {0}};
static const struct user_class leak_class = {
    .name = "c", .host = "http://u:pw@h", .tasks = leak_tasks};
static const struct scenario leak_scenario = {.abi = CICADA_ABI,
                                              .size = sizeof(leak_scenario),
                                              .options = secret_options,
                                              CLASSES(&leak_class)};

static void evidence_without_secrets(void **state)
{
    static const struct fake_answer answers[] = {
        {"/leak?token=abc",
         .status = 500,
         .reason = "Oops",
         .body = "{\"password\": \"x\", \"a\": \"hunter2 p1n-value plain-value\"}",
         .headers = "HTTP/1.1 500 Oops\r\nSet-Cookie: a=b\r\nX-A: 1\r\n"},
        {0}};
    struct world world = {.script = answers, .scenario = &leak_scenario};

    (void)state;
    current_options_set(look_up, NULL);
    world_open(&world);
    failures_keep_captures(stats_failures(world.stats), CAPTURE_FIRST);
    world_run(&world, 7);
    const struct failure *kind = failures_sorted(stats_failures(world.stats))[0];

    CHECK_EQ(kind->occurrences, 7);
    CHECK_EQ(kind->capture_count, CAPTURES_EACH);
    const struct failure_capture *capture = &kind->captures[0];

    CHECK_EQ(capture->status, 500);
    CHECK_STR(capture->url, "http://h/leak?token=***");
    CHECK_STR(capture->error, "HTTPError('500 Server Error: Oops for url: /n')");
    CHECK_STR(capture->response_headers, "HTTP/1.1 500 Oops\r\nSet-Cookie: ***\nX-A: 1\r\n");
    CHECK_STR(capture->request_body, "{\"secret\": \"***\", \"a\": \"***\"}");
    CHECK_STR(capture->worker, "");
    CHECK_STR(capture->body, "{\"password\": \"***\", \"a\": \"*** *** plain-value\"}");
    CHECK(strstr(capture->request_headers, "X-Api-Key: ***\n") != NULL);
    CHECK(strstr(capture->request_headers, "X-Other: ***\n") != NULL);
    CHECK(strstr(capture->request_headers, "Authorization: ***\n") != NULL);
    current_options_set(NULL, NULL);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts),
        cmocka_unit_test(readers),
        cmocka_unit_test(reading_a_response_with_an_error),
        cmocka_unit_test(reading_an_interrupted_response),
        cmocka_unit_test(answers_come_in_the_order_of_the_requests),
        cmocka_unit_test(one_done_when_the_user_is_stopped),
        cmocka_unit_test(dropped_in_flight),
        cmocka_unit_test(samples_of_ones_own),
        cmocka_unit_test(evidence_without_secrets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
