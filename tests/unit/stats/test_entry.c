/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "stats/entry.h"
#include "vectors.h"

static int64_t ns_at(const json_t *object, const char *key, double unit)
{
    return llrint(vectors_number(object, key) * unit);
}

static void add_seconds(struct series *series, const json_t *report, const char *key, bool failures)
{
    size_t i;
    json_t *pair;

    json_array_foreach(vectors_pairs(report, key), i, pair)
    {
        uint32_t count = (uint32_t)json_integer_value(json_array_get(pair, 1));
        int64_t second = json_integer_value(json_array_get(pair, 0));

        series_add(series, second, failures ? 0 : count, failures ? count : 0);
    }
}

/* A report as the master would decode it. */
static struct entry *entry_of(const json_t *report)
{
    struct entry *entry = entry_new(vectors_text(report, "method"),
                                    vectors_text(report, "name"),
                                    ns_at(report, "start_time", 1e9),
                                    false,
                                    NULL);
    size_t i;
    json_t *pair;

    entry->num_requests = (uint64_t)vectors_number(report, "num_requests");
    entry->num_none_requests = (uint64_t)vectors_number(report, "num_none_requests");
    entry->num_failures = (uint64_t)vectors_number(report, "num_failures");
    entry->total_response_ns = (hist_sum)ns_at(report, "total_response_time", 1e6);
    entry->max_response_ns = ns_at(report, "max_response_time", 1e6);
    entry->min_response_ns = json_is_null(json_object_get(report, "min_response_time"))
                                 ? -1
                                 : ns_at(report, "min_response_time", 1e6);
    entry->total_content_length = (uint64_t)vectors_number(report, "total_content_length");
    entry->last_request_ns = ns_at(report, "last_request_timestamp", 1e9);
    json_array_foreach(vectors_pairs(report, "response_times"), i, pair)
    {
        buckets_add(&entry->buckets,
                    llrint(json_number_value(json_array_get(pair, 0))),
                    (uint64_t)json_integer_value(json_array_get(pair, 1)));
    }
    add_seconds(&entry->seconds, report, "num_reqs_per_sec", false);
    add_seconds(&entry->seconds, report, "num_fail_per_sec", true);
    return entry;
}

