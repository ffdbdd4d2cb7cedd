/* SPDX-License-Identifier: MIT */
/*
 * httpbin.c - every kind of request HTTP offers, against https://httpbin.org, or anything that
 * answers like it (httpbin from PyPI, cicada-target).
 *
 *     cicada --headless -u 100 -r 10 -t 1m -H http://127.0.0.1:8000 HTTPBinUser
 */
#include <cicada.h>
#include <string.h>

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The Content-Type without caring about a charset that may follow. */
static bool has_type(const struct response *r, const char *type)
{
    const char *value = header(r, "Content-Type");

    return value && begins_with(value, type);
}

static void get_with_query(struct user *user)
{
    const char *page = fmt(user, "%u", user_random(user, 100));
    struct response *r = http_get(user, "/get", .query = FORM("page", page, "sort", "a & b"));

    check(r, r->status == 200);
    check(r, strcmp(json_str(r, "args.page"), page) == 0);
    check(r, strcmp(json_str(r, "args.sort"), "a & b") == 0);
}

static void post_json(struct user *user)
{
    unsigned number = user_random(user, 1000);
    const char *body = fmt(user, JSON({"name": "cicada", "number": %u}), number);
    struct response *r = http_post(user, "/post", .json = body);

    check(r, r->status == 200);
    check(r, strcmp(json_str(r, "json.name"), "cicada") == 0);
    check(r, json_int(r, "json.number") == number);
}

static void post_form(struct user *user)
{
    const char *number = fmt(user, "%u", user_random(user, 1000));
    struct response *r =
        http_post(user, "/post", .form = FORM("name", "a cicada", "number", number));

    check(r, r->status == 200);
    check(r, strcmp(json_str(r, "form.name"), "a cicada") == 0);
    check(r, strcmp(json_str(r, "form.number"), number) == 0); /* forms know no numbers */
}

static void custom_headers(struct user *user)
{
    const char *id = fmt(user, "user-%u", user_id(user));
    struct response *r =
        http_get(user, "/headers", .headers = HEADERS("X-Custom-Header", "cicada", "X-Id", id));

    check(r, r->status == 200);
    check(r, strcmp(json_str(r, "headers.X-Custom-Header"), "cicada") == 0);
    check(r, strcmp(json_str(r, "headers.X-Id"), id) == 0);
}

static void basic_auth(struct user *user)
{
    const char *name = fmt(user, "user%u", user_id(user));
    struct response *r = http_get(user,
                                  fmt(user, "/basic-auth/%s/secret", name),
                                  .name = "/basic-auth/{user}/{pass}",
                                  .auth = AUTH(name, "secret"));

    check(r, r->status == 200);
    check(r, json_bool(r, "authenticated"));
    check(r, strcmp(json_str(r, "user"), name) == 0);
}

static void status_code(struct user *user)
{
    static const int codes[] = {200, 201, 204, 400, 404, 500, 503};
    int code = pick(user, codes);
    struct response *r = http_get(user, fmt(user, "/status/%d", code), .name = "/status/{code}");

    /* 400 and above would be a failure, but here it is what was asked for. */
    if (check(r, r->status == code)) {
        pass(r);
    }
}

static void delay(struct user *user)
{
    const double slack = 1; /* seconds a busy server may add */
    unsigned seconds = 1 + user_random(user, 2);
    struct response *r = http_get(user, fmt(user, "/delay/%u", seconds), .name = "/delay/{n}");

    check(r, r->status == 200);
    check(r, r->time >= seconds);
    check(r, r->time < seconds + slack);
}

/* One of three; each keeps its own name, so that the sizes and times stay apart. */
static void document(struct user *user)
{
    static const struct {
        const char *path, *type, *begins;
    } documents[] = {
        {"/json", "application/json", "{"},
        {"/xml", "application/xml", "<?xml"},
        {"/html", "text/html", "<!DOCTYPE html>"},
    };
    unsigned i = user_random(user, 3);
    struct response *r = http_get(user, documents[i].path);

    check(r, r->status == 200);
    check(r, has_type(r, documents[i].type));
    check(r, begins_with(r->body, documents[i].begins));
}

static void gzip(struct user *user)
{
    struct response *r = http_get(user, "/gzip");
    const char *encoding = header(r, "Content-Encoding");

    check(r, r->status == 200);
    check(r, encoding && strcmp(encoding, "gzip") == 0);
    check(r, json_bool(r, "gzipped")); /* readable only when it was decompressed */
}

static const struct task tasks[] = {
    TASK(get_with_query, .weight = 5),
    TASK(post_json, .weight = 3),
    TASK(post_form, .weight = 2),
    TASK(custom_headers, .weight = 2),
    TASK(basic_auth, .weight = 1),
    TASK(status_code, .weight = 1),
    TASK(delay, .weight = 1),
    TASK(document, .weight = 1),
    TASK(gzip, .weight = 1),
    {0},
};

static const struct user_class httpbin_user = {
    .name = "HTTPBinUser",
    .wait = between(1, 3),
    .tasks = tasks,
};

SCENARIO(&httpbin_user);
