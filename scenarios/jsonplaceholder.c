/* SPDX-License-Identifier: MIT */
/*
 * jsonplaceholder.c - readers and writers of https://jsonplaceholder.typicode.com, or of anything
 * that answers like it (the npm package jsonplaceholder, cicada-target).
 *
 *     cicada --headless -u 100 -r 10 -t 1m -H http://127.0.0.1:8000 JSONPlaceholderUser
 */
#include <cicada.h>

/* What the service holds; ids count from 1. */
enum { POSTS = 100, USERS = 10 };

static unsigned random_id(struct user *user, unsigned count)
{
    return 1 + user_random(user, count);
}

static void list_posts(struct user *user)
{
    struct response *r = http_get(user, "/posts");

    check(r, r->status == 200);
    check(r, json_len(r, "") > 0);
    check(r, json_int(r, "[0].id") > 0);
    check(r, json_int(r, "[0].userId") > 0);
    check(r, json_has(r, "[0].title"));
    check(r, json_has(r, "[0].body"));
}

static void get_post(struct user *user)
{
    unsigned id = random_id(user, POSTS);
    struct response *r = http_get(user, fmt(user, "/posts/%u", id), .name = "/posts/{id}");

    check(r, r->status == 200);
    check(r, json_int(r, "id") == id);
    check(r, json_int(r, "userId") > 0);
    check(r, json_has(r, "title"));
    check(r, json_has(r, "body"));
}

static void get_comments(struct user *user)
{
    unsigned id = random_id(user, POSTS);
    struct response *r =
        http_get(user, fmt(user, "/posts/%u/comments", id), .name = "/posts/{id}/comments");

    check(r, r->status == 200);
    check(r, json_len(r, "") > 0);
    check(r, json_int(r, "[0].postId") == id);
    check(r, json_has(r, "[0].email"));
    check(r, json_has(r, "[0].body"));
}

static void create_post(struct user *user)
{
    unsigned author = random_id(user, USERS);
    const char *post =
        fmt(user, JSON({"title": "cicada", "body": "sings in summer", "userId": %u}), author);
    struct response *r = http_post(user, "/posts", .json = post);

    check(r, r->status == 201);
    check(r, json_int(r, "id") > 0);
    check(r, json_int(r, "userId") == author);
    check(r, json_has(r, "title"));
}

static void replace_post(struct user *user)
{
    unsigned id = random_id(user, POSTS);
    unsigned author = random_id(user, USERS);
    const char *post =
        fmt(user, JSON({"id": %u, "title": "new", "body": "text", "userId": %u}), id, author);
    struct response *r =
        http_put(user, fmt(user, "/posts/%u", id), .name = "/posts/{id}", .json = post);

    check(r, r->status == 200);
    check(r, json_int(r, "id") == id);
    check(r, json_int(r, "userId") == author);
    check(r, json_has(r, "title"));
}

static void list_users(struct user *user)
{
    struct response *r = http_get(user, "/users");

    check(r, r->status == 200);
    check(r, json_len(r, "") > 0);
    check(r, json_int(r, "[0].id") > 0);
    check(r, json_has(r, "[0].name"));
    check(r, json_has(r, "[0].email"));
}

static const struct task tasks[] = {
    TASK(list_posts, .weight = 5),
    TASK(get_post, .weight = 3),
    TASK(get_comments, .weight = 2),
    TASK(create_post, .weight = 1),
    TASK(replace_post, .weight = 1),
    TASK(list_users, .weight = 1),
    {0},
};

static const struct user_class placeholder_user = {
    .name = "JSONPlaceholderUser",
    .wait = between(1, 3),
    .tasks = tasks,
};

SCENARIO(&placeholder_user);
