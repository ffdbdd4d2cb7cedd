/* SPDX-License-Identifier: MIT */
/* hooks.c - options and hooks of a scenario's own; each hook says that it ran. */
#include <cicada.h>
#include <stdlib.h>

static unsigned requests;

static bool init(void)
{
    cicada_log("hook init: greeting %s", option("greeting"));
    return !option("refuse");
}

static void test_start(void)
{
    cicada_log("hook test_start");
}

static void test_stop(void)
{
    cicada_log("hook test_stop");
}

static void request(const struct sample *sample)
{
    if (sample->status == 200) {
        requests++;
    }
}

static void quit(void)
{
    cicada_log("hook quit: %u requests", requests);
    if (option("end-with")) {
        cicada_exit_code((int)strtol(option("end-with"), NULL, 10));
    }
}

static void ask(struct user *user)
{
    http_get(user, "/get", .query = FORM("greeting", option("greeting")));
    if (option("stop-early")) {
        cicada_stop_test();
    }
}

static const struct task tasks[] = {TASK(ask, .weight = 1), {0}};
static const struct user_class polite = {.name = "Polite", .wait = constant(0.2), .tasks = tasks};

static const struct scenario_option options[] = {
    {.name = "greeting", .default_value = "hello", .help = "what to say"},
    {.name = "api-key", .help = "what to show to nobody", .secret = true},
    {.name = "end-with", .help = "exit code to end with"},
    {.name = "refuse", .help = "do not start", .flag = true},
    {.name = "stop-early", .help = "stop after one request", .flag = true},
    {0},
};

SCENARIO_WITH(CLASSES(&polite), .options = options, .init = init, .test_start = test_start,
              .test_stop = test_stop, .quit = quit, .request = request);
