/* SPDX-License-Identifier: MIT */
/*
 * markov.c - where a user goes depends on where it is: a Markov chain of tasks.
 *
 *     cicada -f markov.c --headless -u 10 -r 10 -t 30s -H http://127.0.0.1:8000
 */
#include <cicada.h>

static void list(struct user *user)
{
    http_get(user, "/posts");
}

static void article(struct user *user)
{
    http_get(user, fmt(user, "/posts/%u", 1 + user_random(user, 100)), .name = "/posts/{id}");
}

static void comments(struct user *user)
{
    unsigned id = 1 + user_random(user, 100);

    http_get(user, fmt(user, "/posts/%u/comments", id), .name = "/posts/{id}/comments");
}

/* Starts with the first. Every task names where it leads, by the names TASK() gives them. */
static const struct task tasks[] = {
    TASK(list, .next = NEXT({"article", 1})),
    TASK(article, .next = NEXT({"comments", 3}, {"article", 2}, {"list", 1})),
    TASK(comments, .next = NEXT({"article", 1}, {"list", 1})),
    {0},
};

static const struct user_class reader = {
    .name = "Reader",
    .wait = between(1, 3),
    .order = ORDER_MARKOV,
    .tasks = tasks,
};

SCENARIO(&reader);
