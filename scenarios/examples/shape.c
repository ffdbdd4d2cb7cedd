/* SPDX-License-Identifier: MIT */
/*
 * shape.c - the number of users over time as a function: calm, a spike, calm again.
 *
 * No -u, -r and -t: the shape decides. Stages that only follow each other need no code, as
 * --stages 30s:10,40s:100 does the same.
 *
 *     cicada -f shape.c --headless -H http://127.0.0.1:8000
 */
#include <cicada.h>

static void list_posts(struct user *user)
{
    http_get(user, "/posts");
}

static const struct task tasks[] = {
    TASK(list_posts, .weight = 1),
    {0},
};

static const struct user_class reader = {
    .name = "Reader",
    .wait = constant(1),
    .tasks = tasks,
};

/* Asked once a second, as LoadTestShape.tick(). */
static bool spike(struct load *load)
{
    static const struct {
        double until; /* seconds since the start */
        unsigned users;
        double spawn_rate;
    } stages[] = {
        {30, 10, 10},
        {40, 100, 50},
        {60, 10, 50},
    };

    for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
        if (load->run_time < stages[i].until) {
            load->users = stages[i].users;
            load->spawn_rate = stages[i].spawn_rate;
            return true;
        }
    }
    return false; /* ends the test */
}

SCENARIO_WITH(CLASSES(&reader), .tick = spike);
