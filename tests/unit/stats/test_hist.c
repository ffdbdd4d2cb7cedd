/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "stats/hist.h"

static void slots(void **state)
{
    static const struct {
        const char *row;
        int64_t ns;
        size_t index;
        int64_t from_us, to_us;
    } rows[] = {
        {"zero", 0, 0, 0, 1},
        {"negative counts as zero", -5, 0, 0, 1},
        {"below a microsecond", 999, 0, 0, 1},
        {"first whole microsecond", 1000, 1, 1, 2},
        {"last slot of its own", 255999, 255, 255, 256},
        {"first slot of two", 256000, 256, 256, 258},
        {"second half of that slot", 257999, 256, 256, 258},
        {"last of the twos", 511000, 383, 510, 512},
        {"first of the fours", 512000, 384, 512, 516},
        {"one second", NS_PER_S, 1780, 999424, 1003520},
        {"one hour", HIST_MAX_NS, 3286, 3590324224, 3607101440},
        {"ten hours are an hour", 10 * HIST_MAX_NS, 3286, 3590324224, 3607101440},
        {"the longest time there is", INT64_MAX, 3286, 3590324224, 3607101440},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_EQ(hist_index(rows[i].ns), rows[i].index);
        CHECK_EQ(hist_slot_from_ns(rows[i].index), rows[i].from_us * 1000);
        CHECK_EQ(hist_slot_to_ns(rows[i].index), rows[i].to_us * 1000);
    }
}

static void layout_has_no_gaps(void **state)
{
    (void)state;
    for (size_t i = 0; i < HIST_SLOTS; i++) {
        int64_t from = hist_slot_from_ns(i), to = hist_slot_to_ns(i);

        CHECK_ROW("slots follow each other");
        CHECK(from < to);
        CHECK(i == 0 || hist_slot_to_ns(i - 1) == from);
        if (to <= HIST_MAX_NS) {
            CHECK_ROW("both ends fall into the slot");
            CHECK_EQ(hist_index(from), i);
            CHECK_EQ(hist_index(to - 1), i);
        }
        if (i >= 2 * HIST_CHUNK) {
            CHECK_ROW("at most 0.8 % wide");
            CHECK((to - from) * 1000 <= from * 8);
        }
    }
}

static void percentiles(void **state)
{
    static const struct {
        const char *row;
        double fraction;
        int64_t ms;
    } rows[] = {
        {"nothing below", 0, 1},
        {"below nothing", -1, 1},
        {"not a number", NAN, 1},
        {"seven of a hundred", 0.07, 7},
        {"half", 0.5, 50},
        {"a hair above half", 0.500001, 51},
        {"ninety-nine of a hundred", 0.99, 99},
        {"all", 1, 100},
        {"more than all", 2, 100},
    };
    struct hist hist;

    (void)state;
    hist_init(&hist);
    CHECK_ROW("empty");
    CHECK_EQ(hist_percentile_ns(&hist, 0.5), 0);
    for (int64_t ms = 100; ms >= 1; ms--) {
        hist_record(&hist, ms * NS_PER_MS);
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double got = (double)hist_percentile_ns(&hist, rows[i].fraction);

        CHECK_ROW(rows[i].row);
        CHECK_NEAR(got / 1e6, (double)rows[i].ms, 0.004 * (double)rows[i].ms + 0.001);
    }
    CHECK_ROW("exact beside the slots");
    CHECK_EQ(hist.count, 100);
    CHECK_EQ(hist.min_ns, NS_PER_MS);
    CHECK_EQ(hist.max_ns, 100 * NS_PER_MS);
    CHECK_EQ(hist.sum_ns, 5050 * NS_PER_MS);
    CHECK_NEAR(hist_mean_ns(&hist), 50.5e6, 0);
    hist_fini(&hist);
}

static void one_value_comes_back_exactly(void **state)
{
    static const int64_t values[] = {0, 1, 999, 123456789, HIST_MAX_NS, 2 * HIST_MAX_NS};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct hist hist;

        hist_init(&hist);
        hist_record(&hist, values[i]);
        CHECK_ROW("clamped to the only value");
        CHECK_EQ(hist_percentile_ns(&hist, 0.5), values[i]);
        CHECK_EQ(hist.overflows, values[i] > HIST_MAX_NS);
        hist_fini(&hist);
    }
}

