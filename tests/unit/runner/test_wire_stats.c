/* SPDX-License-Identifier: MIT */
/* What a worker sends; that a master reads it back is test_wire_merge.c's. */
#include "runner/wire_stats.h"

#include "base/clock.h"
#include "base/ensure.h"
#include "report.h"

static const struct wire_wants nothing, everything = {.hdr = true, .detail = true};

static const int64_t second_ns = NS_PER_S;

static void record(struct stats *stats, const char *name, const char *failure, double ms,
                   int64_t wall_ns)
{
    struct stats_sample sample = {
        .method = "GET",
        .name = name,
        .failure = failure,
        .elapsed_ns = ms < 0 ? -1 : (int64_t)(ms * NS_PER_MS),
        .wall_ns = wall_ns,
        .content_length = 10,
    };

    stats_record(stats, &sample);
}

static int64_t count_at(const struct message_counts *counts, int64_t key)
{
    int64_t count = 0;

    for (size_t i = 0; i < counts->count; i++) {
        CHECK_EQ(counts->items[i].key.kind, NUMBER_INT); /* Python since 2.43.4 */
        if (counts->items[i].key.integer == key) {
            count += counts->items[i].count;
        }
    }
    return count;
}

static void an_idle_worker(void **state)
{
    struct stats *stats = stats_new(NULL, 1000 * second_ns);
    struct arena arena = {0};
    struct message_stats report;

    (void)state;
    CHECK_ROW("an empty list, a total of zeros, no errors");
    wire_stats_fill(&report, stats, everything, &arena);
    CHECK_EQ(report.entry_count, 0);
    CHECK_EQ(report.error_count, 0);
    CHECK(slice_is(report.total.name, "Aggregated"));
    CHECK(slice_is(report.total.method, ""));
    CHECK_EQ(report.total.last_request_timestamp.kind, NUMBER_NIL);
    CHECK_EQ(report.total.start_time.kind, NUMBER_FLOAT);
    CHECK_NEAR(report.total.start_time.real, 1000, 0);
    CHECK_EQ(report.total.total_response_time.kind, NUMBER_INT);
    CHECK_EQ(report.total.max_response_time.kind, NUMBER_INT);
    CHECK_EQ(report.total.min_response_time.kind, NUMBER_NIL);
    CHECK_EQ(report.total.response_times.count, 0);
    CHECK(!report.total.hdr.bytes);
    CHECK_EQ(report.user_count, -1);
    CHECK(!report.classes.present && !report.extra);
    arena_fini(&arena);
    stats_free(stats);
}

static void rows_and_total(void **state)
{
    struct stats *stats = stats_new(NULL, 1000 * second_ns);
    struct arena arena = {0};
    struct message_stats report;

    (void)state;
    record(stats, "/b", NULL, 145, 1001 * second_ns);
    record(stats, "/b", "boom", 155, 1001 * second_ns);
    record(stats, "/b", NULL, -1, 1003 * second_ns + second_ns / 2);
    record(stats, "/a", NULL, 0.5, 1002 * second_ns);
    wire_stats_fill(&report, stats, nothing, &arena);
    CHECK_ROW("by name");
    CHECK_EQ(report.entry_count, 2);
    CHECK(slice_is(report.entries[0].name, "/a"));
    CHECK(slice_is(report.entries[0].method, "GET"));
    const struct message_entry *b = &report.entries[1];

    CHECK(slice_is(b->name, "/b"));
    CHECK_ROW("counters");
    CHECK_EQ(b->num_requests, 3);
    CHECK_EQ(b->num_none_requests, 1);
    CHECK_EQ(b->num_failures, 1);
    CHECK_EQ(b->total_content_length, 30);
    CHECK_EQ(report.total.num_requests, 4);
    CHECK_ROW("times, in milliseconds and seconds");
    CHECK_NEAR(b->total_response_time.real, 300, 1e-9);
    CHECK_NEAR(b->max_response_time.real, 155, 1e-9);
    CHECK_NEAR(b->min_response_time.real, 145, 1e-9);
    CHECK_NEAR(b->last_request_timestamp.real, 1003.5, 1e-9);
    CHECK_NEAR(report.entries[0].min_response_time.real, 0.5, 1e-9);
    CHECK_ROW("Locust's buckets: ties go to even");
    CHECK_EQ(b->response_times.count, 2);
    CHECK_EQ(count_at(&b->response_times, 140), 1);
    CHECK_EQ(count_at(&b->response_times, 160), 1);
    CHECK_EQ(count_at(&report.entries[0].response_times, 0), 1);
    CHECK_ROW("seconds without a failure are left out");
    CHECK_EQ(b->num_reqs_per_sec.count, 2);
    CHECK_EQ(count_at(&b->num_reqs_per_sec, 1001), 2);
    CHECK_EQ(count_at(&b->num_reqs_per_sec, 1003), 1);
    CHECK_EQ(b->num_fail_per_sec.count, 1);
    CHECK_EQ(count_at(&b->num_fail_per_sec, 1001), 1);
    CHECK_ROW("no exact histogram for a Python master");
    CHECK(!b->hdr.bytes && !report.total.hdr.bytes);
    CHECK_ROW("only untimed requests");
    stats_reset(stats, 1010 * second_ns);
    record(stats, "/a", NULL, -1, 1011 * second_ns);
    wire_stats_fill(&report, stats, everything, &arena);
    CHECK_EQ(report.entry_count, 1); /* rows that did nothing since are left out */
    CHECK(slice_is(report.entries[0].name, "/a"));
    CHECK_EQ(report.entries[0].min_response_time.kind, NUMBER_NIL);
    CHECK_EQ(report.entries[0].num_none_requests, 1);
    CHECK_NEAR(report.entries[0].start_time.real, 1010, 0);
    CHECK(!report.entries[0].hdr.bytes);
    arena_fini(&arena);
    stats_free(stats);
}

static void errors(void **state)
{
    struct stats *stats = stats_new(NULL, 1000 * second_ns);
    struct arena arena = {0};
    struct message_stats report;
    char key[FAILURE_KEY_SIZE];

    (void)state;
    CHECK_ROW("with the key under which Python's rows merge");
    record(stats, "/a", "boom 'x'", 1, 1001 * second_ns);
    record(stats, "/a", "boom 'x'", 1, 1004 * second_ns);
    record(stats, "/a", "bang", 1, 1002 * second_ns);
    wire_stats_fill(&report, stats, nothing, &arena);
    CHECK_EQ(report.error_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct message_error *error = &report.errors[i];
        bool boom = slice_is(error->error, "boom 'x'");

        CHECK(slice_is(error->name, "/a") && slice_is(error->method, "GET"));
        CHECK(boom || slice_is(error->error, "bang"));
        failure_key("GET", "/a", boom ? "boom 'x'" : "bang", key);
        CHECK(slice_is(error->key, key));
        CHECK_EQ(error->occurrences, boom ? 2 : 1);
        CHECK_NEAR(error->first_seen.real, boom ? 1001 : 1002, 0);
        CHECK_NEAR(error->last_seen.real, boom ? 1004 : 1002, 0);
    }
    arena_fini(&arena);
    stats_free(stats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_worker),
        cmocka_unit_test(rows_and_total),
        cmocka_unit_test(errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
