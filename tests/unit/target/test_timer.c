/* SPDX-License-Identifier: MIT */
/* Timers fall due in order, whatever is started and stopped meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ensure.h"
#include "base/rng.h"
#include "target/timer.h"

struct record {
    struct timers *timers;
    struct timer timer;
    int64_t *last_ns;
    unsigned calls;
    bool restart;
};

static void on_due(void *data)
{
    struct record *record = data;

    assert_true(record->timer.due_ns >= *record->last_ns);
    *record->last_ns = record->timer.due_ns;
    record->calls++;
    if (record->restart) {
        record->restart = false;
        timers_start(record->timers, &record->timer, record->timer.due_ns + 1);
    }
}

static void test_order(void **state)
{
    enum { COUNT = 2000 };
    static struct record records[COUNT];
    struct timers timers;
    struct rng rng;
    int64_t last_ns = 0;

    (void)state;
    timers_init(&timers);
    rng_seed(&rng, 1);
    assert_true(timers_next_ns(&timers) == INT64_MAX);
    for (size_t i = 0; i < COUNT; i++) {
        records[i] = (struct record){.timers = &timers, .last_ns = &last_ns, .restart = i % 3 == 0};
        records[i].timer = (struct timer){.on_due = on_due, .data = &records[i]};
        timers_start(&timers, &records[i].timer, rng_below(&rng, 1000));
    }
    for (size_t i = 0; i < COUNT; i += 2) {
        timers_start(&timers, &records[i].timer, rng_below(&rng, 1000)); /* moved */
    }
    for (size_t i = 1; i < COUNT; i += 10) {
        timers_stop(&timers, &records[i].timer);
        timers_stop(&timers, &records[i].timer); /* twice is harmless */
    }
    for (int64_t now = 0; now <= 1001; now += 7) {
        timers_run(&timers, now);
        assert_true(timers_next_ns(&timers) > now);
    }
    timers_run(&timers, 2000);
    for (size_t i = 0; i < COUNT; i++) {
        unsigned expected = i % 10 == 1 ? 0 : i % 3 == 0 ? 2 : 1;

        assert_int_equal(records[i].calls, expected);
        assert_int_equal(records[i].timer.place, 0);
    }
    timers_fini(&timers);
}

static void test_exact(void **state)
{
    struct timers timers;
    int64_t last_ns = 0;
    struct record record = {.timers = &timers, .last_ns = &last_ns};

    (void)state;
    record.timer = (struct timer){.on_due = on_due, .data = &record};
    timers_init(&timers);
    timers_start(&timers, &record.timer, 100);
    assert_true(timers_next_ns(&timers) == 100);
    timers_run(&timers, 99);
    assert_int_equal(record.calls, 0);
    timers_run(&timers, 100);
    assert_int_equal(record.calls, 1);
    timers_start(&timers, &record.timer, 200);
    timers_fini(&timers);
    assert_int_equal(record.timer.place, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
