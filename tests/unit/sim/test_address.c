/* SPDX-License-Identifier: MIT */
#include "sim/address.h"

#include "base/ensure.h"
#include "check.h"

static struct arena arena;

static int empty_arena(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void requoting(void **state)
{
    /* As requests.utils.requote_uri(). */
    static const struct {
        const char *row, *text, *quoted;
    } rows[] = {
        {"fine as it is", "/a/b?c=d&e=[1]#f", "/a/b?c=d&e=[1]#f"},
        {"empty", "", ""},
        {"a blank", "/a b", "/a%20b"},
        {"UTF-8", "/\xc3\xa9", "/%C3%A9"},
        {"quoted already", "/a%20b", "/a%20b"},
        {"quoted without need", "/%7e%41", "/~A"},
        {"a stray percent sign quotes them all", "/%zz%20", "/%25zz%2520"},
        {"a line break can't start a header", "/a\r\nX: y", "/a%0D%0AX:%20y"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_STR(address_quote(&arena, rows[i].text), rows[i].quoted);
    }
}

static void encoding(void **state)
{
    static const struct {
        const char *row, *text, *encoded;
    } rows[] = {
        {"letters and digits", "aZ09-._~", "aZ09-._~"},
        {"empty", "", ""},
        {"all that has a meaning", "a/b?c=d&e+f#g%h", "a%2Fb%3Fc%3Dd%26e%2Bf%23g%25h"},
        {"a blank", "a b", "a%20b"},
        {"UTF-8", "\xc3\xa9", "%C3%A9"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_STR(address_escape(&arena, rows[i].text), rows[i].encoded);
    }
}

static void forms(void **state)
{
    static const struct {
        const char *row, *pairs[6], *text;
    } rows[] = {
        {"nothing", {NULL}, ""},
        {"a pair", {"a", "1", NULL}, "a=1"},
        {"blanks become plus signs", {"a b", "c d", NULL}, "a+b=c+d"},
        {"a plus sign is encoded", {"a", "1+1", NULL}, "a=1%2B1"},
        {"two pairs", {"a", "1", "b", "&", NULL}, "a=1&b=%26"},
        {"an empty value", {"a", "", NULL}, "a="},
        {"a key without a value", {"a", "1", "b", NULL}, "a=1&b="},
        {"an empty key", {"", "x", NULL}, "=x"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_STR(address_form(&arena, rows[i].pairs), rows[i].text);
    }
}

static void absolute_ones(void **state)
{
    static const struct {
        const char *row, *text;
        bool absolute;
        const char *path; /* NULL: not asked */
    } rows[] = {
        {"a path", "/a", false, NULL},
        {"empty", "", false, NULL},
        {"a URL in a query", "/login?next=http://h/", false, NULL},
        {"no scheme", "://h/", false, NULL},
        {"no slashes", "http:h", false, NULL},
        {"host and path", "http://h/a/b", true, "/a/b"},
        {"with a query", "https://h:1/a?b=c", true, "/a?b=c"},
        {"no path", "http://h", true, "/"},
        {"a query without a path", "http://h?b", true, "/?b"},
        {"the fragment is no part of it", "http://h/a?b#c", true, "/a?b"},
        {"only a fragment", "http://h#c", true, "/"},
        {"a colon in the path", "http://h/a://b", true, "/a://b"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_EQ(address_absolute(rows[i].text), rows[i].absolute);
        if (rows[i].path) {
            CHECK_STR(address_path(&arena, rows[i].text), rows[i].path);
        }
    }
}

static void queries(void **state)
{
    static const struct {
        const char *row, *path, *query, *whole;
    } rows[] = {
        {"the first", "/a", "b=1", "/a?b=1"},
        {"one more", "/a?b=1", "c=2", "/a?b=1&c=2"},
        {"before the fragment", "/a#f", "b=1", "/a?b=1#f"},
        {"a question mark in the fragment", "/a#f?", "b=1", "/a?b=1#f?"},
        {"none", "/a", "", "/a"},
        {"to nothing", "", "b=1", "?b=1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_STR(address_add_query(&arena, rows[i].path, rows[i].query), rows[i].whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requoting),
        cmocka_unit_test(encoding),
        cmocka_unit_test(forms),
        cmocka_unit_test(absolute_ones),
        cmocka_unit_test(queries),
    };

    return cmocka_run_group_tests(tests, NULL, empty_arena);
}
