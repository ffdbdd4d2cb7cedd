/* SPDX-License-Identifier: MIT */
/* fleet.c - users whose every start, stop and request the server counts under a route of its own;
 * ../locustfiles/fleet.py has the same. */
#include <cicada.h>
#include <unistd.h>

static void hello(struct user *user)
{
    http_get(user, "/headers", .name = "/start");
}

static void bye(struct user *user)
{
    http_delete(user, "/delete", .name = "/stop");
}

static void get(struct user *user)
{
    http_get(user, "/get");
}

static void ident(struct user *user)
{
    http_get(user, "/uuid");
}

static void post(struct user *user)
{
    http_post(user, "/post", .json = JSON({"a": 1}));
}

static void status(struct user *user)
{
    http_get(user, "/status/500", .name = "/status");
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

/* Whoever takes the file of --crash away dies of it. */
static void crash(struct user *user)
{
    const char *file = option("crash");
    volatile int *nowhere = NULL;

    http_get(user, "/xml");
    if (file && unlink(file) == 0) {
        *nowhere = 1;
    }
}

static const struct task reader_tasks[] = {TASK(get, .weight = 2), TASK(ident), {0}};
static const struct user_class reader = {.name = "Reader",
                                         .weight = 3,
                                         .wait = constant(0.1),
                                         .on_start = hello,
                                         .on_stop = bye,
                                         .tasks = reader_tasks};

static const struct task writer_tasks[] = {
    TASK(post, .weight = 3), TASK(status), TASK(checked), TASK(refused), {0}};
static const struct user_class writer = {.name = "Writer",
                                         .wait = constant(0.1),
                                         .on_start = hello,
                                         .on_stop = bye,
                                         .tasks = writer_tasks};

static const struct task crasher_tasks[] = {TASK(crash), {0}};
static const struct user_class crasher = {
    .name = "Crasher", .wait = constant(0.1), .tasks = crasher_tasks};

static const struct scenario_option options[] = {
    {.name = "crash", .help = "a file: the task that takes it away crashes"},
    {0},
};

SCENARIO_WITH(CLASSES(&reader, &writer, &crasher), .options = options);
