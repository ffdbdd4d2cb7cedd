/* SPDX-License-Identifier: MIT */
/* Which pattern a path fits, and what the counts say afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ensure.h"
#include "target/route.h"

enum { POSTS, POST, POST_WRITE, COMMENTS, AUTH, COUNT, ANYTHING };

static struct routes *sample(void)
{
    struct routes *routes = routes_new();

    assert_int_equal(routes_add(routes, ON_GET, "/posts"), POSTS);
    assert_int_equal(routes_add(routes, ON_GET, "/posts/{id}"), POST);
    assert_int_equal(routes_add(routes, ON_PUT | ON_PATCH, "/posts/{id}"), POST_WRITE);
    assert_int_equal(routes_add(routes, ON_GET, "/posts/{id}/comments"), COMMENTS);
    assert_int_equal(routes_add(routes, ON_GET, "/auth/{user}/{word}"), AUTH);
    assert_int_equal(routes_add(routes, ON_GET, "/_count"), COUNT);
    assert_int_equal(routes_add(routes, ON_ANY, "/anything"), ANYTHING);
    return routes;
}

static void test_match(void **state)
{
    static const struct {
        const char *shows, *path;
        enum method method;
        enum route_result result;
        unsigned number;
        const char *first, *second;
    } rows[] = {
        {"a fixed path", "/posts", METHOD_GET, ROUTE_FOUND, POSTS, NULL, NULL},
        {"one slash at the end is ignored", "/posts/", METHOD_GET, ROUTE_FOUND, POSTS, NULL, NULL},
        {"two are not", "/posts//", METHOD_GET, ROUTE_UNKNOWN, 0, NULL, NULL},
        {"a parameter", "/posts/12", METHOD_GET, ROUTE_FOUND, POST, "12", NULL},
        {"a parameter and a slash", "/posts/12/", METHOD_GET, ROUTE_FOUND, POST, "12", NULL},
        {"HEAD goes where GET goes", "/posts/1", METHOD_HEAD, ROUTE_FOUND, POST, "1", NULL},
        {"the method chooses", "/posts/1", METHOD_PATCH, ROUTE_FOUND, POST_WRITE, "1", NULL},
        {"no route for it", "/posts/1", METHOD_DELETE, ROUTE_WRONG_METHOD, POST, NULL, NULL},
        {"in the middle", "/posts/x/comments", METHOD_GET, ROUTE_FOUND, COMMENTS, "x", NULL},
        {"two parameters", "/auth/me/secret", METHOD_GET, ROUTE_FOUND, AUTH, "me", "secret"},
        {"one missing", "/auth/me", METHOD_GET, ROUTE_UNKNOWN, 0, NULL, NULL},
        {"one empty", "/auth//secret", METHOD_GET, ROUTE_UNKNOWN, 0, NULL, NULL},
        {"too much", "/posts/1/comments/2", METHOD_GET, ROUTE_UNKNOWN, 0, NULL, NULL},
        {"only a beginning", "/post", METHOD_GET, ROUTE_UNKNOWN, 0, NULL, NULL},
        {"longer than the pattern", "/postsx", METHOD_GET, ROUTE_UNKNOWN, 0, NULL, NULL},
        {"the root", "/", METHOD_GET, ROUTE_UNKNOWN, 0, NULL, NULL},
        {"nothing at all", "", METHOD_GET, ROUTE_UNKNOWN, 0, NULL, NULL},
        {"any method", "/anything", METHOD_OTHER, ROUTE_FOUND, ANYTHING, NULL, NULL},
    };
    struct routes *routes = sample();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct route_match match;

        routes_match(routes, rows[i].method, rows[i].path, &match);
        if (match.result != rows[i].result) {
            fail_msg("%s: \"%s\" gave %d", rows[i].shows, rows[i].path, (int)match.result);
        }
        if (match.result != ROUTE_UNKNOWN) {
            assert_int_equal(match.number, rows[i].number);
        }
        if (rows[i].first) {
            assert_string_equal(match.params[0], rows[i].first);
        }
        if (rows[i].second) {
            assert_string_equal(match.params[1], rows[i].second);
        }
    }
    routes_free(routes);
}

static void test_long_parameter_fits_nothing(void **state)
{
    struct routes *routes = sample();
    struct route_match match;
    char path[ROUTE_PARAM_BYTES + 16] = "/posts/";
    size_t start = strlen(path);

    (void)state;
    memset(path + start, 'x', ROUTE_PARAM_BYTES - 1);
    routes_match(routes, METHOD_GET, path, &match);
    assert_int_equal(match.result, ROUTE_FOUND);
    path[start + ROUTE_PARAM_BYTES - 1] = 'x';
    routes_match(routes, METHOD_GET, path, &match);
    assert_int_equal(match.result, ROUTE_UNKNOWN);
    routes_free(routes);
}

static void test_allowed_methods(void **state)
{
    struct routes *routes = sample();
    struct route_match match;
    struct buf text;

    (void)state;
    buf_init(&text, 100);
    routes_match(routes, METHOD_POST, "/posts/1", &match);
    assert_int_equal(match.result, ROUTE_WRONG_METHOD);
    methods_write(match.allowed, ", ", &text);
    assert_string_equal(buf_text(&text), "GET, HEAD, PUT, PATCH");
    buf_fini(&text);
    routes_free(routes);
}

static void ask(struct routes *routes, enum method method, const char *path)
{
    struct route_match match;

    routes_match(routes, method, path, &match);
    routes_count(routes, method, &match);
}

static void check_counts(const struct routes *routes, const char *expected)
{
    struct buf text;

    buf_init(&text, 4096);
    routes_write_counts(routes, &text);
    assert_string_equal(buf_text(&text), expected);
    buf_fini(&text);
}

static void test_counts(void **state)
{
    static const char nothing[] = "{\n  \"total\": 0,\n  \"routes\": {\n  }\n}\n";
    struct routes *routes = sample();

    (void)state;
    check_counts(routes, nothing);
    ask(routes, METHOD_GET, "/posts/1");
    ask(routes, METHOD_GET, "/posts/2");
    ask(routes, METHOD_HEAD, "/posts/2");
    ask(routes, METHOD_PUT, "/posts/2");
    ask(routes, METHOD_DELETE, "/posts/2"); /* the wrong method counts too */
    ask(routes, METHOD_GET, "/nowhere");
    ask(routes, METHOD_OTHER, "/nowhere");
    ask(routes, METHOD_GET, "/_count"); /* this one does not */
    check_counts(routes,
                 "{\n  \"total\": 7,\n  \"routes\": {\n"
                 "    \"GET /posts/{id}\": 2,\n"
                 "    \"HEAD /posts/{id}\": 1,\n"
                 "    \"DELETE /posts/{id}\": 1,\n"
                 "    \"PUT /posts/{id}\": 1,\n"
                 "    \"GET *\": 1,\n"
                 "    \"OTHER *\": 1\n"
                 "  }\n}\n");
    routes_reset(routes);
    check_counts(routes, nothing);
    routes_free(routes);
}

static void test_list(void **state)
{
    struct routes *routes = sample();
    struct buf text;

    (void)state;
    buf_init(&text, 4096);
    routes_write_list(routes, &text);
    assert_non_null(strstr(buf_text(&text), "PUT,PATCH /posts/{id}\n"));
    assert_non_null(strstr(buf_text(&text), "any /anything\n"));
    buf_fini(&text);
    routes_free(routes);
}

static void test_methods(void **state)
{
    (void)state;
    for (int method = 0; method < METHOD_COUNT; method++) {
        assert_int_equal(method_from_name(method_name((enum method)method)), method);
    }
    assert_int_equal(method_from_name("get"), METHOD_OTHER);
    assert_int_equal(method_from_name(""), METHOD_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_long_parameter_fits_nothing),
        cmocka_unit_test(test_allowed_methods),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_methods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
