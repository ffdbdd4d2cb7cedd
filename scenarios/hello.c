/* SPDX-License-Identifier: MIT */
/*
 * hello.c - the smallest useful scenario: one class, one task.
 *
 *     cicada -f hello.c --headless -u 10 -r 10 -t 30s -H http://127.0.0.1:8000
 */
#include <cicada.h>

static void open_front_page(struct user *user)
{
    struct response *r = http_get(user, "/");

    check(r, r->status == 200);
}

static const struct task tasks[] = {
    TASK(open_front_page),
    {0},
};

static const struct user_class visitor = {
    .name = "Visitor",
    .wait = between(1, 3),
    .tasks = tasks,
};

SCENARIO(&visitor);
