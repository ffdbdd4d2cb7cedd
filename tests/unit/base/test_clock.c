/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <math.h>

#include "base/ensure.h"
#include "check.h"

static void clocks_run_forwards(void **state)
{
    int64_t mono_ns = clock_mono_ns(), cpu_ns = clock_cpu_ns();

    (void)state;
    CHECK(clock_wall_ns() > 1700000000 * NS_PER_S);
    while (clock_cpu_ns() - cpu_ns < NS_PER_MS) {
    }
    CHECK(clock_mono_ns() > mono_ns);
}

static void seconds_become_nanoseconds(void **state)
{
    static const struct {
        const char *row;
        double seconds;
        int64_t ns;
    } rows[] = {
        {"zero", 0, 0},
        {"half a second", 0.5, 500 * NS_PER_MS},
        {"negative", -2, -2 * NS_PER_S},
        {"less than one", 1e-10, 0},
        {"more than fits", 1e300, INT64_MAX},
        {"less than fits", -1e300, INT64_MIN},
        {"endless", HUGE_VAL, INT64_MAX},
        {"no number", NAN, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_EQ(ns_from_seconds(rows[i].seconds), rows[i].ns);
    }
    CHECK_NEAR(seconds_from_ns(1500 * NS_PER_MS), 1.5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_run_forwards),
        cmocka_unit_test(seconds_become_nanoseconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
