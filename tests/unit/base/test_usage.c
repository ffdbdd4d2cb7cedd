/* SPDX-License-Identifier: MIT */
#include "base/usage.h"

#include "base/clock.h"
#include "check.h"

static void a_busy_process_shows(void **state)
{
    struct usage usage;
    int64_t until_ns;

    (void)state;
    usage_init(&usage);
    until_ns = clock_cpu_ns() + 20 * NS_PER_MS;
    while (clock_cpu_ns() < until_ns) {
    }
    double percent = usage_cpu_percent(&usage);

    CHECK(percent > 0 && percent < 150); /* little, if others had the processor */
    /* As if asked again within the same instant. */
    usage_init(&usage);
    usage.mono_ns = clock_mono_ns() + NS_PER_S;
    CHECK_NEAR(usage_cpu_percent(&usage), 0, 0);
}

static void memory_is_more_than_nothing(void **state)
{
    (void)state;
    CHECK(usage_rss_bytes() > 100 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_process_shows),
        cmocka_unit_test(memory_is_more_than_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