static void many_at_once(void **state)
{
    struct hist hist;

    (void)state;
    hist_init(&hist);
    CHECK_ROW("none of them leave no trace");
    hist_record_many(&hist, NS_PER_S, 0);
    CHECK_EQ(hist.count, 0);
    CHECK_EQ(hist.max_ns, 0);

    CHECK_ROW("a sum beyond 64 bits");
    hist_record_many(&hist, HIST_MAX_NS, UINT64_C(1) << 40);
    CHECK(hist.sum_ns == (hist_sum)HIST_MAX_NS << 40);
    CHECK_NEAR(hist_mean_ns(&hist), 3.6e12, 1);
    hist_fini(&hist);
}

static void fill(struct hist *hist, int64_t from_ms, int64_t to_ms)
{
    for (int64_t ms = from_ms; ms < to_ms; ms++) {
        hist_record(hist, ms * NS_PER_MS);
    }
}

static void merging(void **state)
{
    struct hist all, left, right, window, empty;
    struct hist_slot a, b;

    (void)state;
    hist_init(&all);
    hist_init(&left);
    hist_init(&right);
    hist_init(&window);
    hist_init(&empty);
    fill(&all, 1, 4000);
    fill(&left, 1, 1000);
    fill(&right, 1000, 4000);

    CHECK_ROW("two halves are the whole");
    hist_copy(&window, &right);
    hist_merge(&right, &left);
    hist_merge(&right, &empty);
    CHECK_EQ(right.count, all.count);
    CHECK_EQ(right.min_ns, all.min_ns);
    CHECK_EQ(right.max_ns, all.max_ns);
    CHECK(right.sum_ns == all.sum_ns);
    for (size_t i = 0, j = 0; hist_next(&all, &i, &a);) {
        CHECK(hist_next(&right, &j, &b));
        CHECK_EQ(a.from_ns, b.from_ns);
        CHECK_EQ(a.count, b.count);
    }

    CHECK_ROW("the whole less one half is the other");
    hist_subtract(&all, &left);
    CHECK_EQ(all.count, window.count);
    CHECK(all.sum_ns == window.sum_ns);
    CHECK_EQ(all.max_ns, window.max_ns);
    CHECK_NEAR((double)all.min_ns, 1e9, 8e6);
    CHECK_EQ(hist_percentile_ns(&all, 0.5), hist_percentile_ns(&window, 0.5));

    CHECK_ROW("taking away more than there is leaves nothing");
    hist_subtract(&left, &right);
    CHECK_EQ(left.count, 0);
    CHECK_EQ(left.max_ns, 0);
    CHECK_EQ(hist_percentile_ns(&left, 0.9), 0);

    CHECK_ROW("reset");
    hist_reset(&right);
    CHECK_EQ(right.count, 0);
    CHECK(!hist_next(&right, &(size_t){0}, &a));
    hist_record(&right, 7);
    CHECK_EQ(right.min_ns, 7);

    hist_fini(&all);
    hist_fini(&left);
    hist_fini(&right);
    hist_fini(&window);
    hist_fini(&empty);
}

/* A master fills one histogram after the other from reports; its rows shall not grow by that. */
static void merging_takes_no_memory_for_what_is_empty(void **state)
{
    struct hist again, row;
    size_t chunks = 0;

    (void)state;
    hist_init(&again);
    hist_init(&row);
    hist_record(&again, 900 * NS_PER_S);
    hist_reset(&again);
    hist_record(&again, 3 * NS_PER_MS);
    hist_merge(&row, &again);
    for (size_t i = 0; i < HIST_CHUNKS; i++) {
        chunks += row.chunks[i] != NULL;
    }
    CHECK_EQ(chunks, 1);
    CHECK_EQ(row.count, 1);
    CHECK_EQ(row.max_ns, 3 * NS_PER_MS);
    hist_fini(&again);
    hist_fini(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots),
        cmocka_unit_test(layout_has_no_gaps),
        cmocka_unit_test(percentiles),
        cmocka_unit_test(one_value_comes_back_exactly),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(merging),
        cmocka_unit_test(merging_takes_no_memory_for_what_is_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
