/* SPDX-License-Identifier: MIT */
/*
 * sequence.c - steps in a fixed order, now and then: a sequential task set among other tasks.
 *
 *     cicada -f sequence.c --headless -u 10 -r 10 -t 30s -H http://127.0.0.1:8000
 */
#include <cicada.h>

static void list_posts(struct user *user)
{
    http_get(user, "/posts");
}

static void read_post(struct user *user)
{
    http_get(user, fmt(user, "/posts/%u", 1 + user_random(user, 100)), .name = "/posts/{id}");
}

/* The last step leaves; without it the set would start again with the first. */
static void write_post(struct user *user)
{
    http_post(user, "/posts", .json = JSON({"title": "t", "body": "b", "userId": 1}));
    user_interrupt(user);
}

/* In a sequential set, a weight is how often a step runs before the next. */
static const struct task writing_tasks[] = {
    TASK(list_posts, .weight = 1),
    TASK(read_post, .weight = 2),
    TASK(write_post, .weight = 1),
    {0},
};

static const struct task_set writing = {
    .name = "writing",
    .order = ORDER_SEQUENTIAL,
    .tasks = writing_tasks,
    .wait = constant(0.2), /* between the steps; the class's wait applies outside */
};

/* One pick in five enters the set. */
static const struct task tasks[] = {
    TASK(read_post, .weight = 4),
    TASK_SET(&writing, .weight = 1),
    {0},
};

static const struct user_class author = {
    .name = "Author",
    .wait = between(1, 2),
    .tasks = tasks,
};

SCENARIO(&author);
