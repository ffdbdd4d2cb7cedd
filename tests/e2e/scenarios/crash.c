/* SPDX-License-Identifier: MIT */
/* crash.c - user code that does what it should not. */
#include <assert.h>
#include <cicada.h>

static void ask(struct user *user)
{
    http_get(user, "/get");
}

static void raise_error(struct user *user)
{
    http_get(user, "/get");
    user_raise(user, "no luck for user %u", user_id(user));
}

static void fail_assertion(struct user *user)
{
    struct response *r = http_get(user, "/get");

    assert(r->status == 999);
}

static void hog(struct user *user)
{
    double end = cicada_now() + 0.3;

    while (cicada_now() < end) {
    }
    http_get(user, "/get");
}

static unsigned dig(struct user *user, unsigned depth)
{
    volatile char room[1024] = {(char)depth};

    return depth == 0 ? 0 : dig(user, depth - 1) + (unsigned)room[0] + 1;
}

static void overflow(struct user *user)
{
    cicada_log("%u", dig(user, 100000));
}

static const struct task ask_tasks[] = {TASK(ask, .weight = 1), {0}};
static const struct task raise_tasks[] = {TASK(raise_error, .weight = 1), {0}};
static const struct task assert_tasks[] = {TASK(fail_assertion, .weight = 1), {0}};
static const struct task hog_tasks[] = {TASK(hog, .weight = 1), {0}};
static const struct task overflow_tasks[] = {TASK(overflow, .weight = 1), {0}};

static const struct user_class raiser = {
    .name = "Raiser", .wait = constant(0.2), .tasks = raise_tasks};
static const struct user_class asserter = {
    .name = "Asserter", .wait = constant(0.2), .tasks = assert_tasks};
static const struct user_class stillborn = {
    .name = "Stillborn", .on_start = raise_error, .tasks = ask_tasks};
static const struct user_class hogger = {
    .name = "Hogger", .wait = constant(0.2), .tasks = hog_tasks};
static const struct user_class digger = {
    .name = "Digger", .wait = constant(0.2), .tasks = overflow_tasks};

SCENARIO(&raiser, &asserter, &stillborn, &hogger, &digger);
