/* SPDX-License-Identifier: MIT */
/* What each fault would send, without a socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ensure.h"
#include "target/fault_plan.h"

static void test_plans(void **state)
{
    static const struct {
        const char *target;
        enum fault_end end;
        const char *begins;
        size_t length; /* 0: not checked here */
    } rows[] = {
        {"/ok", FAULT_KEEP, "HTTP/1.1 200 OK\r\n", 0},
        {"/close-idle", FAULT_KEEP_BRIEF, "HTTP/1.1 200 OK\r\n", 0},
        {"/drop", FAULT_HOLD, "", 0},
        {"/reset", FAULT_RESET, "", 0},
        {"/close", FAULT_CLOSE, "", 0},
        {"/garbage", FAULT_CLOSE, "", 2000},
        {"/status/503", FAULT_KEEP, "HTTP/1.1 503 Service Unavailable\r\n", 0},
        {"/status/204", FAULT_KEEP, "HTTP/1.1 204 No Content\r\n\r\n", 27},
        {"/status/1000", FAULT_KEEP, "HTTP/1.1 400 ", 0},
        {"/delay/x", FAULT_KEEP, "HTTP/1.1 400 ", 0},
        {"/nothing", FAULT_KEEP, "HTTP/1.1 404 ", 0},
        {"", FAULT_KEEP, "HTTP/1.1 404 ", 0},
        {"?url=x", FAULT_KEEP, "HTTP/1.1 404 ", 0},
        {"/redirect-other?url=http%3A//a/%26&x", FAULT_KEEP, "HTTP/1.1 302 ", 0},
        {"/redirect-other?x=url=1", FAULT_KEEP, "HTTP/1.1 400 ", 0},
    };
    struct fault_plans *plans = fault_plans_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fault_answer answer;

        fault_plans_answer(plans, "GET", rows[i].target, &answer);
        if (answer.end != rows[i].end ||
            strncmp(answer.bytes, rows[i].begins, strlen(rows[i].begins)) != 0 ||
            (rows[i].length > 0 && answer.length != rows[i].length)) {
            fail_msg("%s: %s", rows[i].target, answer.bytes);
        }
        buf_fini(&answer.own);
    }
    fault_plans_free(plans);
}

static void test_pauses(void **state)
{
    struct fault_plans *plans = fault_plans_new();
    struct fault_answer answer;

    (void)state;
    fault_plans_answer(plans, "GET", "/delay/250", &answer);
    assert_true(answer.before_ns == INT64_C(250000000) && answer.each_ns == 0);
    buf_fini(&answer.own);
    fault_plans_answer(plans, "GET", "/drip/2", &answer);
    assert_true(answer.before_ns == 0 && answer.each_ns == INT64_C(2000000));
    assert_true(answer.length > FAULT_DRIP_BYTES);
    assert_int_equal(answer.own.length, 0); /* shared by all who are dripped at */
    fault_plans_free(plans);
}

static void test_endless_header_repeats_whole_lines(void **state)
{
    struct fault_plans *plans = fault_plans_new();
    struct fault_answer answer;

    (void)state;
    fault_plans_answer(plans, "GET", "/endless-header", &answer);
    assert_true(answer.repeat_from < answer.length);
    assert_memory_equal(answer.bytes + answer.repeat_from - 2, "\r\n", 2);
    assert_memory_equal(answer.bytes + answer.length - 2, "\r\n", 2);
    fault_plans_free(plans);
}

static void test_endless_continue_repeats_whole_responses(void **state)
{
    struct fault_plans *plans = fault_plans_new();
    struct fault_answer answer;

    (void)state;
    fault_plans_answer(plans, "GET", "/endless-continue", &answer);
    assert_int_equal(answer.repeat_from, 0);
    assert_memory_equal(answer.bytes, "HTTP/1.1 100 Continue", 21);
    assert_memory_equal(answer.bytes + answer.length - 4, "\r\n\r\n", 4);
    fault_plans_free(plans);
}

static void test_a_very_long_target(void **state)
{
    static char target[8000];
    struct fault_plans *plans = fault_plans_new();
    struct fault_answer answer;

    (void)state;
    memset(target, '/', sizeof(target) - 1);
    fault_plans_answer(plans, "GET", target, &answer);
    assert_memory_equal(answer.bytes, "HTTP/1.1 404", 12);
    buf_fini(&answer.own);
    memcpy(target, "/redirect-other?url=", 20);
    fault_plans_answer(plans, "GET", target, &answer);
    assert_memory_equal(answer.bytes, "HTTP/1.1 400", 12);
    buf_fini(&answer.own);
    fault_plans_free(plans);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_endless_header_repeats_whole_lines),
        cmocka_unit_test(test_endless_continue_repeats_whole_responses),
        cmocka_unit_test(test_a_very_long_target),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
