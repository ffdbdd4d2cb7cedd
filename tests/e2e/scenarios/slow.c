/* SPDX-License-Identifier: MIT */
/* slow.c - users caught by the stop in a request (Slow) or in a wait (Waiting); both say goodbye.
 */
#include <cicada.h>

static void ask(struct user *user)
{
    http_get(user, "/delay/3", .name = "/delay/{n}");
}

static void ask_quickly(struct user *user)
{
    http_get(user, "/get");
}

static void say_goodbye(struct user *user)
{
    http_get(user, "/anything/goodbye", .name = "/goodbye");
}

static const struct task slow_tasks[] = {TASK(ask, .weight = 1), {0}};
static const struct task waiting_tasks[] = {TASK(ask_quickly, .weight = 1), {0}};

static const struct user_class slow = {
    .name = "Slow", .wait = constant(1), .on_stop = say_goodbye, .tasks = slow_tasks};
static const struct user_class waiting = {
    .name = "Waiting", .wait = constant(30), .on_stop = say_goodbye, .tasks = waiting_tasks};

SCENARIO(&slow, &waiting);
