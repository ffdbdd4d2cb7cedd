/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "stats/buckets.h"
#include "vectors.h"

static void golden_rounding(void **state)
{
    json_t *rows = vectors_load("rounding");
    size_t i;
    json_t *row;
    char words[64];

    (void)state;
    json_array_foreach(rows, i, row)
    {
        double ms = json_number_value(json_array_get(row, 0));

        snprintf(words, sizeof(words), "%g ms as Locust rounds it", ms);
        CHECK_ROW(words);
        CHECK_EQ(buckets_key_ms(llrint(ms * 1e6)), json_integer_value(json_array_get(row, 1)));
    }
    json_decref(rows);
}

/* Python's round(t, -k) by the wire specification's definition, for comparison. */
static int64_t key_by_definition(int64_t ns)
{
    double t = (double)ns / 1e6;
    double m = t < 100 ? 1 : t < 1000 ? 10 : t < 10000 ? 100 : 1000;
    double r = fmod(t, m), q = floor(t / m);

    if (r > m / 2 || (r == m / 2 && fmod(q, 2) == 1)) {
        q += 1;
    }
    return (int64_t)(q * m);
}

static void rounding(void **state)
{
    static const struct {
        const char *row;
        int64_t ns, key_ms;
    } rows[] = {
        {"negative counts as zero", -NS_PER_S, 0},
        {"half a millisecond goes to even", 500000, 0},
        {"a nanosecond more than half", 500001, 1},
        {"one and a half", 1500000, 2},
        {"a tie needs all digits", 105000000, 100},
        {"a nanosecond above the tie", 105000001, 110},
        {"up into the next decade", 9950000000, 10000},
        {"an hour", 3600 * NS_PER_S, 3600000},
        {"the longest time there is", INT64_MAX, 9223372037000},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_EQ(buckets_key_ms(rows[i].ns), rows[i].key_ms);
    }
    CHECK_ROW("every quarter millisecond up to 25 s equals the definition");
    for (int64_t ns = 0; ns < 25 * NS_PER_S; ns += NS_PER_MS / 4) {
        CHECK_EQ(buckets_key_ms(ns), key_by_definition(ns));
    }
}

static void golden_percentiles(void **state)
{
    json_t *cases = vectors_load("percentiles");
    size_t i, j;
    json_t *one, *pair;

    (void)state;
    json_array_foreach(cases, i, one)
    {
        struct buckets buckets;
        struct bucket list[16];
        uint64_t n = (uint64_t)vectors_number(one, "num_requests");

        buckets_init(&buckets);
        json_array_foreach(json_object_get(one, "response_times"), j, pair)
        {
            buckets_add(&buckets,
                        json_integer_value(json_array_get(pair, 0)),
                        (uint64_t)json_integer_value(json_array_get(pair, 1)));
        }
        size_t length = buckets_list(&buckets, list);

        json_array_foreach(json_object_get(one, "expected"), j, pair)
        {
            double fraction = json_number_value(json_array_get(pair, 0));
            int64_t want = json_integer_value(json_array_get(pair, 1));

            CHECK_ROW("golden percentile");
            CHECK_EQ(buckets_percentile_ms(&buckets, n, fraction), want);
            CHECK_EQ(bucket_list_percentile_ms(list, length, n, fraction), want);
        }
        CHECK_ROW("golden median");
        CHECK_EQ(buckets_median_ms(&buckets, n), vectors_number(one, "median_from_dict"));
        buckets_fini(&buckets);
    }
    json_decref(cases);
}

static void recording(void **state)
{
    static const struct bucket want[] = {
        {0, 2},
        {7, 1},
        {105, 4},
        {110, 1},
        {1000, 2},
        {9900, 1},
        {10000, 2},
        {11000, 1},
        {60000, 3},
    };
    struct buckets buckets, other;
    struct bucket bucket;
    size_t position = 0;

    (void)state;
    buckets_init(&buckets);
    buckets_init(&other);
    buckets_record(&buckets, -1);
    buckets_record(&buckets, 0);
    buckets_record(&buckets, 7 * NS_PER_MS);
    buckets_record(&buckets, 999 * NS_PER_MS);
    buckets_record(&buckets, 1049 * NS_PER_MS);
    buckets_record(&buckets, 9949 * NS_PER_MS);
    buckets_record(&buckets, 9950 * NS_PER_MS);
    buckets_record(&buckets, 10400 * NS_PER_MS);
    buckets_record(&buckets, 11 * NS_PER_S);
    buckets_add(&other, 60000, 3);
    buckets_add(&other, 105, 4); /* a worker that keeps three digits */
    buckets_add(&other, 110, 1);
    buckets_add(&other, 5, 0);
    buckets_merge(&buckets, &other);

    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        CHECK_ROW("ascending, on and off the grid");
        CHECK(buckets_next(&buckets, &position, &bucket));
        CHECK_EQ(bucket.key_ms, want[i].key_ms);
        CHECK_EQ(bucket.count, want[i].count);
        CHECK_EQ(buckets_count(&buckets, want[i].key_ms), want[i].count);
    }
    CHECK(!buckets_next(&buckets, &position, &bucket));
    CHECK_EQ(buckets_distinct(&buckets), ARRAY_LEN(want));
    CHECK_EQ(buckets_total(&buckets), 17);
    CHECK_ROW("keys that are not there");
    CHECK_EQ(buckets_count(&buckets, 8), 0);
    CHECK_EQ(buckets_count(&buckets, 106), 0);
    CHECK_EQ(buckets_count(&buckets, -1), 0);

    CHECK_ROW("reset");
    buckets_reset(&buckets);
    CHECK_EQ(buckets_total(&buckets), 0);
    CHECK_EQ(buckets_percentile_ms(&buckets, 0, 0.5), 0);
    CHECK_EQ(buckets_median_ms(&buckets, 0), 0);
    buckets_fini(&buckets);
    buckets_fini(&other);
}

static void hostile_keys(void **state)
{
    struct buckets buckets;

    (void)state;
    buckets_init(&buckets);
    CHECK_ROW("a negative key counts as 0");
    buckets_add(&buckets, INT64_MIN, 1);
    CHECK_EQ(buckets_count(&buckets, 0), 1);
    CHECK_ROW("keys without end fold into their neighbours");
    for (int64_t key = 0; key < 3 * BUCKETS_SPARSE_MAX; key++) {
        buckets_add(&buckets, 20001 + 7 * key, 1);
    }
    buckets_add(&buckets, 101, 1);
    buckets_add(&buckets, INT64_MAX, 1);
    CHECK_EQ(buckets_distinct(&buckets), BUCKETS_SPARSE_MAX + 1);
    CHECK_EQ(buckets_total(&buckets), 3 * BUCKETS_SPARSE_MAX + 3);
    buckets_fini(&buckets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_rounding),
        cmocka_unit_test(rounding),
        cmocka_unit_test(golden_percentiles),
        cmocka_unit_test(recording),
        cmocka_unit_test(hostile_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
