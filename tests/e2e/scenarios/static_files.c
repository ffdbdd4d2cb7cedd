/* SPDX-License-Identifier: MIT */
/* static_files.c - a browser on a folder of files: the page, then what it needs, in parallel. */
#include <cicada.h>
#include <string.h>

static void open_page(struct user *user)
{
    struct response *r = http_get(user, "/index.html");

    check(r, r->status == 200);
    check(r, strncmp(r->body, "<!DOCTYPE html>", 15) == 0);

    struct response *const *all =
        http_all(user, GET("/app.css"), GET("/app.js"), GET("/logo.png", .discard_body = true));

    check(all[0], all[0]->status == 200 && all[0]->size == 10000);
    check(all[1], all[1]->status == 200 && all[1]->size == 22000);
    check(all[2], all[2]->status == 200 && all[2]->size == 256008);
}

static void missing_page(struct user *user)
{
    struct response *r = http_get(user, "/no/such/page.html", .name = "/no/{page}");

    if (check(r, r->status == 404)) {
        pass(r);
    }
}

static const struct task tasks[] = {
    TASK(open_page, .weight = 5),
    TASK(missing_page, .weight = 1),
    {0},
};

static const struct user_class browser = {
    .name = "Browser",
    .wait = between(0.2, 0.6),
    .tasks = tasks,
};

SCENARIO(&browser);
