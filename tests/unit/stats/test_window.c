/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "stats/window.h"

static void nearest_copy(void **state)
{
    static const struct {
        const char *row;
        int64_t now;
        bool found;
        int64_t ms;
    } rows[] = {
        {"ten seconds after the first: all that came since", 110, true, 30},
        {"ten seconds after the second", 120, true, 30},
        {"eight seconds early is near enough", 102, true, 30},
        {"nine seconds early is not", 101, false, 0},
        {"the older of two equally near", 115, true, 30},
        {"eight seconds late", 138, true, 0},
        {"nine seconds late", 139, false, 0},
    };
    struct buckets buckets;
    struct window *window = window_new();

    (void)state;
    buckets_init(&buckets);
    window_store(window, 100, &buckets, 0);
    buckets_add(&buckets, 20, 6);
    window_store(window, 110, &buckets, 6);
    buckets_add(&buckets, 30, 6);
    window_store(window, 120, &buckets, 12);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t ms = 0;

        CHECK_ROW(rows[i].row);
        CHECK_EQ(window_percentile_ms(window, rows[i].now, &buckets, 12, 0.9, &ms), rows[i].found);
        CHECK_EQ(ms, rows[i].ms);
    }
    int64_t ms = -1;

    CHECK_ROW("the older of two equally near: both kinds count");
    CHECK(window_percentile_ms(window, 115, &buckets, 12, 0.2, &ms));
    CHECK_EQ(ms, 20);
    CHECK_ROW("only what came since the second");
    CHECK(window_percentile_ms(window, 120, &buckets, 12, 0.2, &ms));
    CHECK_EQ(ms, 30);

    CHECK_ROW("a reset forgets the copies");
    window_reset(window);
    CHECK(!window_percentile_ms(window, 110, &buckets, 12, 0.5, &ms));
    window_free(window);
    window_free(NULL);
    buckets_fini(&buckets);
}

static void twenty_copies(void **state)
{
    struct buckets buckets;
    struct window *window = window_new();
    int64_t ms;

    (void)state;
    buckets_init(&buckets);
    for (int64_t second = 0; second < 30; second++) {
        buckets_add(&buckets, second, 1);
        window_store(window, second, &buckets, (uint64_t)second + 1);
    }
    CHECK_ROW("the oldest ten are gone");
    CHECK(!window_percentile_ms(window, 11, &buckets, 30, 0.5, &ms));
    CHECK(window_percentile_ms(window, 12, &buckets, 30, 0, &ms));
    CHECK_EQ(ms, 11);
    CHECK_ROW("the window of the last ten seconds");
    CHECK(window_percentile_ms(window, 29, &buckets, 30, 0, &ms));
    CHECK_EQ(ms, 20);

    CHECK_ROW("a second stored twice keeps the later copy and no second place");
    buckets_add(&buckets, 50, 1);
    window_store(window, 29, &buckets, 31);
    CHECK(window_percentile_ms(window, 39, &buckets, 31, 0.5, &ms));
    CHECK_EQ(ms, 0);
    CHECK(window_percentile_ms(window, 20, &buckets, 31, 0.5, &ms));
    window_free(window);
    buckets_fini(&buckets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_copy),
        cmocka_unit_test(twenty_copies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
