/* SPDX-License-Identifier: MIT */
/* hostile_names.c - names, failures and exceptions that would like to be executed by a page. */
#include <cicada.h>

#define NAUGHTY                                                                                    \
    "</title></style></script><script>document.title='owned'</script><img src=x "                  \
    "onerror=\"document.title='owned'\">'`&amp;\xff\xc0\x80\x01\x1b[2J\xe2\x80\xae"

static void named(struct user *user)
{
    http_get(user, "/get", .name = NAUGHTY);
}

static void failed(struct user *user)
{
    struct response *r = http_get(user, "/get", .name = "/failed");

    checkf(r, false, "%s", NAUGHTY);
}

static void raised(struct user *user)
{
    user_raise(user, "%s", NAUGHTY);
}

static const struct task tasks[] = {
    TASK(named, .weight = 1), TASK(failed, .weight = 1), TASK(raised, .weight = 1), {0}};

static const struct user_class hostile = {
    .name = "Hostile",
    .wait = constant_pacing(0.1),
    .order = ORDER_SEQUENTIAL,
    .tasks = tasks,
};

SCENARIO(&hostile);
