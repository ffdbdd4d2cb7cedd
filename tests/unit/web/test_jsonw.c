/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "web/jsonw.h"

#include <math.h>

#include "base/ensure.h"

static struct buf out;
static struct jsonw w;

static void begin(void)
{
    buf_fini(&out);
    buf_init(&out, 65536);
    jsonw_init(&w, &out);
}

static void objects_and_arrays_nest(void **state)
{
    (void)state;
    begin();
    jsonw_open(&w, NULL, '{');
    jsonw_int(&w, "a", -1);
    jsonw_open(&w, "b", '[');
    jsonw_open(&w, NULL, '{');
    jsonw_close(&w, '}');
    jsonw_bool(&w, NULL, true);
    jsonw_null(&w, NULL);
    jsonw_close(&w, ']');
    jsonw_text(&w, "c", NULL);
    jsonw_raw(&w, "d", "{}");
    jsonw_close(&w, '}');
    CHECK_STR(buf_text(&out), "{\"a\":-1,\"b\":[{},true,null],\"c\":null,\"d\":{}}");
}

static void texts_are_safe_in_a_page(void **state)
{
    static const struct {
        const char *row, *text, *want;
    } rows[] = {
        {"plain", "abc", "\"abc\""},
        {"empty", "", "\"\""},
        {"quotes", "a\"b\\c", "\"a\\\"b\\\\c\""},
        {"control characters", "a\nb\tc\x01\x7f", "\"a\\nb\\u0009c\\u0001\\u007f\""},
        {"the end of a script", "</script>", "\"\\u003c/script>\""},
        {"a comment", "<!--", "\"\\u003c!--\""},
        {"line separators of JavaScript",
         "a\xe2\x80\xa8"
         "b\xe2\x80\xa9",
         "\"a\\u2028b\\u2029\""},
        {"UTF-8", "\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
        {"what is none",
         "a\xff"
         "b",
         "\"a\xef\xbf\xbd"
         "b\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        begin();
        jsonw_text(&w, NULL, rows[i].text);
        CHECK_STR(buf_text(&out), rows[i].want);
    }
}

static void numbers_keep_their_kind(void **state)
{
    static const struct {
        const char *row;
        double value;
        const char *full, *brief;
    } rows[] = {
        {"whole", 12, "12.0", "12"},
        {"zero", 0, "0.0", "0"},
        {"below zero", -1.5, "-1.5", "-1.5"},
        {"a moment", 1795640841.267191, "1795640841.267191", "1795640841.267"},
        {"small", 0.0000001, "0.0", "0"},
        {"none", NAN, "null", "null"},
        {"endless", INFINITY, "null", "null"},
        {"large", 1e20, "1.00000000000000000e+20", "100000000000000000000"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        begin();
        jsonw_float(&w, NULL, rows[i].value);
        CHECK_STR(buf_text(&out), rows[i].full);
        begin();
        jsonw_short(&w, NULL, rows[i].value, 3);
        CHECK_STR(buf_text(&out), rows[i].brief);
    }
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_and_arrays_nest),
        cmocka_unit_test(texts_are_safe_in_a_page),
        cmocka_unit_test(numbers_keep_their_kind),
    };

    return cmocka_run_group_tests_name("jsonw", tests, NULL, NULL);
}
