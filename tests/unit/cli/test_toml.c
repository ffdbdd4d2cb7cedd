/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "cli/toml.h"

/* The expected documents are those of Python's tomllib. */
static void documents(void **state)
{
    static const struct {
        const char *row, *text, *want; /* NULL: no TOML */
    } rows[] = {
        {"empty", "", "{}"},
        {"pairs", "a = 1\nb = 'x'", "{\"a\":1,\"b\":\"x\"}"},
        {"tables", "[a.b]\nc = 1\n[d]", "{\"a\":{\"b\":{\"c\":1}},\"d\":{}}"},
        {"dotted keys", "a . b.\"c d\" = 1", "{\"a\":{\"b\":{\"c d\":1}}}"},
        {"arrays of tables", "[[a]]\nb = 1\n[[a]]\n[a.c]", "{\"a\":[{\"b\":1},{\"c\":{}}]}"},
        {"inline tables", "a = {b = 1, c.d = 2}", "{\"a\":{\"b\":1,\"c\":{\"d\":2}}}"},
        {"arrays over lines", "a = [1, # x\n 2,\n]", "{\"a\":[1,2]}"},
        {"integers", "a = [+1, -2, 1_000, 0xfF, 0o17, 0b11]", "{\"a\":[1,-2,1000,255,15,3]}"},
        {"numbers", "a = [1.5, -2e2, 1_0.5E+0]", "{\"a\":[1.5,-200.0,10.5]}"},
        {"no numbers", "a = [inf, -inf, -nan]", "{\"a\":[\"inf\",\"-inf\",\"nan\"]}"},
        {"booleans", "a = [true, false]", "{\"a\":[true,false]}"},
        {"dates", "a = 1979-05-27 07:32:00Z # x", "{\"a\":\"1979-05-27 07:32:00Z\"}"},
        {"escapes",
         "a = \"\\t\\\"\\\\\\u00e9\\U0001F600\"",
         "{\"a\":\"\\t\\\"\\\\\u00e9\U0001F600\"}"},
        {"literal strings", "a = '\\t\"'", "{\"a\":\"\\\\t\\\"\"}"},
        {"long strings",
         "a = \"\"\"\nb\n \"c\" \\\n  d\"\"\"\"",
         "{\"a\":\"b\\n \\\"c\\\" d\\\"\"}"},
        {"long literal strings", "a = '''b'c\nd'''", "{\"a\":\"b'c\\nd\"}"},
        {"comments and line ends", "# x\r\na = 1 # y\r\n\r\n", "{\"a\":1}"},
        {"a mark at the start",
         "\xEF\xBB\xBF"
         "a = 1",
         "{\"a\":1}"},
        {"a key twice", "a = 1\na = 2", NULL},
        {"a table twice", "[a]\n[a]", NULL},
        {"a table of an array's name", "[[a]]\n[a]", NULL},
        {"a key within a number", "a = 1\na.b = 2", NULL},
        {"a key within an empty array", "a = []\n[a.b]", NULL},
        {"no value", "a =", NULL},
        {"no key", "= 1", NULL},
        {"two pairs in a line", "a = 1 b = 2", NULL},
        {"a bare word", "a = b", NULL},
        {"a needless zero", "a = 01", NULL},
        {"a lone underscore", "a = 1__0", NULL},
        {"a point without digits", "a = 1.", NULL},
        {"an integer beyond 64 bits", "a = 9223372036854775808", NULL},
        {"an open string", "a = \"b", NULL},
        {"a line end in a string", "a = \"b\nc\"", NULL},
        {"an unknown escape", "a = \"\\x\"", NULL},
        {"half a character", "a = \"\\uD800\"", NULL},
        {"bytes that are no UTF-8", "a = \"\xFF\"", NULL},
        {"an open array", "a = [1", NULL},
        {"an open table", "a = {b = 1", NULL},
        {"an open header", "[a", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {""};
        json_t *root = toml_parse(rows[i].text, strlen(rows[i].text), &err);
        char *got = root ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;

        CHECK_ROW(rows[i].row);
        CHECK_STR(got, rows[i].want);
        CHECK_EQ(err.text[0] == '\0', rows[i].want != NULL);
        free(got);
        json_decref(root);
    }
}

static void limits(void **state)
{
    char deep[2048] = "a = ";
    struct err err = {""};

    (void)state;
    CHECK_ROW("nesting has an end");
    memset(deep + 4, '[', 1000);
    CHECK(!toml_parse(deep, strlen(deep), &err));
    CHECK_STR(err.text, "line 1: values are nested too deeply");
    CHECK_ROW("the line of a mistake");
    CHECK(!toml_parse("a = '''\n\n'''\n\nb", 15, &err));
    CHECK_STR(err.text, "line 5: a key lacks its '='");
    CHECK_ROW("no text at all");
    CHECK(!toml_parse("a\0b", 3, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents),
        cmocka_unit_test(limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
