/* SPDX-License-Identifier: MIT */
/*
 * shop.c - a small web shop: browse often, look someone up sometimes, buy now and then.
 *
 *     cicada -f shop.c --headless -u 100 -r 10 -t 1m
 */
#include <cicada.h>
#include <stdio.h>

struct shopper {
    char token[128];
    int orders;
};

static const char *const goods[] = {"lamp", "chair", "teapot"};

static void login(struct user *user)
{
    struct shopper *me = user_data(user);
    const char *body = fmt(user, JSON({"username": "u%u", "password": "x"}), user_id(user));
    struct response *r = http_post(user, "/login", .json = body);

    if (!checkf(r, r->status == 200, "login refused with %d", r->status)) {
        user_stop(user);
        return;
    }
    snprintf(me->token, sizeof(me->token), "%s", json_str(r, "token"));
    user_header(user, "Authorization", fmt(user, "Bearer %s", me->token));
}

static void browse(struct user *user)
{
    unsigned product = 1 + user_random(user, 100);

    http_get(user, fmt(user, "/posts/%u", product), .name = "/posts/{id}");
    think(user, 0.5);
    http_all(user,
             GET("/albums", .discard_body = true),
             GET(fmt(user, "/posts/%u/comments", product),
                 .name = "/posts/{id}/comments",
                 .discard_body = true));
}

static void look_up(struct user *user)
{
    struct response *r = http_get(user, "/users");

    check(r, json_len(r, "") > 0);
}

static void buy(struct user *user)
{
    struct shopper *me = user_data(user);
    const char *order = fmt(
        user, JSON({"product": "%s", "order": %d, "state": "new"}), pick(user, goods), me->orders);
    struct response *r = http_post(user, "/items", .json = order);

    if (!check(r, r->status == 201)) {
        return;
    }
    long long id = json_int(r, "id");
    const char *path = fmt(user, "/items/%lld", id);

    think(user, 1);
    r = http_put(user, path, .name = "/items/{id}", .json = JSON({"state": "paid"}));
    if (!check(r, r->status == 200)) {
        return;
    }

    /* Shops take a while: ask until the order is there, but give up when the test ends. */
    for (int tries = 0; tries < 5 && user_running(user); tries++) {
        think(user, 0.2);
        r = http_get(user, path, .name = "/items/{id}");
        if (r->status == 404) {
            pass(r); /* not there yet */
            continue;
        }
        if (check(r, r->status == 200)) {
            me->orders++;
        }
        return;
    }
}

/* cicada --tags read runs the first two only. */
static const struct task tasks[] = {
    TASK(browse, .weight = 10, .tags = "read"),
    TASK(look_up, .weight = 3, .tags = "read"),
    TASK(buy, .weight = 1),
    {0},
};

static const struct user_class shopper = {
    .name = "Shopper",
    .data_size = sizeof(struct shopper),
    .host = "http://127.0.0.1:8000",
    .wait = between(1, 3),
    .on_start = login,
    .tasks = tasks,
};

SCENARIO(&shopper);
