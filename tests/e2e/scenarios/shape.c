/* SPDX-License-Identifier: MIT */
/* shape.c - two users, then six from the second second on, and the end after the fifth. */
#include <cicada.h>

static bool tick(struct load *load)
{
    load->users = load->run_time < 2 ? 2 : 6;
    load->spawn_rate = 10;
    return load->run_time < 5;
}

static void ask(struct user *user)
{
    http_get(user, "/get");
}

static const struct task tasks[] = {TASK(ask, .weight = 1), {0}};
static const struct user_class shaped = {.name = "Shaped", .wait = constant(0.1), .tasks = tasks};

SCENARIO_WITH(CLASSES(&shaped), .tick = tick);
