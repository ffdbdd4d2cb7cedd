/* SPDX-License-Identifier: MIT */
/* hostile_tls.c - servers whose certificate or handshake is wrong, each behind an option. */
#include <cicada.h>

static const struct scenario_option options[] = {
    {.name = "good", .default_value = ""},
    {.name = "expired", .default_value = ""},
    {.name = "wrong-name", .default_value = ""},
    {.name = "wrong-address", .default_value = ""},
    {.name = "self-signed", .default_value = ""},
    {.name = "plain", .default_value = ""},
    {.name = "cut", .default_value = ""},
    {.name = "reset", .default_value = ""},
    {.name = "alert", .default_value = ""},
    {.name = "silent", .default_value = ""},
    {0},
};

static void ask_all(struct user *user)
{
    for (const struct scenario_option *o = options; o->name; o++) {
        http_get(user,
                 fmt(user, "%s/get", option(o->name)),
                 .name = fmt(user, "/%s", o->name),
                 .timeout = 1);
    }
}

static void ask(struct user *user)
{
    http_get(user, "/get");
}

static const struct task all_tasks[] = {TASK(ask_all), {0}};
static const struct task tasks[] = {TASK(ask), {0}};

static const struct user_class asker = {.name = "AsksAll", .tasks = all_tasks};
static const struct user_class eager = {.name = "Eager", .tasks = tasks};

SCENARIO_WITH(CLASSES(&asker, &eager), .options = options);
