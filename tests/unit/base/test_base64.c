/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <string.h>

#include "base/ensure.h"
#include "check.h"

static void both_ways(void **state)
{
    static const struct {
        const char *bytes, *text;
    } rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"\xff\xfe\xfd", "//79"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf text, bytes;

        CHECK_ROW(rows[i].text);
        buf_init(&text, 100);
        buf_init(&bytes, 100);
        base64_encode(&text, rows[i].bytes, strlen(rows[i].bytes));
        CHECK_STR(buf_text(&text), rows[i].text);
        CHECK(base64_decode(&bytes, rows[i].text, strlen(rows[i].text)));
        CHECK_STR(buf_text(&bytes), rows[i].bytes);
        buf_fini(&text);
        buf_fini(&bytes);
    }
}

static void no_base64(void **state)
{
    static const char *const rows[] = {
        "Z", "Zg=", "Zm9v\n", "Zm 9v===", "Zm9!", "====", "\xff\xff\xff\xff"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf bytes;

        CHECK_ROW(rows[i]);
        buf_init(&bytes, 100);
        CHECK(!base64_decode(&bytes, rows[i], strlen(rows[i])));
        CHECK_EQ(bytes.length, 0);
        buf_fini(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways),
        cmocka_unit_test(no_base64),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
