/* SPDX-License-Identifier: MIT */
/* wire.c - the user classes of the tests of the protocol; ../locustfiles/wire.py has the same. */
#include <cicada.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void get(struct user *user)
{
    http_get(user, "/get");
}

static void post(struct user *user)
{
    http_post(user, "/post", .json = JSON({"a": 1}));
}

static void put(struct user *user)
{
    http_put(user, "/put", .json = JSON({"a": 1}));
}

static void status(struct user *user)
{
    http_get(user, "/status/500");
}

static void checked(struct user *user)
{
    struct response *r = http_get(user, "/ip", .name = "/checked");

    checkf(r, false, "wrong 'content'");
}

static void refused(struct user *user)
{
    http_get(user, "http://127.0.0.1:1/x", .name = "/refused");
}

static void delay(struct user *user)
{
    http_get(user, "/delay/1", .name = "/delay");
}

static void hosted_get(struct user *user)
{
    http_get(user, "/uuid");
}

static void boom(struct user *user)
{
    user_raise(user, "boom in task");
}

/* One sample per number in --times, in milliseconds; "none" for one without a time. */
static void record_all(struct user *user)
{
    const char *text = option("times");

    while (text && *text) {
        struct sample sample = {.type = "TEST", .name = "recorded", .time = -1, .size = 10};
        if (strncmp(text, "none", 4) != 0) {
            sample.time = strtod(text, NULL) / 1000;
        }
        cicada_record(user, &sample);
        text = strchr(text, ',');
        text = text ? text + 1 : NULL;
    }
}

static void idle(struct user *user)
{
    (void)user;
}

static void plain(struct user *user)
{
    http_get(user, "/anything/plain");
}

static void nightly(struct user *user)
{
    http_get(user, "/anything/nightly");
}

static void greet(struct user *user)
{
    http_get(user, "/get", .name = fmt(user, "/greet/%s", option("greeting")));
}

static void first(struct user *user)
{
    http_get(user, "/anything/first");
}

static void second(struct user *user)
{
    http_get(user, "/anything/second");
}

static void burn(struct user *user)
{
    clock_t until = clock() + CLOCKS_PER_SEC * 3 / 100;

    while (clock() < until) {
    }
    think(user, 0.001);
}

static void full(struct user *user)
{
    http_get(user, "/get", .name = "/full");
}

static const struct task alpha_tasks[] = {TASK(get), {0}};
static const struct user_class alpha = {
    .name = "Alpha", .weight = 3, .wait = constant(0.05), .tasks = alpha_tasks};

static const struct task beta_tasks[] = {TASK(post), TASK(put), {0}};
static const struct user_class beta = {.name = "Beta", .wait = constant(0.05), .tasks = beta_tasks};

static const struct task failing_tasks[] = {TASK(status), TASK(checked), TASK(refused), {0}};
static const struct user_class failing = {
    .name = "Failing", .wait = constant(0.1), .tasks = failing_tasks};

static const struct task slow_tasks[] = {TASK(delay), {0}};
static const struct user_class slow = {.name = "Slow", .tasks = slow_tasks};

static const struct task hosted_tasks[] = {TASK(hosted_get), {0}};
static const struct user_class hosted = {
    .name = "Hosted", .host = "http://127.0.0.1:1", .wait = constant(0.2), .tasks = hosted_tasks};

static const struct task raising_tasks[] = {TASK(boom), {0}};
static const struct user_class raising = {
    .name = "Raising", .wait = constant(0.005), .tasks = raising_tasks};

static const struct task recorder_tasks[] = {TASK(idle), {0}};
static const struct user_class recorder = {
    .name = "Recorder", .wait = constant(1), .on_start = record_all, .tasks = recorder_tasks};

static const struct task tagged_tasks[] = {
    TASK(plain, .tags = "plain"), TASK(nightly, .tags = "nightly"), {0}};
static const struct user_class tagged = {
    .name = "Tagged", .wait = constant(0.05), .tasks = tagged_tasks};

static const struct task greeter_tasks[] = {TASK(greet, .tags = "greeting"), {0}};
static const struct user_class greeter = {
    .name = "Greeter", .wait = constant(0.2), .tasks = greeter_tasks};

static const struct task picky_tasks[] = {TASK(first), TASK(second), {0}};
static const struct user_class picky = {
    .name = "Picky", .wait = constant(0.05), .tasks = picky_tasks};

static const struct task busy_tasks[] = {TASK(burn), {0}};
static const struct user_class busy = {.name = "Busy", .tasks = busy_tasks};

static const struct task full_tasks[] = {TASK(full), {0}};
static const struct user_class full_load = {.name = "Full", .tasks = full_tasks};

static const struct task idle_tasks[] = {TASK(idle), {0}};
static const struct user_class idler = {.name = "Idle", .wait = constant(1), .tasks = idle_tasks};

/* A worker sends "echo" messages back; with --echo the master sends some and logs what returns. */
static void echo(const struct incoming *message)
{
    cicada_send_message("echo-answer", message->data, NULL);
}

static void answered(const struct incoming *message)
{
    cicada_log("answer %s %s", message->from, message->data);
}

/* Called on the master only. */
static char workers[8][256];
static unsigned worker_count;

static void remember(const char *worker_id)
{
    if (worker_count < 8) {
        snprintf(workers[worker_count++], sizeof(workers[0]), "%s", worker_id);
    }
}

static void greet_workers(void)
{
    if (worker_count == 0 || !option("echo")) {
        return;
    }
    for (unsigned i = 0; i < worker_count; i++) {
        cicada_send_message("echo", "{\"one\": [1, null]}", workers[i]);
    }
    cicada_send_message("echo", "[\"all\", 2.5]", NULL);
}

static const struct message_handler messages[] = {{"echo", echo}, {"echo-answer", answered}, {0}};

static const struct scenario_option options[] = {
    {.name = "echo", .help = "send messages to the workers", .flag = true},
    {.name = "greeting", .default_value = "hello", .help = "part of a name"},
    {.name = "times", .help = "ms of the samples to record, none for no time"},
    {0},
};

SCENARIO_WITH(CLASSES(&alpha, &beta, &failing, &slow, &hosted, &raising, &recorder, &tagged,
                      &greeter, &picky, &busy, &full_load, &idler),
              .options = options, .messages = messages, .worker_connect = remember,
              .test_start = greet_workers);
