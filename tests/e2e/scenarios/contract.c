/* SPDX-License-Identifier: MIT */
/* contract.c - some of everything that the web interface shows; ../locustfiles/contract.py does the
 * same. */
#include <cicada.h>

static void fine(struct user *user)
{
    http_get(user, "/get");
}

static void missing(struct user *user)
{
    http_get(user, "/status/404");
}

static void slow(struct user *user)
{
    http_get(user, "/delay/0.02", .name = "/delay");
}

static void broken(struct user *user)
{
    user_raise(user, "broken");
}

static const struct task tasks[] = {
    TASK(fine, .weight = 3),
    TASK(missing, .weight = 1),
    TASK(slow, .weight = 1),
    TASK(broken, .weight = 1),
    {0},
};

static const struct user_class contract = {
    .name = "Contract",
    .wait = constant(0.05),
    .tasks = tasks,
};

SCENARIO(&contract);