static void golden_merge(void **state)
{
    json_t *golden = vectors_load("stats_merge");
    const json_t *want = json_object_get(golden, "expected");
    struct entry *entry = entry_new("GET", "/", 2000 * NS_PER_S, true, NULL);
    struct bucket bucket;
    struct series_second second;
    size_t i, position = 0;
    json_t *report, *pair;

    (void)state;
    json_array_foreach(json_object_get(golden, "reports"), i, report)
    {
        struct entry *other = entry_of(report);

        entry_merge(entry, other);
        entry_free(other);
    }
    CHECK_ROW("sums, minima and maxima");
    CHECK_EQ(entry->num_requests, vectors_number(want, "num_requests"));
    CHECK_EQ(entry->num_none_requests, vectors_number(want, "num_none_requests"));
    CHECK_EQ(entry->num_failures, vectors_number(want, "num_failures"));
    CHECK_EQ(entry->total_response_ns, ns_at(want, "total_response_time", 1e6));
    CHECK_EQ(entry->total_content_length, vectors_number(want, "total_content_length"));
    CHECK_EQ(entry->start_ns, ns_at(want, "start_time", 1e9));
    CHECK_EQ(entry->last_request_ns, ns_at(want, "last_request_timestamp", 1e9));
    /* The vectors hold what the web shows: whole milliseconds, halves up. */
    CHECK_NEAR(floor(entry_max_ms(entry) + 0.5), vectors_number(want, "max_response_time"), 0);
    CHECK_NEAR(floor(entry_min_ms(entry) + 0.5), vectors_number(want, "min_response_time"), 0);

    CHECK_ROW("rounded times");
    json_array_foreach(json_object_get(want, "response_times"), i, pair)
    {
        CHECK(buckets_next(&entry->buckets, &position, &bucket));
        CHECK_EQ(bucket.key_ms, json_number_value(json_array_get(pair, 0)));
        CHECK_EQ(bucket.count, json_integer_value(json_array_get(pair, 1)));
    }
    CHECK(!buckets_next(&entry->buckets, &position, &bucket));

    CHECK_ROW("seconds");
    int64_t at = INT64_MIN;

    json_array_foreach(json_object_get(want, "num_reqs_per_sec"), i, pair)
    {
        CHECK(series_next(&entry->seconds, &at, &second));
        CHECK_EQ(second.second, json_integer_value(json_array_get(pair, 0)));
        CHECK_EQ(second.requests, json_integer_value(json_array_get(pair, 1)));
    }
    CHECK(!series_next(&entry->seconds, &at, &second));
    json_array_foreach(json_object_get(want, "num_fail_per_sec"), i, pair)
    {
        second = series_get(&entry->seconds, json_integer_value(json_array_get(pair, 0)));
        CHECK_EQ(second.failures, json_integer_value(json_array_get(pair, 1)));
    }

    CHECK_ROW("derived numbers");
    CHECK_NEAR(entry_current_rps(entry, entry), vectors_number(want, "current_rps"), 0);
    CHECK_NEAR(
        entry_current_fail_per_sec(entry, entry), vectors_number(want, "current_fail_per_sec"), 0);
    CHECK_NEAR(entry_average_ms(entry), vectors_number(want, "avg_response_time"), 1e-9);
    CHECK_NEAR(entry_median_ms(entry), vectors_number(want, "median_response_time"), 0);
    CHECK_NEAR(entry_total_rps(entry, entry), vectors_number(want, "total_rps"), 1e-12);
    CHECK_NEAR(
        entry_total_fail_per_sec(entry, entry), vectors_number(want, "total_fail_per_sec"), 1e-12);
    CHECK_NEAR(
        entry_percentile_ms(entry, 0.95), vectors_number(want, "response_time_percentile_0.95"), 0);
    CHECK_NEAR(
        entry_percentile_ms(entry, 0.99), vectors_number(want, "response_time_percentile_0.99"), 0);
    CHECK_NEAR(entry_average_bytes(entry), vectors_number(want, "avg_content_length"), 1e-9);
    CHECK_ROW("without exact times: rounded ones, clamped to the maximum");
    CHECK_NEAR(entry_exact_percentile_ms(entry, 0.99), 205.25, 0);
    CHECK_NEAR(entry_exact_percentile_ms(entry, 0.5), 30, 0);
    CHECK_NEAR(entry_fail_ratio(entry), vectors_number(want, "fail_ratio"), 1e-12);
    entry_free(entry);
    json_decref(golden);
}

static struct entry *fresh(int64_t start_s)
{
    return entry_new("GET", "/", start_s * NS_PER_S, true, NULL);
}

static void record(struct entry *entry, double at_s, double ms, bool failed)
{
    entry_record(entry,
                 &(struct entry_sample){
                     .elapsed_ns = llrint(ms * 1e6),
                     .wall_ns = llrint(at_s * 1e9),
                     .content_length = 10,
                     .failed = failed,
                 });
}

static void an_empty_entry(void **state)
{
    struct entry *entry = fresh(1000);
    double ms = -1;

    (void)state;
    CHECK_ROW("nothing anywhere");
    CHECK_NEAR(entry_fail_ratio(entry), 0, 0);
    CHECK_NEAR(entry_average_ms(entry), 0, 0);
    CHECK_NEAR(entry_min_ms(entry), 0, 0);
    CHECK_NEAR(entry_max_ms(entry), 0, 0);
    CHECK_NEAR(entry_median_ms(entry), 0, 0);
    CHECK_NEAR(entry_average_bytes(entry), 0, 0);
    CHECK_NEAR(entry_total_rps(entry, entry), 0, 0);
    CHECK_NEAR(entry_current_rps(entry, entry), 0, 0);
    CHECK_NEAR(entry_percentile_ms(entry, 0.5), 0, 0);
    CHECK_NEAR(entry_exact_percentile_ms(entry, 0.5), 0, 0);
    CHECK(entry_current_percentile_ms(entry, 0.5, 1010 * NS_PER_S, &ms));
    CHECK_NEAR(ms, 0, 0);
    CHECK(!entry_current_percentile_ms(entry, 0.5, 1030 * NS_PER_S, &ms));
    CHECK_ROW("a broken peer: failures without requests");
    entry->num_failures = 1;
    CHECK_NEAR(entry_fail_ratio(entry), 1, 0);
    entry->num_none_requests = 5;
    CHECK_EQ(entry_timed(entry), 0);
    entry_free(entry);
    entry_free(NULL);
}

