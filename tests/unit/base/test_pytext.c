/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "base/pytext.h"

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

static void texts(void **state)
{
    static const struct {
        const char *text, *repr;
    } rows[] = {
        {"", "''"},
        {"plain", "'plain'"},
        {"it's", "\"it's\""},
        {"it's \"x\"", "'it\\'s \"x\"'"},
        {"a\\b\n\r\t\x01", "'a\\\\b\\n\\r\\t\\x01'"},
        {"é日", "'é日'"},
        {"\xc2\xa0\xe2\x80\xa8", "'\\xa0\\u2028'"},
        {"\xff", "'\\xff'"},
    };
    struct buf buf;

    (void)state;
    buf_init(&buf, 1024);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_ROW(rows[i].repr);
        buf_clear(&buf);
        pytext_repr(&buf, rows[i].text);
        CHECK_STR(buf_text(&buf), rows[i].repr);
    }
    buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats),
        cmocka_unit_test(texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
