/* SPDX-License-Identifier: MIT */
/*
 * crowd.h - user classes for tests of runners: ones that ask, wait, hang, crash and end. Whoever
 * includes it undefines CICADA_NO_SHORT_NAMES before anything else.
 */
#ifndef UNIT_RUNNER_CROWD_H
#define UNIT_RUNNER_CROWD_H

#include <cicada.h>

#include "fake_transport.h"

static void ask(struct user *user)
{
    http_get(user, "/a");
}

static void hang(struct user *user)
{
    http_get(user, "/hang");
}

static void idle(struct user *user)
{
    (void)user;
}

static void end(struct user *user)
{
    user_stop(user);
}

static void end_the_test(struct user *user)
{
    (void)user;
    cicada_exit_code(9);
    cicada_stop_test();
}

static void crash(struct user *user)
{
    user_raise(user, "broken");
}

#define TASKS(name, ...) static const struct task name[] = {__VA_ARGS__, {0}}
#define A_SHORT_WAIT .wait = {cicada_wait_constant, 0.002, 0}
#define A_LONG_WAIT .wait = {cicada_wait_constant, 1000, 0}

TASKS(ask_tasks, TASK(ask), TASK(idle, .tags = "slow"));
TASKS(ask_once_tasks, TASK(ask));
TASKS(hang_tasks, TASK(hang));
TASKS(idle_tasks, TASK(idle));
TASKS(end_tasks, TASK(end));
TASKS(end_test_tasks, TASK(end_the_test));
TASKS(crash_tasks, TASK(crash));

static const struct user_class asker = {.name = "asker", .tasks = ask_tasks, A_SHORT_WAIT};
static const struct user_class ask_once = {.name = "askonce", .tasks = ask_once_tasks, A_LONG_WAIT};
static const struct user_class hanger = {.name = "hanger", .tasks = hang_tasks};
static const struct user_class idler = {.name = "idler", .tasks = idle_tasks, A_LONG_WAIT};
static const struct user_class other = {.name = "other", .tasks = idle_tasks, A_LONG_WAIT};
static const struct user_class ender = {.name = "ender", .tasks = end_tasks};
static const struct user_class stopper = {.name = "stopper", .tasks = end_test_tasks, A_LONG_WAIT};
static const struct user_class crasher = {.name = "crasher", .tasks = crash_tasks, A_LONG_WAIT};
static const struct user_class crashers = {.name = "crashers", .tasks = crash_tasks, A_SHORT_WAIT};

static const struct fake_answer crowd_script[] = {{"/hang", .delay_ns = FAKE_NEVER}, {0}};

#endif
