/* SPDX-License-Identifier: MIT */
/* What a scenario asks for, as it reaches the transport and the statistics. */
#undef CICADA_NO_SHORT_NAMES
#include "check.h"
#include "world.h"

#include "base/ensure.h"

static void plain(struct user *user)
{
    http_get(user, "/a");
}

static void no_slash(struct user *user)
{
    http_get(user, "a b?c=d");
}

static void absolute(struct user *user)
{
    http_get(user, "https://other:8443/x?y=z#f");
}

static void absolute_alone(struct user *user)
{
    http_get(user, "https://other");
}

static void formatted(struct user *user)
{
    http_get(user, fmt(user, "/p/%d?q=%s", 7, "x y"));
}

static void formatted_absolute(struct user *user)
{
    http_get(user, fmt(user, "http://other/p/%d", 7));
}

static void named(struct user *user)
{
    http_get(user, fmt(user, "/p/%d", 7), .name = "/p/[id]");
}

static void with_query(struct user *user)
{
    http_get(user, "/s?a=1", .query = FORM("q", "x y", "p", ""));
}

static void json_body(struct user *user)
{
    http_post(user, "/a", .json = JSON({"a": 1}));
}

static void json_typed_by_request(struct user *user)
{
    http_post(user, "/a", .json = "{}", .headers = HEADERS("content-type", "text/x"));
}

static void json_typed_by_user(struct user *user)
{
    user_header(user, "CONTENT-TYPE", "text/x");
    http_post(user, "/a", .json = "{}");
}

static void form_body(struct user *user)
{
    http_put(user, "/a", .form = FORM("a b", "1&2", "c"));
}

static void raw_body(struct user *user)
{
    http_post(user, "/a", .body = "xyz", .body_size = 2);
}

static void headers_override(struct user *user)
{
    user_header(user, "Accept", "a");
    user_header(user, "X-Old", "1");
    user_header(user, "X-Old", NULL);
    user_header(user, "X-Kept", "2");
    http_get(user, "/a", .headers = HEADERS("accept", "b", "X-Own", "3"));
}

static void own_auth(struct user *user)
{
    user_auth(user, "user", "pw");
    http_get(user, "/a", .auth = AUTH("request", "pw"));
}

static void users_auth(struct user *user)
{
    user_auth(user, "user", NULL);
    http_get(user, "/a");
}

static void no_auth_any_more(struct user *user)
{
    user_auth(user, "user", "pw");
    user_auth(user, NULL, NULL);
    http_get(user, "/a");
}

static void cookies(struct user *user)
{
    cookies_clear(user); /* there is no client yet */
    cookie_set(user, "a", "b");
    cookies_clear(user);
    http_head(user, "/a");
}

static void unsafe_path(struct user *user)
{
    http_get(user, "/a HTTP/1.1\r\nX: y");
}

static struct {
    task_fn *run;
} now;

static void run_row(struct user *user)
{
    now.run(user);
    user_stop(user);
}

static const struct task tasks[] = {TASK(run_row), {0}};
static const struct user_class class = {.name = "c", .tasks = tasks};
static const struct scenario scenario = {
    .abi = CICADA_ABI, .size = sizeof(scenario), CLASSES(&class)};

