/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "base/ensure.h"
#include "base/pytext.h"
#include "vectors.h"

static void floats(void **state)
{
    /* The right column is what Python 3 prints. */
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1 / 3.0, "0.3333333333333333"},
        {2 / 3.0, "0.6666666666666666"},
        {100, "100.0"},
        {123456.75, "123456.75"},
        {1790000019.7500002, "1790000019.7500002"},
        {0.0001, "0.0001"},
        {0.00012345, "0.00012345"},
        {0.00001, "1e-05"},
        {1.5e-7, "1.5e-07"},
        {1e15, "1000000000000000.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {1e16, "1e+16"},
        {1.25e100, "1.25e+100"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
    };
    struct buf buf;

    (void)state;
    buf_init(&buf, 1024);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_ROW(rows[i].text);
        buf_clear(&buf);
        pytext_float(&buf, rows[i].value);
        CHECK_STR(buf_text(&buf), rows[i].text);
    }
    buf_fini(&buf);
}

static void reprs(void **state)
{
    /* The right column is what Python 3 printed; of bytes that are not UTF-8, what we choose. */
    static const struct {
        const char *row, *text, *repr;
    } rows[] = {
        {"plain", "abc", "'abc'"},
        {"empty", "", "''"},
        {"a single quote turns the quotes", "it's", "\"it's\""},
        {"a double quote does not", "say \"x\"", "'say \"x\"'"},
        {"both kinds escape the single one", "it's \"x\"", "'it\\'s \"x\"'"},
        {"backslash", "a\\b", "'a\\\\b'"},
        {"line breaks and tab", "\r\n\t", "'\\r\\n\\t'"},
        {"other control characters", "\x01\x1f\x7f", "'\\x01\\x1f\\x7f'"},
        {"printable beyond ASCII", "\xc3\xa9\xe2\x9c\x93", "'\xc3\xa9\xe2\x9c\x93'"},
        {"an emoji", "\xf0\x9f\x98\x80", "'\xf0\x9f\x98\x80'"},
        {"a blank that is none of ours", "\xc2\xa0", "'\\xa0'"},
        {"a soft hyphen", "\xc2\xad", "'\\xad'"},
        {"a line separator", "\xe2\x80\xa8", "'\\u2028'"},
        {"an unassigned character of a high plane", "\xf0\xbf\xbf\xbf", "'\\U0003ffff'"},
        {"a byte that is no UTF-8",
         "a\xff"
         "b",
         "'a\\xffb'"},
        {"a sequence cut short", "\xe2\x9c", "'\\xe2\\x9c'"},
        {"a surrogate", "\xed\xa0\x80", "'\\xed\\xa0\\x80'"},
        {"an overlong slash", "\xc0\xaf", "'\\xc0\\xaf'"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;

        CHECK_ROW(rows[i].row);
        buf_init(&out, 1000);
        pytext_repr(&out, rows[i].text);
        CHECK_STR(buf_text(&out), rows[i].repr);
        buf_fini(&out);
    }
}

/* A live Locust hashed "METHOD.name.repr(error)". */
static void as_a_live_locust_wrote_them(void **state)
{
    json_t *keys = vectors_load("error_keys"), *key;
    size_t i;
    int compared = 0;

    (void)state;
    json_array_foreach(keys, i, key)
    {
        const json_t *error = json_object_get(key, "stored_error");
        struct buf out;

        if (strlen(json_string_value(error)) != json_string_length(error)) {
            continue; /* holds a NUL, which our texts can't */
        }
        buf_init(&out, 10000);
        buf_printf(&out, "%s.%s.", vectors_text(key, "method"), vectors_text(key, "name"));
        pytext_repr(&out, json_string_value(error));
        CHECK_STR(buf_text(&out), vectors_text(key, "hashed_text"));
        buf_fini(&out);
        compared++;
    }
    CHECK(compared >= 10);
    json_decref(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats),
        cmocka_unit_test(reprs),
        cmocka_unit_test(as_a_live_locust_wrote_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
