/* SPDX-License-Identifier: MIT */
#include "http/exchange.h"

#include "check.h"

static void test_header(void **state)
{
    static const struct {
        const char *words, *headers, *name, *value;
    } rows[] = {
        {"no headers at all", "", "Server", NULL},
        {"as written", "Server: x\r\n", "Server", "x"},
        {"any case", "CONTENT-type: text/plain\r\n", "content-TYPE", "text/plain"},
        {"blanks around the value go", "A: \t x y \t\r\n", "a", "x y"},
        {"no blank after the colon", "A:x\r\n", "a", "x"},
        {"empty value", "A:\r\n", "a", ""},
        {"the last one counts", "A: 1\r\nB: 2\r\nA: 3\r\n", "a", "3"},
        {"a prefix is another name", "Content-Length: 5\r\n", "Content", NULL},
        {"a longer name is another name", "Con: 5\r\n", "Content", NULL},
        {"bare newlines", "A: 1\nB: 2\n", "b", "2"},
        {"no newline at the end", "A: 1\r\nB: 2", "b", "2"},
        {"the name inside a value", "A: B: 2\r\n", "b", NULL},
        {"a line without a colon", "nonsense\r\nB: 2\r\n", "nonsense", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct exchange exchange = {0};
        size_t length = 99;

        CHECK_ROW(rows[i].words);
        buf_init(&exchange.answer_headers, 1000);
        buf_puts(&exchange.answer_headers, rows[i].headers);
        const char *value = exchange_header(&exchange, rows[i].name, &length);

        if (rows[i].value) {
            CHECK(value);
            CHECK_EQ(length, strlen(rows[i].value));
            CHECK(memcmp(value, rows[i].value, length) == 0);
        } else {
            CHECK(!value);
            CHECK_EQ(length, 99);
        }
        exchange_fini(&exchange);
    }
}

static void test_fini(void **state)
{
    struct exchange exchange = {0};

    (void)state;
    exchange_fini(&exchange);
    exchange.method = "GET";
    exchange.status = 200;
    exchange.error = strdup("x");
    exchange.answer_url = strdup("y");
    buf_init(&exchange.answer_body, 10);
    buf_puts(&exchange.answer_body, "z");
    exchange_fini(&exchange);
    exchange_fini(&exchange);
    CHECK_STR(exchange.method, "GET");
    CHECK_EQ(exchange.status, 0);
    CHECK(!exchange.error);
    CHECK(!exchange.answer_url);
    CHECK_EQ(exchange.answer_body.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_fini),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
