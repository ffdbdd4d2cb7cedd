/* SPDX-License-Identifier: MIT */
/* many_names.c - 500 names, each once. */
#include <cicada.h>

static void ask_all(struct user *user)
{
    for (int i = 0; i < 500; i++) {
        http_get(user, "/get", .name = fmt(user, "/products/category-%03d/reviews", i));
    }
}

static const struct task tasks[] = {TASK(ask_all, .weight = 1), {0}};

static const struct user_class many = {
    .name = "Many",
    .wait = constant_pacing(60),
    .tasks = tasks,
};

SCENARIO(&many);
