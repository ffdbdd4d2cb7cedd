/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "stats/series.h"

static size_t distinct(const struct series *series)
{
    struct series_second second;
    size_t count = 0;

    for (int64_t position = INT64_MIN; series_next(series, &position, &second);) {
        count++;
    }
    return count;
}

static void counting(void **state)
{
    struct series series;
    struct series_second second;
    int64_t position = INT64_MIN;

    (void)state;
    series_init(&series, NULL);
    CHECK_ROW("empty");
    CHECK(!series_next(&series, &position, &second));
    CHECK_EQ(series_get(&series, 5).requests, 0);

    series_add(&series, 1000, 1, 0);
    series_add(&series, 1003, 2, 1);
    series_add(&series, 1001, 1, 1);
    series_add(&series, 998, 1, 0);
    position = INT64_MIN;
    CHECK_ROW("ascending, though they came out of order; empty seconds are left out");
    static const struct series_second want[] = {
        {998, 1, 0}, {1000, 1, 0}, {1001, 1, 1}, {1003, 2, 1}};
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        CHECK(series_next(&series, &position, &second));
        CHECK_EQ(second.second, want[i].second);
        CHECK_EQ(second.requests, want[i].requests);
        CHECK_EQ(second.failures, want[i].failures);
    }
    CHECK(!series_next(&series, &position, &second));

    CHECK_ROW("saturates");
    series_add(&series, 1000, UINT32_MAX, 0);
    CHECK_EQ(series_get(&series, 1000).requests, UINT32_MAX);

    CHECK_ROW("reset forgets the counts");
    series_reset(&series);
    CHECK_EQ(distinct(&series), 0);
    series_add(&series, 1001, 1, 0);
    CHECK_EQ(series_get(&series, 1001).requests, 1);
    series_fini(&series);
}

static void a_long_run_keeps_the_newest(void **state)
{
    struct series series;
    int64_t week = 7 * 86400, start = 1700000000;

    (void)state;
    series_init(&series, NULL);
    for (int64_t i = 0; i < week; i++) {
        series_add(&series, start + i, 1, 0);
    }
    CHECK_ROW("36 hours");
    CHECK_EQ(distinct(&series), SERIES_MAX_SECONDS);
    CHECK_EQ(series_get(&series, start + week - 1).requests, 1);
    CHECK_EQ(series_get(&series, start + week - SERIES_MAX_SECONDS).requests, 1);
    CHECK_EQ(series_get(&series, start + week - SERIES_MAX_SECONDS - 1).requests, 0);
    CHECK_ROW("what is older than that is not counted");
    series_add(&series, start, 5, 0);
    CHECK_EQ(series_get(&series, start).requests, 0);
    CHECK_EQ(distinct(&series), SERIES_MAX_SECONDS);
    series_fini(&series);
}

static void clocks_that_jump(void **state)
{
    struct series series;

    (void)state;
    series_init(&series, NULL);
    series_add(&series, 1000, 1, 0);
    CHECK_ROW("a year ahead: only the new second is left");
    series_add(&series, 1000 + 365 * 86400, 2, 0);
    CHECK_EQ(distinct(&series), 1);
    CHECK_EQ(series_get(&series, 1000 + 365 * 86400).requests, 2);
    CHECK_ROW("and back again: dropped");
    series_add(&series, 1001, 1, 0);
    CHECK_EQ(distinct(&series), 1);
    CHECK_ROW("no clock points there");
    series_add(&series, -1, 1, 0);
    series_add(&series, INT64_MAX, 1, 0);
    series_add(&series, INT64_MIN, 1, 0);
    CHECK_EQ(distinct(&series), 1);
    series_fini(&series);
}

static void a_shared_budget(void **state)
{
    struct series_budget budget = {.left = 64 + 128};
    struct series a, b;

    (void)state;
    series_init(&a, &budget);
    series_init(&b, &budget);
    for (int64_t second = 0; second < 1000; second++) {
        series_add(&a, 5000 + second, 1, 0);
        series_add(&b, 5000 + second, 1, 0);
    }
    CHECK_ROW("what the budget gave, the newest each");
    CHECK_EQ(distinct(&a) + distinct(&b), 64 + 64 + 128);
    CHECK_EQ(series_get(&a, 5999).requests, 1);
    CHECK_EQ(series_get(&b, 5936).requests, 1);
    CHECK_EQ(budget.left, 64);
    CHECK_ROW("a series that ends gives back what it took");
    series_fini(&a);
    series_fini(&b);
    CHECK_EQ(budget.left, 64 + 128);
}

static void merging(void **state)
{
    struct series a, b;

    (void)state;
    series_init(&a, NULL);
    series_init(&b, NULL);
    series_add(&a, 100, 1, 0);
    series_add(&b, 99, 2, 1);
    series_add(&b, 100, 3, 1);
    series_add(&b, 700, 4, 0);
    series_merge(&a, &b);
    CHECK_ROW("sums by second");
    CHECK_EQ(distinct(&a), 3);
    CHECK_EQ(series_get(&a, 99).requests, 2);
    CHECK_EQ(series_get(&a, 100).requests, 4);
    CHECK_EQ(series_get(&a, 100).failures, 1);
    CHECK_EQ(series_get(&a, 700).requests, 4);
    series_fini(&a);
    series_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counting),
        cmocka_unit_test(a_long_run_keeps_the_newest),
        cmocka_unit_test(clocks_that_jump),
        cmocka_unit_test(a_shared_budget),
        cmocka_unit_test(merging),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
