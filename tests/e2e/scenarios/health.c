/* SPDX-License-Identifier: MIT */
/* health.c - users who ask often, who wait long for an answer, and who hold up the event loop. */
#include <cicada.h>
#include <stdio.h>

static void ask(struct user *user)
{
    http_get(user, "/get");
}

static void linger(struct user *user)
{
    http_get(user, "/delay/2", .name = "/delay");
}

/* For as long as the file is there, and without yielding. */
static void hold(struct user *user)
{
    FILE *file;

    (void)user;
    while ((file = fopen(option("hold"), "r"))) {
        fclose(file);
    }
}

static const struct scenario_option options[] = {
    {.name = "hold", .default_value = "/nowhere", .help = "A file."},
    {0},
};

static const struct task ask_tasks[] = {TASK(ask), {0}};
static const struct user_class asker = {
    .name = "Asker", .wait = constant(0.02), .tasks = ask_tasks};

static const struct task linger_tasks[] = {TASK(linger), {0}};
static const struct user_class lingerer = {.name = "Lingerer", .tasks = linger_tasks};

static const struct task hold_tasks[] = {TASK(hold), {0}};
static const struct user_class holder = {
    .name = "Holder", .host = "http://127.0.0.1:1", .wait = constant(0.1), .tasks = hold_tasks};

SCENARIO_WITH(CLASSES(&asker, &lingerer, &holder), .options = options);
