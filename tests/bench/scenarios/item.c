/* SPDX-License-Identifier: MIT */
/*
 * item.c - what the benchmarks run: one small GET with one check. locustfile.py is the same in
 * Python.
 */
#include <cicada.h>

#include <stdlib.h>
#include <string.h>

static double pace; /* seconds from one task of a user to its next; 0: none */

static bool init(void)
{
    pace = strtod(option("pace"), NULL);
    return true;
}

static void get_item(struct user *user)
{
    struct response *r = http_get(user, "/item.json");

    check(r, r->status == 200 && strstr(r->body, "\"id\": 42"));
}

/* Spreads the users evenly over the first interval. */
static void wait_for_turn(struct user *user)
{
    think(user, pace * user_random_unit(user));
}

static double paced(struct user *user, const struct wait *self)
{
    const struct wait interval = {.a = pace};

    (void)self;
    return pace > 0 ? cicada_wait_pacing(user, &interval) : 0;
}

static const struct task tasks[] = {TASK(get_item), {0}};

static const struct user_class item_user = {
    .name = "ItemUser",
    .wait = {paced, 0, 0},
    .on_start = wait_for_turn,
    .tasks = tasks,
};

static const struct user_class idle_user = {
    .name = "IdleUser",
    .wait = constant(3600),
    .tasks = tasks,
};

static const struct scenario_option options[] = {
    {.name = "pace", .default_value = "0", .help = "Seconds from task to task"},
    {0},
};

SCENARIO_WITH(CLASSES(&item_user, &idle_user), .options = options, .init = init);