static void recording(void **state)
{
    struct entry *entry = fresh(1000);

    (void)state;
    record(entry, 1001.2, 5.25, false);
    record(entry, 1003.9, 205.25, true);
    entry_record(entry, &(struct entry_sample){.elapsed_ns = -1, .wall_ns = 1002 * NS_PER_S});
    CHECK_ROW("untimed requests count but leave the times alone");
    CHECK_EQ(entry->num_requests, 3);
    CHECK_EQ(entry->num_none_requests, 1);
    CHECK_EQ(entry->hist.count, 2);
    CHECK_NEAR(entry_average_ms(entry), 105.25, 1e-9);
    CHECK_NEAR(entry_min_ms(entry), 5.25, 0);
    CHECK_NEAR(entry_max_ms(entry), 205.25, 0);
    CHECK_ROW("the newest end, though an older one came later");
    CHECK_EQ(entry->last_request_ns, llrint(1003.9e9));
    CHECK_EQ(series_get(&entry->seconds, 1003).failures, 1);
    CHECK_EQ(series_get(&entry->seconds, 1002).requests, 1);
    CHECK_ROW("the rounded percentile may pass the maximum, as Locust's does");
    CHECK_NEAR(entry_percentile_ms(entry, 1), 210, 0);
    CHECK_ROW("the exact one is exact");
    CHECK_NEAR(entry_exact_percentile_ms(entry, 1), 205.25, 0);
    CHECK_NEAR(entry_exact_percentile_ms(entry, 0.5), 5.25, 0.008 * 5.25);
    CHECK_ROW("the median may not");
    record(entry, 1004, 209, false);
    CHECK_NEAR(entry_median_ms(entry), 209, 0);
    CHECK_ROW("no intended start, no second histogram");
    CHECK(!entry->intended);
    entry_record(entry,
                 &(struct entry_sample){
                     .elapsed_ns = NS_PER_MS,
                     .elapsed_intended_ns = 900 * NS_PER_MS,
                     .wall_ns = 1004 * NS_PER_S,
                 });
    CHECK_EQ(entry->intended->count, 1);
    CHECK_EQ(entry->intended->max_ns, 900 * NS_PER_MS);

    CHECK_ROW("reset");
    entry_reset(entry, 2000 * NS_PER_S);
    CHECK_EQ(entry->num_requests, 0);
    CHECK_EQ(entry->min_response_ns, -1);
    CHECK_EQ(entry->intended->count, 0);
    CHECK_EQ(entry->start_ns, 2000 * NS_PER_S);
    CHECK_EQ(buckets_total(&entry->buckets), 0);
    CHECK_STR(entry->name, "/");
    entry_free(entry);
}

