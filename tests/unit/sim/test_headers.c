/* SPDX-License-Identifier: MIT */
#include "sim/headers.h"

#include "base/ensure.h"
#include "check.h"

static void setting_replacing_removing(void **state)
{
    struct user_headers *headers = NULL;

    (void)state;
    CHECK_EQ(headers_count(NULL), 0);
    headers_free(NULL);
    CHECK(headers_set(&headers, "X-None", NULL)); /* removing what is not there */
    CHECK_EQ(headers_count(headers), 0);
    CHECK(headers_set(&headers, "Accept", "a"));
    CHECK(headers_set(&headers, "X", ""));
    CHECK(headers_set(&headers, "ACCEPT", "b")); /* any case */
    CHECK_EQ(headers_count(headers), 2);
    CHECK_STR(headers_at(headers, 0)->line, "X: ");
    CHECK_STR(headers_at(headers, 1)->line, "ACCEPT: b");
    CHECK(headers_set(&headers, "x", NULL));
    CHECK_EQ(headers_count(headers), 1);
    CHECK_STR(headers_at(headers, 0)->name, "ACCEPT");
    headers_free(headers);
}

static void what_a_header_may_not_hold(void **state)
{
    static const struct {
        const char *row, *name, *value;
        bool valid;
    } rows[] = {
        {"plain", "X-A", "b", true},
        {"an empty value", "X-A", "", true},
        {"a colon in the value", "X-A", "b:c", true},
        {"an empty name", "", "b", false},
        {"a colon in the name", "X:A", "b", false},
        {"a line break in the value", "X-A", "b\r\nX-B: c", false},
        {"a bare line feed", "X-A", "b\nc", false},
        {"a bare carriage return", "X-A", "b\rc", false},
        {"a line break in the name", "X\nA", "b", false},
        {"a blank before the name folds it into the line before", " X", "b", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct user_headers *headers = NULL;

        CHECK_ROW(rows[i].row);
        CHECK_EQ(headers_set(&headers, rows[i].name, rows[i].value), rows[i].valid);
        CHECK_EQ(headers_count(headers), rows[i].valid);
        headers_free(headers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_replacing_removing),
        cmocka_unit_test(what_a_header_may_not_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
