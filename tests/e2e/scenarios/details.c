/* SPDX-License-Identifier: MIT */
/* details.c - what a page shows beside counts: failures with secrets in them, crashes, a mix of
 * tasks, users who wait. */
#include <cicada.h>

static void browse(struct user *user)
{
    http_get(user, "/get");
}

static void buy(struct user *user)
{
    http_post(user,
              "/status/404?token=hunter3",
              .name = "/buy",
              .headers = HEADERS("X-Api-Key", "hunter2", "X-Shop", "lamps"),
              .json = JSON({"lamp": 7, "password": "hunter4"}));
}

static void trip(struct user *user)
{
    http_get(user, "/uuid");
    user_raise(user, "tripped");
}

static const struct task shopper_tasks[] = {
    TASK(browse, .weight = 6),
    TASK(buy, .weight = 3),
    TASK(trip, .weight = 1),
    {0},
};

static const struct user_class shopper = {
    .name = "Shopper",
    .wait = constant_pacing(0.05),
    .tasks = shopper_tasks,
};

static void hold_on(struct user *user)
{
    http_get(user, "/delay/9", .name = "/delay");
}

static const struct task patient_tasks[] = {TASK(hold_on, .weight = 1), {0}};

static const struct user_class patient = {
    .name = "Patient",
    .tasks = patient_tasks,
};

SCENARIO(&shopper, &patient);
