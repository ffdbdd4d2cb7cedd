/* SPDX-License-Identifier: MIT */
/* hostile_net.c - users whose --url can't be reached, beside users whose server is well. */
#include <cicada.h>

static void ask_in_vain(struct user *user)
{
    http_get(user, option("url"), .name = "/vain");
}

static void ask(struct user *user)
{
    http_get(user, "/get");
}

/* A name for each way of not being found. */
static void ask_names(struct user *user)
{
    http_get(user, fmt(user, "http://found.test:%s/get", option("port")), .name = "/found");
    http_get(user, "http://missing.test/", .name = "/missing");
    http_get(user, "http://broken.test/", .name = "/broken");
    http_get(user, "http://silent.test/", .name = "/silent");
}

static const struct task vain_tasks[] = {TASK(ask_in_vain), {0}};
static const struct task tasks[] = {TASK(ask), {0}};
static const struct task name_tasks[] = {TASK(ask_names), {0}};

static const struct user_class eager = {.name = "Eager", .tasks = vain_tasks};
static const struct user_class patient = {
    .name = "Patient", .wait = constant(0.2), .tasks = vain_tasks};
static const struct user_class steady = {.name = "Steady", .wait = constant(0.2), .tasks = tasks};
static const struct user_class asker = {.name = "Asker", .tasks = name_tasks};

static const struct scenario_option options[] = {
    {.name = "url", .default_value = "http://127.0.0.1:1/", .help = "what can't be reached"},
    {.name = "port", .default_value = "80", .help = "of the server whose name is found"},
    {0},
};

SCENARIO_WITH(CLASSES(&eager, &patient, &steady, &asker), .options = options);