static void current_rates(void **state)
{
    struct entry *total = fresh(1000), *entry = fresh(1000);

    (void)state;
    for (int second = 1000; second < 1004; second++) {
        record(total, second + 0.5, 1, second == 1001);
        record(total, second + 0.6, 1, false);
    }
    CHECK_ROW("a young run: only seconds that are over by two");
    /* last is 1003: seconds 1000 .. 1000 */
    CHECK_NEAR(entry_current_rps(total, total), 2, 0);
    CHECK_ROW("too young");
    entry_reset(total, 1000 * NS_PER_S);
    record(total, 1001.9, 1, true);
    CHECK_NEAR(entry_current_rps(total, total), 0, 0);
    CHECK_NEAR(entry_total_rps(total, total), 1 / 1.9, 1e-9);
    CHECK_ROW("ten seconds of an old run, by the total's clock");
    record(entry, 1019.1, 1, true);
    record(entry, 1050.1, 1, false);
    record(total, 1030, 1, true);
    CHECK_NEAR(entry_current_rps(entry, total), 0.1, 1e-12);
    CHECK_NEAR(entry_current_fail_per_sec(entry, total), 0.1, 1e-12);
    CHECK_ROW("a total that ended before it began");
    total->start_ns = 2000 * NS_PER_S;
    CHECK_NEAR(entry_total_rps(entry, total), 0, 0);
    CHECK_NEAR(entry_current_rps(entry, total), 0, 0);
    CHECK_ROW("a peer's clock at both ends of time");
    total->start_ns = INT64_MIN;
    total->last_request_ns = INT64_MAX;
    CHECK_NEAR(entry_total_rps(entry, total), 2 / 18446744073.709551615, 1e-15);
    CHECK_NEAR(entry_current_rps(entry, total), 0, 0);
    entry_free(total);
    entry_free(entry);
}

static void current_percentiles(void **state)
{
    struct entry *entry = fresh(1000);
    double ms = -1;

    (void)state;
    for (int second = 1000; second < 1020; second++) {
        record(entry, second + 0.5, 900, false);
    }
    for (int second = 1020; second < 1030; second++) {
        record(entry, second + 0.5, 40, false);
    }
    CHECK_ROW("only the last ten seconds");
    CHECK(entry_current_percentile_ms(entry, 0.99, 1029 * NS_PER_S, &ms));
    CHECK_NEAR(ms, 40, 0);
    CHECK_NEAR(entry_percentile_ms(entry, 0.99), 900, 0);
    CHECK_ROW("merged reports keep copies too");
    struct entry *master = fresh(1000), *report = fresh(1000);

    for (int second = 1003; second < 1040; second += 3) {
        entry_reset(report, second * NS_PER_S);
        record(report, second, second < 1027 ? 900 : 40, false);
        entry_merge(master, report);
    }
    CHECK(entry_current_percentile_ms(master, 0.99, 1039 * NS_PER_S, &ms));
    CHECK_NEAR(ms, 40, 0);
    CHECK_ROW("without a window there is no answer");
    struct entry *plain = entry_new("", "", 0, false, NULL);

    CHECK(!entry_current_percentile_ms(plain, 0.5, 10 * NS_PER_S, &ms));
    entry_free(plain);
    entry_free(master);
    entry_free(report);
    entry_free(entry);
}

static void merging_odd_reports(void **state)
{
    struct entry *entry = fresh(1000), *other = fresh(1000);

    (void)state;
    record(entry, 1001, 7, false);
    CHECK_ROW("a Go worker's minimum of 0 without requests is none");
    other->min_response_ns = 0;
    entry_merge(entry, other);
    CHECK_NEAR(entry_min_ms(entry), 7, 0);
    CHECK_ROW("exact times travel along where both ends are ours");
    record(other, 1002, 3.5, false);
    entry_merge(entry, other);
    CHECK_EQ(entry->hist.count, 2);
    CHECK_EQ(entry->hist.min_ns, 3500000);
    CHECK_EQ(entry->total_response_ns, 10500000);
    CHECK_ROW("when the longest came stays with it");
    CHECK_EQ(entry->max_at_ns, 1001 * INT64_C(1000000000));
    record(other, 1003, 12, false);
    record(other, 1004, 12, false);
    entry_merge(entry, other);
    CHECK_EQ(entry->max_at_ns, 1003 * INT64_C(1000000000));
    CHECK_ROW("or is not known");
    other->max_response_ns *= 2;
    other->max_at_ns = 0;
    entry_merge(entry, other);
    CHECK_EQ(entry->max_at_ns, 0);
    entry_reset(entry, 1005);
    CHECK_EQ(entry->max_at_ns, 0);
    entry_free(entry);
    entry_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_merge),
        cmocka_unit_test(an_empty_entry),
        cmocka_unit_test(recording),
        cmocka_unit_test(current_rates),
        cmocka_unit_test(current_percentiles),
        cmocka_unit_test(merging_odd_reports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
