/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "sim/mask.h"

#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

static void texts(void **state)
{
    static const struct {
        const char *row, *text, *masked;
    } rows[] = {
        {"nothing secret", "{\"a\": 1, \"b\": \"c\"}", "{\"a\": 1, \"b\": \"c\"}"},
        {"a member", "{\"Token\" : \"abc\", \"a\": 1}", "{\"Token\" : \"***\", \"a\": 1}"},
        {"with an escaped quote", "{\"secret\":\"a\\\"b\"}", "{\"secret\":\"***\"}"},
        {"a number", "{\"api_key\":123,\"a\":1}", "{\"api_key\":***,\"a\":1}"},
        {"a list", "{\"keys\":[\"a]\",{\"b\":1}],\"c\":2}", "{\"keys\":***,\"c\":2}"},
        {"cut in the value", "{\"password\":\"hun", "{\"password\":\"***"},
        {"cut before the value", "{\"password\":", "{\"password\":***"},
        {"as Python writes it", "{'token': 'abc', 'a': 1}", "{'token': '***', 'a': 1}"},
        {"within a string",
         "{\"a\":\"{\\\"token\\\":\\\"abc\\\"}\"}",
         "{\"a\":\"{\\\"token\\\":\\\"***\\\"}\"}"},
        {"a query", "/x?access_token=abc&a=1", "/x?access_token=***&a=1"},
        {"a form", "password=hunter2", "password=***"},
        {"an attribute", "<a key=\"v\" b=\"w\">", "<a key=\"***\" b=\"w\">"},
        {"an element", "<password>v</password><b>w</b>", "<password>***</password><b>w</b>"},
        {"a line", "Password: hunter two\nb: c", "Password: ***\nb: c"},
        {"an error's name is none", "KeyError: x", "KeyError: x"},
        {"a user", "see http://u:p@h:1/p@q", "see http://***@h:1/p@q"},
        {"no user", "http://h/a@b", "http://h/a@b"},
        {"bearer", "got Bearer abc.def-g, not it", "got Bearer ***, not it"},
        {"the end of a name", "token=", "token=***"},
        {"a lone quote", "\"token", "\"token"},
        {"empty", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;

        CHECK_ROW(rows[i].row);
        buf_init(&out, 1024);
        mask_text(&out, rows[i].text, strlen(rows[i].text));
        CHECK_STR(buf_text(&out), rows[i].masked);
        buf_fini(&out);
    }
}

/* Whatever comes, in every length. */
static void cut_anywhere(void **state)
{
    static const char text[] =
        "{\"token\": [\"a\", {\"b\": \"c\\\\\"}], 'key':\\\"x\\\"} ://u@h <key a> Bearer \0 x";

    (void)state;
    for (size_t from = 0; from < sizeof(text); from++) {
        for (size_t length = 0; from + length <= sizeof(text); length++) {
            char *copy = malloc(length + 1);
            struct buf out;

            memcpy(copy, text + from, length);
            buf_init(&out, 4096);
            mask_text(&out, copy, length);
            mask_headers(&out, copy, length);
            CHECK(!out.failed);
            CHECK(strlen(buf_text(&out)) == out.length || memchr(copy, 0, length));
            buf_fini(&out);
            free(copy);
        }
    }
}

static void headers(void **state)
{
    static const char lines[] = "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nX-Api-Key: k\r\n"
                                "proxy-authorization: Basic eA==\r\nLocation: http://u:p@h/\r\n";
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    mask_headers(&out, lines, strlen(lines));
    CHECK_STR(buf_text(&out),
              "HTTP/1.1 200 OK\r\nSet-Cookie: ***\nX-Api-Key: ***\n"
              "proxy-authorization: ***\nLocation: http://***@h/\r\n");
    buf_fini(&out);
}

static void values(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    mask_value(&out, "a hunter2 hunter2", 17, "hunter2");
    mask_value(&out, " a", 2, "a"); /* too short to be told */
    mask_value(&out, " b", 2, NULL);
    CHECK_STR(buf_text(&out), "a *** *** a b");
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(headers),
        cmocka_unit_test(values),
    };

    return cmocka_run_group_tests_name("mask", tests, NULL, NULL);
}
