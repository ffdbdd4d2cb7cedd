/* SPDX-License-Identifier: MIT */
#include <cicada.h>

#include "base/clock.h"
#include "check.h"
#include "sim/user.h"

static void constant_and_between(void **state)
{
    struct user user = {0};
    struct wait constant = {.next = cicada_wait_constant, .a = 1.5};
    struct wait range = {.next = cicada_wait_between, .a = 2, .b = 5};
    double sum = 0;

    (void)state;
    rng_seed(&user.rng, 1);
    CHECK_NEAR(constant.next(&user, &constant), 1.5, 0);
    for (int i = 0; i < 10000; i++) {
        double seconds = range.next(&user, &range);

        CHECK(seconds >= 2 && seconds < 5);
        sum += seconds;
    }
    CHECK_NEAR(sum / 10000, 3.5, 0.05); /* five standard deviations */
}

static void pacing(void **state)
{
    struct wait pace = {.next = cicada_wait_pacing, .a = 10};
    struct user user = {0};
    int64_t now_ns;

    (void)state;
    CHECK_NEAR(pace.next(&user, &pace), 10, 0.1); /* the first lasts the whole interval */
    now_ns = clock_mono_ns();

    user.pace_due_ns = now_ns - 4 * NS_PER_S; /* as if the last wait ended 4 s ago */
    CHECK_NEAR(pace.next(&user, &pace), 6, 0.1);
    CHECK_NEAR(seconds_from_ns(user.pace_due_ns - now_ns), 6, 0.1);

    user.pace_due_ns = now_ns - 25 * NS_PER_S; /* the task overran its interval */
    CHECK_NEAR(pace.next(&user, &pace), 0, 0);
    CHECK_NEAR(seconds_from_ns(user.pace_due_ns - now_ns), 0, 0.1);
    CHECK_NEAR(pace.next(&user, &pace), 10, 0.1); /* what was lost is not caught up */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_and_between),
        cmocka_unit_test(pacing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
