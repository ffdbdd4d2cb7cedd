/* SPDX-License-Identifier: MIT */
/* failing.c - what can go wrong, one step after the other; ../locustfiles/failing.py does the same.
 */
#include <cicada.h>

static void fine(struct user *user)
{
    http_get(user, "/get?a=1&b=%C3%A9");
}

static void not_found(struct user *user)
{
    http_get(user, "/status/404");
}

static void server_error(struct user *user)
{
    http_get(user, "/status/500", .name = "/status/{code}");
}

static void wrong_content(struct user *user)
{
    struct response *r = http_get(user, "/get", .name = "/wrong");

    checkf(r, false, "wrong content");
}

static void quotes(struct user *user)
{
    struct response *r = http_get(user, "/get", .name = "/quo\"tes, and 'more'");

    checkf(r, false, "it's \"so\" \xc3\xa9");
}

static void passed(struct user *user)
{
    struct response *r = http_get(user, "/status/503");

    pass(r);
}

static void refused(struct user *user)
{
    http_get(user, "http://127.0.0.1:1/x", .name = "/refused");
}

static void unknown_host(struct user *user)
{
    http_get(user, "http://no-such-host.invalid/", .name = "/dns");
}

static void late(struct user *user)
{
    http_get(user, "/delay/2", .name = "/timeout", .timeout = 0.5);
}

static void post(struct user *user)
{
    http_post(user, "/post", .json = JSON({"a": 1}));
}

static void redirected(struct user *user)
{
    http_get(user, "/redirect/2");
}

static void redirected_for_ever(struct user *user)
{
    http_get(user, "/redirect/31", .name = "/loop");
}

static void accents(struct user *user)
{
    http_get(user, "/anything/\xc3\xa9 x");
}

static void head(struct user *user)
{
    http_head(user, "/get");
}

static void absolute(struct user *user)
{
    http_get(user,
             fmt(user, "%s/anything/abs?x=1", cicada_user_host(user)),
             .name = "/anything/abs?x=1");
}

static const struct task tasks[] = {
    TASK(fine, .weight = 1),
    TASK(not_found, .weight = 1),
    TASK(server_error, .weight = 1),
    TASK(wrong_content, .weight = 1),
    TASK(quotes, .weight = 1),
    TASK(passed, .weight = 1),
    TASK(refused, .weight = 1),
    TASK(unknown_host, .weight = 1),
    TASK(late, .weight = 1),
    TASK(post, .weight = 1),
    TASK(redirected, .weight = 1),
    TASK(redirected_for_ever, .weight = 1),
    TASK(accents, .weight = 1),
    TASK(head, .weight = 1),
    TASK(absolute, .weight = 1),
    {0},
};

static const struct user_class failing_user = {
    .name = "FailingUser",
    .wait = constant_pacing(0.1),
    .order = ORDER_SEQUENTIAL,
    .tasks = tasks,
};

SCENARIO(&failing_user);
