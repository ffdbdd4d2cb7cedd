/* SPDX-License-Identifier: MIT */
/* steady.c - one request every 0.1 s, and a wait in which a user may be stopped at once. */
#include <cicada.h>

static void ask(struct user *user)
{
    http_get(user, "/get");
}

static const struct task tasks[] = {TASK(ask, .weight = 1), {0}};

static const struct user_class steady = {
    .name = "Steady",
    .wait = constant_pacing(0.1),
    .tasks = tasks,
};

SCENARIO(&steady);