static void what_is_sent_and_under_which_name(void **state)
{
    static const struct {
        const char *row;
        task_fn *run;
        const char *host, *sent, *method, *name;
    } rows[] = {
        {"a path", plain, NULL, "GET http://h/a\n", "GET", "/a"},
        {"below a host with a path",
         plain,
         "http://h/base/",
         "GET http://h/base/a\n",
         "GET",
         "/base/a"},
        {"no slash, and a blank", no_slash, NULL, "GET http://h/a%20b?c=d\n", "GET", "/a%20b?c=d"},
        {"an absolute URL", absolute, NULL, "GET https://other:8443/x?y=z#f\n", "GET", "/x?y=z"},
        {"a host alone", absolute_alone, NULL, "GET https://other\n", "GET", "/"},
        {"a format is the name",
         formatted,
         NULL,
         "GET http://h/p/7?q=x%20y\n",
         "GET",
         "/p/%d?q=%s"},
        {"the path of an absolute format",
         formatted_absolute,
         NULL,
         "GET http://other/p/7\n",
         "GET",
         "/p/%d"},
        {"a name", named, NULL, "GET http://h/p/7\n", "GET", "/p/[id]"},
        {"the query is no part of the name",
         with_query,
         NULL,
         "GET http://h/s?a=1&q=x+y&p=\n",
         "GET",
         "/s?a=1"},
        {"json",
         json_body,
         NULL,
         "POST http://h/a|Content-Type: application/json|{\"a\": 1}\n",
         "POST",
         "/a"},
        {"json with the request's type",
         json_typed_by_request,
         NULL,
         "POST http://h/a|content-type: text/x|{}\n",
         "POST",
         "/a"},
        {"json with the user's type",
         json_typed_by_user,
         NULL,
         "POST http://h/a|CONTENT-TYPE: text/x|{}\n",
         "POST",
         "/a"},
        {"a form",
         form_body,
         NULL,
         "PUT http://h/a|Content-Type: application/x-www-form-urlencoded|a+b=1%262&c=\n",
         "PUT",
         "/a"},
        {"raw bytes", raw_body, NULL, "POST http://h/a|xy\n", "POST", "/a"},
        {"the request's headers win",
         headers_override,
         NULL,
         "GET http://h/a|X-Kept: 2|accept: b|X-Own: 3\n",
         "GET",
         "/a"},
        {"the host's login", plain, "http://u:p@h", "GET http://h/a|auth u:p\n", "GET", "/a"},
        {"the user's before the host's",
         users_auth,
         "http://u:p@h",
         "GET http://h/a|auth user:\n",
         "GET",
         "/a"},
        {"the request's before the user's",
         own_auth,
         "http://u:p@h",
         "GET http://h/a|auth request:pw\n",
         "GET",
         "/a"},
        {"the user's taken back", no_auth_any_more, NULL, "GET http://h/a\n", "GET", "/a"},
        {"cookies",
         cookies,
         NULL,
         "cookie a=b for http://h\ncookies cleared\nHEAD http://h/a\n",
         "HEAD",
         "/a"},
        {"a line break in the path",
         unsafe_path,
         NULL,
         "GET http://h/a%20HTTP/1.1%0D%0AX:%20y\n",
         "GET",
         "/a%20HTTP/1.1%0D%0AX:%20y"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world world = {
            .scenario = &scenario,
            .plan_options = {.host = rows[i].host ? rows[i].host : "http://h"},
        };

        CHECK_ROW(rows[i].row);
        now.run = rows[i].run;
        world_open(&world);
        world_run(&world, 1);
        CHECK(!world.timed_out);
        CHECK_STR(buf_text(&world.fake.journal), rows[i].sent);
        CHECK(stats_find(world.stats, rows[i].method, rows[i].name) != NULL);
        CHECK_EQ(stats_total(world.stats)->num_requests, 1);
        CHECK_STR(world_failure(&world), "");
        world_close(&world);
    }
}

static void value_break(struct user *user)
{
    struct response *r = http_get(user, "/a", .headers = HEADERS("X-A", "b\r\nX-B: c"));

    note("%d %s", r->status, r->body);
}

static void name_break(struct user *user)
{
    http_get(user, "/a", .headers = HEADERS("X-Fine", "1", "X\nA", "b"));
}

static void folded(struct user *user)
{
    http_get(user, "/a", .headers = HEADERS(" X-A", "b"));
}

static void passed_all_the_same(struct user *user)
{
    pass(http_get(user, "/a", .headers = HEADERS("X:A", "b")));
}

static void one_of_two(struct user *user)
{
    struct response *const *r =
        http_all(user, GET("/bad", .headers = HEADERS("X", "\n")), GET("/good"));

    note("%d %d", r[0]->error != NULL, r[1]->status);
}

static void the_users_own(struct user *user)
{
    user_header(user, "X", "a\nb");
}

static void headers_smuggle_nothing_in(void **state)
{
#define INVALID(kind)                                                                              \
    "Invalid leading whitespace, reserved character(s), or return character(s) in header " kind
    static const struct {
        const char *row;
        task_fn *run;
        const char *sent, *failure;
        int requests, exceptions;
    } rows[] = {
        {"a line break in a value",
         value_break,
         "",
         "GET /a: InvalidHeader(\"" INVALID("value") ": 'b\\\\r\\\\nX-B: c'\")",
         1,
         0},
        {"a line break in a name",
         name_break,
         "",
         "GET /a: InvalidHeader(\"" INVALID("name") ": 'X\\\\nA'\")",
         1,
         0},
        {"a blank before a name",
         folded,
         "",
         "GET /a: InvalidHeader(\"" INVALID("name") ": ' X-A'\")",
         1,
         0},
        {"one that is let pass", passed_all_the_same, "", "", 1, 0},
        {"one of two in parallel",
         one_of_two,
         "GET http://h/good\n",
         "GET /bad: InvalidHeader(\"" INVALID("value") ": '\\\\n'\")",
         2,
         0},
        {"set for the user", the_users_own, "", "", 0, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world world = {.scenario = &scenario, .plan_options = {.host = "http://h"}};

        CHECK_ROW(rows[i].row);
        now.run = rows[i].run;
        world_open(&world);
        world_run(&world, 1);
        CHECK_STR(buf_text(&world.fake.journal), rows[i].sent);
        CHECK_STR(world_failure(&world), rows[i].failure);
        CHECK_EQ(stats_total(world.stats)->num_requests, rows[i].requests);
        CHECK_EQ(sim_counts(world.sim).requests_started, rows[i].requests);
        world_close(&world);
    }
}

static void without_a_host_the_user_ends(void **state)
{
    struct world world = {.scenario = &scenario};

    (void)state;
    now.run = plain;
    world_open(&world);
    world_run(&world, 3);
    CHECK(!world.timed_out);
    CHECK_EQ(world_exceptions(&world), 3);
    CHECK_EQ(sim_counts(world.sim).broken_users, 3);
    CHECK_STR(buf_text(&world.fake.journal), "");
    world_close(&world);
}

static void without_a_client_requests_fail(void **state)
{
    struct world world = {.scenario = &scenario, .plan_options = {.host = "http://h"}};

    (void)state;
    now.run = plain;
    world_open(&world);
    world.fake.refuse_clients = true;
    world_run(&world, 1);
    CHECK(!world.timed_out);
    CHECK_EQ(world_exceptions(&world), 0);
    CHECK_EQ(stats_total(world.stats)->num_requests, 1);
    CHECK_STR(world_failure(&world), "GET /a: no client to be had");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_and_under_which_name),
        cmocka_unit_test(headers_smuggle_nothing_in),
        cmocka_unit_test(without_a_host_the_user_ends),
        cmocka_unit_test(without_a_client_requests_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
