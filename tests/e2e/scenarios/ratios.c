/* SPDX-License-Identifier: MIT */
/* ratios.c - weights, nesting and tags to be listed; ../locustfiles/ratios.py is the same. */
#include <cicada.h>

static void front(struct user *user)
{
    http_get(user, "/get?task=front");
}

static void look(struct user *user)
{
    http_get(user, "/get?task=look");
}

static void reply(struct user *user)
{
    http_get(user, "/get?task=reply");
    user_interrupt(user);
}

static void buy(struct user *user)
{
    http_get(user, "/get?task=buy");
}

static void call(struct user *user)
{
    http_get(user, "/get?task=call");
}

static void watch(struct user *user)
{
    http_get(user, "/get?task=watch");
}

static const struct task forum_tasks[] = {TASK(look, .weight = 2), TASK(reply, .weight = 1), {0}};
static const struct task_set forum = {.name = "Forum", .tasks = forum_tasks};

static const struct task web_tasks[] = {
    TASK(front, .weight = 6),
    TASK_SET(&forum, .weight = 2),
    TASK(buy, .weight = 1, .tags = "slow"),
    {0},
};
static const struct task api_tasks[] = {TASK(call, .weight = 1), {0}};
static const struct task admin_tasks[] = {TASK(watch, .weight = 1), {0}};

static const struct user_class web = {
    .name = "WebUser", .weight = 3, .wait = constant(0.05), .tasks = web_tasks};
static const struct user_class api = {
    .name = "ApiUser", .weight = 1, .wait = constant(0.05), .tasks = api_tasks};
static const struct user_class admin = {
    .name = "AdminUser", .fixed_count = 1, .wait = constant(0.05), .tasks = admin_tasks};

SCENARIO(&web, &api, &admin);
