/* SPDX-License-Identifier: MIT */
/* plan.c - a load shape from --plan; ../locustfiles/plan.py has the same. */
#include <cicada.h>
#include <stdlib.h>
#include <string.h>

static void idle(struct user *user)
{
    (void)user;
}

/* --plan "5:10:2,9:3:4": 10 users at 2 per second until second 5, 3 at 4 per second until 9. */
static bool tick(struct load *load)
{
    const char *text = option("plan");

    while (text && *text) {
        char *rest;
        double until = strtod(text, &rest);
        unsigned long users = strtoul(rest + 1, &rest, 10);
        double rate = strtod(rest + 1, &rest);
        if (load->run_time < until) {
            load->users = (unsigned)users;
            load->spawn_rate = rate;
            return true;
        }
        text = *rest ? rest + 1 : NULL;
    }
    return false;
}

static const struct task tasks[] = {TASK(idle), {0}};
static const struct user_class alpha = {.name = "Alpha", .wait = constant(1), .tasks = tasks};
static const struct user_class beta = {.name = "Beta", .wait = constant(1), .tasks = tasks};

static const struct scenario_option options[] = {
    {.name = "plan", .help = "UNTIL:USERS:RATE,..."},
    {0},
};

SCENARIO_WITH(CLASSES(&alpha, &beta), .options = options, .tick = tick);
