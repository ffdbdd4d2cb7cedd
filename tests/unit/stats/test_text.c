/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "stats/text.h"

static void cutting(void **state)
{
    static const struct {
        const char *row, *text;
        size_t max;
        const char *want;
    } rows[] = {
        {"nothing at all", NULL, 4, ""},
        {"empty", "", 4, ""},
        {"shorter", "abc", 4, "abc"},
        {"exactly", "abcd", 4, "abcd"},
        {"longer", "abcde", 4, "abcd"},
        {"a character of two bytes fits", "ab\xc3\xa9x", 4, "ab\xc3\xa9"},
        {"a character of two bytes does not", "abc\xc3\xa9", 4, "abc"},
        {"nor one of three", "ab\xe2\x9c\x93", 4, "ab"},
        {"nor one of four", "a\xf0\x9f\x98\x80", 4, "a"},
        {"one of four fits", "\xf0\x9f\x98\x80x", 4, "\xf0\x9f\x98\x80"},
        {"continuation bytes without end", "\x80\x80\x80\x80\x80\x80", 4, "\x80\x80\x80\x80"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char out[8];

        CHECK_ROW(rows[i].row);
        CHECK_EQ(text_put(out, rows[i].text, rows[i].max), strlen(rows[i].want));
        CHECK_STR(out, rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cutting)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
