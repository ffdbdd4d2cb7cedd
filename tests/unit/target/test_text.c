/* SPDX-License-Identifier: MIT */
/* Escapes, base64, names and numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ensure.h"
#include "target/text.h"

static void test_escaped(void **state)
{
    struct buf text;

    (void)state;
    buf_init(&text, 100);
    text_add_escaped(&text, "a b/\xc3\xbc~%", "/");
    assert_string_equal(buf_text(&text), "a%20b/%C3%BC~%25");
    buf_fini(&text);
}

static void test_base64(void **state)
{
    /* The vectors of RFC 4648. */
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfd", "//79"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf text;

        buf_init(&text, 100);
        text_add_base64(&text, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(buf_text(&text), rows[i][1]);
        buf_fini(&text);
    }
}

static void test_title_case(void **state)
{
    char name[] = "x-FORWARDED-for-1a";

    (void)state;
    text_title_case(name);
    assert_string_equal(name, "X-Forwarded-For-1a");
}

static void test_json_of_any_bytes(void **state)
{
    json_t *node = text_json("caf\xe9", 4);

    (void)state;
    assert_string_equal(json_string_value(node), "caf\xc3\xa9");
    json_decref(node);
    node = text_json("caf\xc3\xa9", 5);
    assert_string_equal(json_string_value(node), "caf\xc3\xa9");
    json_decref(node);
}

static void test_number(void **state)
{
    static const struct {
        const char *text;
        unsigned long max;
        bool good;
        unsigned long number;
    } rows[] = {
        {"0", 10, true, 0},
        {"10", 10, true, 10},
        {"0010", 10, true, 10},
        {"11", 10, false, 0},
        {"99999999999999999999999", 10, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"7", 5, false, 0},
        {"", 10, false, 0},
        {"-1", 10, false, 0},
        {"+1", 10, false, 0},
        {" 1", 10, false, 0},
        {"1x", 10, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned long number = 0;

        if (text_number(rows[i].text, rows[i].max, &number) != rows[i].good) {
            fail_msg("\"%s\" up to %lu", rows[i].text, rows[i].max);
        }
        assert_int_equal(number, rows[i].number);
    }
}

static void test_append(void **state)
{
    json_t *object = json_object();
    char *text;

    (void)state;
    text_json_append(object, "a", json_string("1"));
    text_json_append(object, "b", json_string("x"));
    text_json_append(object, "a", json_string("2"));
    text_json_append(object, "a", json_string("3"));
    text_json_append(object, "\xff", json_string("y")); /* not UTF-8 */
    text = json_dumps(object, JSON_COMPACT);
    assert_string_equal(text, "{\"a\":[\"1\",\"2\",\"3\"],\"b\":\"x\",\"\xc3\xbf\":\"y\"}");
    free(text);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escaped),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_title_case),
        cmocka_unit_test(test_json_of_any_bytes),
        cmocka_unit_test(test_number),
        cmocka_unit_test(test_append),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
