/* SPDX-License-Identifier: MIT */
/*
 * parallel.c - a page and what it is made of, loaded as a browser does: at the same time.
 *
 *     cicada -f parallel.c --headless -u 10 -r 10 -t 30s -H http://127.0.0.1:8000
 */
#include <cicada.h>

static void open_page(struct user *user)
{
    unsigned id = 1 + user_random(user, 100);
    struct response *r = http_get(user, fmt(user, "/posts/%u", id), .name = "/posts/{id}");

    if (!check(r, r->status == 200)) {
        return;
    }
    unsigned author = (unsigned)json_int(r, "userId");

    /* Goes on when all of them are there. The answers come in the order of the requests. */
    struct response *const *parts =
        http_all(user,
                 GET(fmt(user, "/posts/%u/comments", id), .name = "/posts/{id}/comments"),
                 GET(fmt(user, "/users/%u", author), .name = "/users/{id}"),
                 GET("/albums", .discard_body = true));

    check(parts[0], json_len(parts[0], "") > 0);
    check(parts[1], json_int(parts[1], "id") == author);
    check(parts[2], parts[2]->size > 0); /* counted, though the body is not kept */
}

static const struct task tasks[] = {
    TASK(open_page, .weight = 1),
    {0},
};

static const struct user_class browser = {
    .name = "Browser",
    .wait = between(1, 3),
    .tasks = tasks,
};

SCENARIO(&browser);
