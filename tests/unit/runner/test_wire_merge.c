/* SPDX-License-Identifier: MIT */
#include "runner/wire_merge.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "report.h"
#include "wire.h"

static struct err ignored;
static const int64_t second_ns = NS_PER_S;

/* ---- There and back ---- */

static void record(struct stats *stats, const struct stats_sample *sample)
{
    stats_record(stats, sample);
}

/* Requests of the last minute: fast and slow, failed, untimed, too long, with intended starts. */
static struct stats *busy_stats(int64_t now_ns)
{
    struct stats *stats = stats_new(NULL, now_ns - 60 * second_ns);

    for (int i = 0; i < 500; i++) {
        struct stats_sample sample = {
            .method = i % 3 ? "GET" : "POST",
            .name = i % 2 ? "/a" : "/é",
            .failure = i % 7    ? NULL
                       : i % 14 ? "one"
                                : "two",
            .elapsed_ns = i % 11 ? (int64_t)i * i * 7919 * NS_PER_US / 1000 + i : -1,
            .elapsed_intended_ns = i % 2 ? (int64_t)i * i * 9973 * NS_PER_US / 1000 + i : 0,
            .wall_ns = now_ns - (int64_t)(500 - i) * 100 * NS_PER_MS,
            .content_length = (uint64_t)i,
        };
        struct phase_times phases = {.connected = i % 5 == 0,
                                     .dns_ns = i,
                                     .connect_ns = i % 10 * NS_PER_MS,
                                     .first_byte_ns = i % 13 ? (int64_t)i * NS_PER_MS : -1,
                                     .download_ns = (int64_t)i * NS_PER_US};

        sample.phases = i % 3 ? &phases : NULL;
        record(stats, &sample);
    }
    record(stats,
           &(struct stats_sample){
               .method = "GET", .name = "/long", .elapsed_ns = 2 * HIST_MAX_NS, .wall_ns = now_ns});
    return stats;
}

static void check_hist(const struct hist *got, const struct hist *want)
{
    struct hist_slot a, b;
    size_t at = 0, bt = 0;

    CHECK_EQ(got->count, want->count);
    CHECK_EQ(got->overflows, want->overflows);
    CHECK_EQ(got->min_ns, want->min_ns);
    CHECK_EQ(got->max_ns, want->max_ns);
    CHECK(got->sum_ns == want->sum_ns);
    while (hist_next(want, &bt, &b)) {
        CHECK(hist_next(got, &at, &a));
        CHECK_EQ(a.from_ns, b.from_ns);
        CHECK_EQ(a.count, b.count);
    }
    CHECK(!hist_next(got, &at, &a));
}

static void check_buckets(const struct buckets *got, const struct buckets *want)
{
    struct bucket a, b;
    size_t at = 0, bt = 0;

    while (buckets_next(want, &bt, &b)) {
        CHECK(buckets_next(got, &at, &a));
        CHECK_EQ(a.key_ms, b.key_ms);
        CHECK_EQ(a.count, b.count);
    }
    CHECK(!buckets_next(got, &at, &a));
}

static void check_series(const struct series *got, const struct series *want)
{
    struct series_second a, b;
    int64_t at = INT64_MIN, bt = INT64_MIN;

    while (series_next(want, &bt, &b)) {
        CHECK(series_next(got, &at, &a));
        CHECK_EQ(a.second, b.second);
        CHECK_EQ(a.requests, b.requests);
        CHECK_EQ(a.failures, b.failures);
    }
    CHECK(!series_next(got, &at, &a));
}

static void check_entry(const struct entry *got, const struct entry *want, bool exact)
{
    static const double wire_ns = 1000; /* what a float64 of seconds since 1970 can't tell */

    CHECK(got != NULL);
    CHECK_EQ(got->num_requests, want->num_requests);
    CHECK_EQ(got->num_none_requests, want->num_none_requests);
    CHECK_EQ(got->num_failures, want->num_failures);
    CHECK_EQ(got->total_content_length, want->total_content_length);
    CHECK_NEAR((double)got->total_response_ns, (double)want->total_response_ns, 1000);
    CHECK_NEAR((double)got->min_response_ns, (double)want->min_response_ns, 1);
    CHECK_NEAR((double)got->max_response_ns, (double)want->max_response_ns, 1);
    CHECK_NEAR((double)(got->start_ns - want->start_ns), 0, wire_ns);
    CHECK_NEAR((double)(got->last_request_ns - want->last_request_ns), 0, wire_ns);
    check_buckets(&got->buckets, &want->buckets);
    check_series(&got->seconds, &want->seconds);
    if (exact) {
        check_hist(&got->hist, &want->hist);
        CHECK_EQ(got->intended != NULL, want->intended != NULL);
        if (want->intended) {
            check_hist(got->intended, want->intended);
        }
    } else {
        CHECK_EQ(got->hist.count, 0);
        CHECK(!got->intended);
    }
}

static void check_phases(const struct phases *got, const struct phases *want, bool detail)
{
    CHECK(want->steps[PHASE_FIRST_BYTE].count > 0);
    for (size_t i = 0; i < PHASES; i++) {
        const struct phase *a = &got->steps[i], *b = &want->steps[i];

        CHECK_EQ(a->count, detail ? b->count : 0);
        if (a->count > 0) {
            CHECK_EQ(a->sum_ns, b->sum_ns);
            CHECK_EQ(a->max_ns, b->max_ns);
            CHECK(memcmp(a->slots, b->slots, PHASE_SLOTS * sizeof(*a->slots)) == 0);
        }
    }
}

static void check_failures(const struct stats *got, const struct stats *want)
{
    const struct failure *const *a = failures_sorted(stats_failures(got));
    const struct failure *const *b = failures_sorted(stats_failures(want));

    CHECK_EQ(failures_count(stats_failures(got)), failures_count(stats_failures(want)));
    for (size_t i = 0; i < failures_count(stats_failures(want)); i++) {
        CHECK_STR(a[i]->method, b[i]->method);
        CHECK_STR(a[i]->name, b[i]->name);
        CHECK_STR(a[i]->text, b[i]->text);
        CHECK_EQ(a[i]->occurrences, b[i]->occurrences);
        CHECK_NEAR((double)(a[i]->first_seen_ns - b[i]->first_seen_ns), 0, 1000);
        CHECK_NEAR((double)(a[i]->last_seen_ns - b[i]->last_seen_ns), 0, 1000);
        CHECK_EQ(a[i]->node_count, 1);
        CHECK_STR(a[i]->nodes[0], "host_1");
    }
}

static void there_and_back(void **state)
{
    int64_t now_ns = clock_wall_ns();
    struct stats *worker = busy_stats(now_ns);

    (void)state;
    for (int exact = 0; exact < 2; exact++) {
        struct stats *master = stats_new(NULL, now_ns);
        struct arena arena = {0};
        struct message message = report_sent(worker, exact, &arena);

        report_merge(master, &message, 0, &arena);
        CHECK_ROW(exact ? "to a cicada master, exact times too" : "to a Python master");
        CHECK_EQ(stats_count(master), stats_count(worker));
        CHECK(stats_count(worker) >= 5);
        for (size_t i = 0; i < stats_count(worker); i++) {
            const struct entry *want = stats_sorted(worker)[i];

            check_entry(stats_find(master, want->method, want->name), want, exact);
        }
        check_entry(stats_total(master), stats_total(worker), exact);
        check_failures(master, worker);
        check_phases(&stats_find(master, "GET", "/a")->phases,
                     &stats_find(worker, "GET", "/a")->phases,
                     exact);
        CHECK_NEAR((double)stats_total(master)->max_at_ns,
                   exact ? (double)stats_total(worker)->max_at_ns : 0,
                   1000);
        arena_fini(&arena);
        stats_free(master);
    }
    stats_free(worker);
}

/* Reports of two workers, in parts, give what one process would have counted. */
static void in_parts(void **state)
{
    int64_t now_ns = clock_wall_ns();
    struct stats *whole = stats_new(NULL, now_ns - 60 * second_ns);
    struct stats *parts[2], *master = stats_new(NULL, now_ns);
    struct wire_merge *merge = wire_merge_new();
    struct arena arena = {0};

    (void)state;
    CHECK_ROW("two workers, ten reports each");
    for (int w = 0; w < 2; w++) {
        parts[w] = stats_new(NULL, now_ns - 60 * second_ns);
    }
    for (int i = 0; i < 200; i++) {
        struct stats_sample sample = {
            .method = "GET",
            .name = i % 3 ? "/a" : "/b",
            .failure = i % 5 ? NULL : "boom",
            .elapsed_ns = (int64_t)(i * 37 % 101) * NS_PER_MS,
            .wall_ns = now_ns - (int64_t)(200 - i) * 50 * NS_PER_MS,
        };

        record(whole, &sample);
        record(parts[i % 2], &sample);
        if (i % 20 > 17) {
            struct message message = report_sent(parts[i % 2], true, &arena);

            wire_merge_stats(merge, master, &message.stats, "host_1", 0, &arena, &ignored);
            stats_reset(parts[i % 2], sample.wall_ns);
        }
    }
    check_entry(stats_find(master, "GET", "/a"), stats_find(whole, "GET", "/a"), true);
    check_entry(stats_total(master), stats_total(whole), true);
    check_failures(master, whole);
    wire_merge_free(merge);
    wire_merge_free(NULL);
    arena_fini(&arena);
    stats_free(whole);
    stats_free(parts[0]);
    stats_free(parts[1]);
    stats_free(master);
}

/* ---- From others ---- */

#define ZERO "{\"name\": \"Aggregated\", \"method\": \"\"}"
#define REPORT(entry, total) "{\"stats\": [" entry "], \"stats_total\": " total ", \"errors\": {}}"

static struct stats *merged(const char *json, int64_t ahead_ns)
{
    struct stats *stats = stats_new(NULL, clock_wall_ns());
    struct arena arena = {0};
    struct message message;
    struct err err = {""};

    wire_decode(&message, MESSAGE_TO_MASTER, "stats", json, &arena, &err);
    CHECK_STR(err.text, "");
    report_merge(stats, &message, ahead_ns, &arena);
    arena_fini(&arena);
    return stats;
}

static void golden(void **state)
{
    json_t *vectors = json_load_file(VECTORS_PATH, JSON_ALLOW_NUL, NULL);
    const json_t *golden = json_object_get(vectors, "stats_merge");
    const json_t *want = json_object_get(golden, "expected");
    struct stats *stats = stats_new(NULL, 2000 * second_ns);
    struct wire_merge *merge = wire_merge_new();
    json_t *reports = json_object_get(golden, "reports"), *report;
    size_t i;

    (void)state;
    CHECK_ROW("what Locust's master makes of the same reports");
    CHECK_EQ(json_array_size(reports), 3);
    json_array_foreach(reports, i, report)
    {
        struct arena arena = {0};
        struct message message;
        struct err err = {""};
        json_t *data =
            json_pack("{s:[O],s:O,s:{}}", "stats", report, "stats_total", report, "errors");
        char *text = json_dumps(data, 0);

        wire_decode(&message, MESSAGE_TO_MASTER, "stats", text, &arena, &err);
        CHECK_STR(err.text, "");
        wire_merge_stats(merge, stats, &message.stats, "host_1", 0, &arena, &ignored);
        arena_fini(&arena);
        free(text);
        json_decref(data);
    }
    for (int both = 0; both < 2; both++) {
        const struct entry *total = stats_total(stats);
        const struct entry *entry = both ? total : stats_find(stats, "GET", "/");

#define WANT(key) json_number_value(json_object_get(want, key))
        CHECK(entry != NULL);
        CHECK_EQ(entry->num_requests, WANT("num_requests"));
        CHECK_EQ(entry->num_none_requests, WANT("num_none_requests"));
        CHECK_EQ(entry->num_failures, WANT("num_failures"));
        CHECK_NEAR((double)entry->total_response_ns / NS_PER_MS, WANT("total_response_time"), 1e-6);
        CHECK_NEAR(entry_max_ms(entry), WANT("max_response_time"), 0.5);
        CHECK_NEAR(entry_min_ms(entry), WANT("min_response_time"), 0.5);
        CHECK_EQ(entry->total_content_length, WANT("total_content_length"));
        CHECK_EQ(entry->start_ns, WANT("start_time") * NS_PER_S);
        CHECK_EQ(entry->last_request_ns, WANT("last_request_timestamp") * NS_PER_S);
        CHECK_NEAR(entry_current_rps(entry, total), WANT("current_rps"), 1e-9);
        CHECK_NEAR(entry_current_fail_per_sec(entry, total), WANT("current_fail_per_sec"), 1e-9);
        CHECK_NEAR(entry_average_ms(entry), WANT("avg_response_time"), 1e-9);
        CHECK_NEAR(entry_median_ms(entry), WANT("median_response_time"), 1e-9);
        CHECK_NEAR(entry_total_rps(entry, total), WANT("total_rps"), 1e-9);
        CHECK_NEAR(entry_total_fail_per_sec(entry, total), WANT("total_fail_per_sec"), 1e-9);
        CHECK_NEAR(entry_percentile_ms(entry, 0.95), WANT("response_time_percentile_0.95"), 1e-9);
        CHECK_NEAR(entry_average_bytes(entry), WANT("avg_content_length"), 1e-9);
        CHECK_NEAR(entry_fail_ratio(entry), WANT("fail_ratio"), 1e-9);
    }
    wire_merge_free(merge);
    stats_free(stats);
    json_decref(vectors);
}

static void other_workers(void **state)
{
    static const struct {
        const char *row, *json;
        uint64_t requests; /* of the total */
        int64_t min_ns, max_ns, last_ns;
    } rows[] = {
        {"an idle one of 2.12.1, whose total has no method",
         REPORT("", "{\"name\": \"Aggregated\", \"method\": null}"),
         0,
         -1,
         0,
         0},
        {"an idle one of Go: a time, a least and a name of its own",
         REPORT("",
                "{\"name\": \"Total\", \"method\": \"\", \"last_request_timestamp\": 1700000000,"
                " \"start_time\": 1700000000, \"num_requests\": 0, \"min_response_time\": 0,"
                " \"max_response_time\": 0}"),
         0,
         -1,
         0,
         0},
        {"a busy one of Go with a least of 0",
         REPORT("",
                "{\"name\": \"Total\", \"method\": \"\", \"last_request_timestamp\": 1700000000,"
                " \"num_requests\": 2, \"min_response_time\": 0, \"max_response_time\": 7}"),
         2,
         0,
         7 * NS_PER_MS,
         1700000000 * NS_PER_S},
        {"only untimed requests",
         REPORT("",
                "{\"name\": \"Total\", \"method\": \"\", \"last_request_timestamp\": 1700000000,"
                " \"num_requests\": 2, \"num_none_requests\": 2, \"min_response_time\": 0}"),
         2,
         -1,
         0,
         1700000000 * NS_PER_S},
        {"times beyond sense",
         REPORT("",
                "{\"name\": \"Total\", \"method\": \"\", \"last_request_timestamp\": -5,"
                " \"num_requests\": 1, \"min_response_time\": -3, \"max_response_time\": 1e300}"),
         1,
         0,
         1000000000000 * NS_PER_MS,
         0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        struct stats *stats = merged(rows[i].json, 0);
        const struct entry *total = stats_total(stats);

        CHECK_EQ(stats_count(stats), 0);
        CHECK_STR(total->name, "Aggregated");
        CHECK_EQ(total->num_requests, rows[i].requests);
        CHECK_EQ(total->min_response_ns, rows[i].min_ns);
        CHECK_EQ(total->max_response_ns, rows[i].max_ns);
        CHECK_EQ(total->last_request_ns, rows[i].last_ns);
        stats_free(stats);
    }
}

static uint64_t bucket_at(const struct entry *entry, int64_t key_ms)
{
    struct bucket bucket;
    size_t position = 0;

    while (buckets_next(&entry->buckets, &position, &bucket)) {
        if (bucket.key_ms == key_ms) {
            return bucket.count;
        }
    }
    return 0;
}

static void keys_of_old_pythons(void **state)
{
    static const char json[] =
        REPORT("{\"name\": \"/\", \"method\": \"GET\", \"num_requests\": 6,"
               " \"response_times\": {\"__map__\": [[160, 3], [160.0, 2], [5, 1], [20, 0]]},"
               " \"num_reqs_per_sec\": {\"__map__\": [[1700000000.0, 4], [1700000000, 2], [0, 9]]},"
               " \"num_fail_per_sec\": {\"__map__\": [[1700000000, 1]]}}",
               ZERO);
    struct stats *stats = merged(json, 0);
    const struct entry *entry = stats_find(stats, "GET", "/");
    struct series_second second;
    int64_t position = INT64_MIN;

    (void)state;
    CHECK_ROW("160 and 160.0 are one bucket");
    CHECK_EQ(bucket_at(entry, 160), 5);
    CHECK_EQ(bucket_at(entry, 5), 1);
    CHECK_EQ(bucket_at(entry, 20), 0);
    CHECK_ROW("so are seconds");
    CHECK(series_next(&entry->seconds, &position, &second));
    CHECK_EQ(second.second, 1700000000);
    CHECK_EQ(second.requests, 6);
    CHECK_EQ(second.failures, 1);
    CHECK(!series_next(&entry->seconds, &position, &second));
    stats_free(stats);
}

static void garbled_histograms(void **state)
{
    static const char *const rows[] = {
        "", "x", "\x01", "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
    int64_t now_ns = clock_wall_ns();
    struct stats *worker = busy_stats(now_ns);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct stats *master = stats_new(NULL, now_ns);
        struct arena arena = {0};
        struct message message = report_sent(worker, true, &arena);

        CHECK_ROW("the rounded times are left");
        for (size_t k = 0; k < message.stats.entry_count; k++) {
            message.stats.entries[k].hdr = slice_of(rows[i]);
        }
        message.stats.total.hdr.length /= 2; /* cut off */
        for (size_t k = 0; k < message.stats.entry_count; k++) {
            message.stats.entries[k].phases = slice_of(rows[i]);
        }
        report_merge(master, &message, 0, &arena);
        check_phases(&stats_find(master, "GET", "/a")->phases,
                     &stats_find(worker, "GET", "/a")->phases,
                     false);
        check_entry(stats_find(master, "GET", "/a"), stats_find(worker, "GET", "/a"), false);
        check_entry(stats_total(master), stats_total(worker), false);
        arena_fini(&arena);
        stats_free(master);
    }
    stats_free(worker);
}

/* ---- Samples ---- */

static void samples(void **state)
{
    int64_t now_ns = clock_wall_ns();
    struct stats *worker = stats_new(NULL, now_ns), *master = stats_new(NULL, now_ns);
    struct arena arena = {0};

    (void)state;
    failures_keep_captures(stats_failures(worker), CAPTURE_RATIONED);
    failures_keep_captures(stats_failures(master), CAPTURE_FIRST);
    for (int i = 0; i < 3; i++) {
        const struct failure *kind =
            failures_record(stats_failures(worker), "GET", "/a", "no", now_ns);

        failures_capture(stats_failures(worker),
                         kind,
                         &(struct failure_capture){.wall_ns = now_ns,
                                                   .status = i ? 500 : 0,
                                                   .url = "http://h/a",
                                                   .error = "no",
                                                   .request_headers = "A: 1\n",
                                                   .request_body = "{}",
                                                   .response_headers = "B: 2\n",
                                                   .body = "\xff\xfe no UTF-8"});
    }
    for (int round = 0; round < 2; round++) {
        struct message message = report_sent(worker, true, &arena);

        report_merge(master, &message, 0, &arena);
    }
    const struct failure *kind = failures_sorted(stats_failures(master))[0];

    CHECK_ROW("as the worker kept them, five at most");
    CHECK_EQ(kind->capture_count, CAPTURES_EACH);
    CHECK_NEAR((double)(kind->captures[0].wall_ns - now_ns), 0, 1000);
    CHECK_EQ(kind->captures[0].status, 0);
    CHECK_EQ(kind->captures[1].status, 500);
    CHECK_STR(kind->captures[1].url, "http://h/a");
    CHECK_STR(kind->captures[1].error, "no");
    CHECK_STR(kind->captures[1].request_headers, "A: 1\n");
    CHECK_STR(kind->captures[1].request_body, "{}");
    CHECK_STR(kind->captures[1].response_headers, "B: 2\n");
    CHECK_STR(kind->captures[1].body, "\xff\xfe no UTF-8");
    CHECK_STR(kind->captures[4].worker, "host_1");
    arena_fini(&arena);
    stats_free(worker);
    stats_free(master);
}

#define ERRORS(samples)                                                                            \
    "{\"stats\": [], \"stats_total\": {\"name\": \"Aggregated\"}, \"errors\": {\"k\": "            \
    "{\"error\": "                                                                                 \
    "\"no\", \"occurrences\": 3, \"samples\": " samples "}}}"

static void odd_samples(void **state)
{
    static const struct {
        const char *row, *report;
        size_t kept;
        bool good;
    } rows[] = {
        {"a text", ERRORS("\"x\""), 0, false},
        {"a map", ERRORS("{}"), 0, false},
        {"a list of numbers", ERRORS("[1, 2]"), 0, false},
        {"an empty list", ERRORS("[]"), 0, true},
        {"an empty sample", ERRORS("[{}]"), 1, true},
        {"one that is none", ERRORS("[{}, null, {}]"), 1, false},
        {"too many", ERRORS("[{}, {}, {}, {}, {}, {}, {}, {}]"), CAPTURES_EACH, true},
        {"wrong kinds",
         ERRORS("[{\"t\": \"now\", \"status\": [500], \"url\": 7, \"body\": {\"a\": 1}}]"),
         1,
         true},
        {"numbers beyond reason", ERRORS("[{\"t\": 1e300, \"status\": -5}]"), 1, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct stats *master = stats_new(NULL, clock_wall_ns());
        struct wire_merge *merge = wire_merge_new();
        struct arena arena = {0};
        struct err err = {""};
        struct message message;

        CHECK_ROW(rows[i].row);
        failures_keep_captures(stats_failures(master), CAPTURE_FIRST);
        wire_decode(&message, MESSAGE_TO_MASTER, "stats", rows[i].report, &arena, &err);
        CHECK_STR(err.text, "");
        CHECK_EQ(wire_merge_stats(merge, master, &message.stats, "w", 0, &arena, &err),
                 rows[i].good);
        CHECK_EQ(*err.text == '\0', rows[i].good);
        const struct failure *kind = failures_sorted(stats_failures(master))[0];

        CHECK_EQ(kind->occurrences, 3);
        CHECK_EQ(kind->capture_count, rows[i].kept);
        for (size_t k = 0; k < kind->capture_count; k++) {
            CHECK_EQ(kind->captures[k].wall_ns, 0);
            CHECK_EQ(kind->captures[k].status, 0);
            CHECK_STR(kind->captures[k].url, "");
            CHECK_STR(kind->captures[k].body, "");
            CHECK_STR(kind->captures[k].worker, "w");
        }
        wire_merge_free(merge);
        arena_fini(&arena);
        stats_free(master);
    }
}

/* ---- Tasks ---- */

static void tasks_add_up(void **state)
{
    struct stats *worker = stats_new(NULL, 1), *master = stats_new(NULL, 1);
    struct arena arena = {0};

    (void)state;
    for (int detail = 0; detail < 2; detail++) {
        *tasks_counter(stats_tasks(worker), "A" TASKS_JOINT "b") = 7;
        struct message message = report_sent(worker, detail, &arena);

        report_merge(master, &message, 0, &arena);
        report_merge(master, &message, 0, &arena);
        CHECK_EQ(tasks_count(stats_tasks(master), "A"), detail ? 14 : 0);
    }
    stats_reset(worker, 2);
    CHECK(!report_sent(worker, true, &arena).stats.tasks);
    arena_fini(&arena);
    stats_free(worker);
    stats_free(master);
}

#define TASKS(tasks)                                                                               \
    "{\"stats\": [], \"stats_total\": {\"name\": \"Aggregated\", \"num_requests\": 2}, "           \
    "\"errors\": {}, \"tasks\": " tasks "}"

static void odd_tasks(void **state)
{
    static const struct {
        const char *row, *report;
        uint64_t counted;
        bool good;
    } rows[] = {
        {"a list", TASKS("[1]"), 0, false},
        {"a text", TASKS("\"x\""), 0, false},
        {"an empty map", TASKS("{}"), 0, true},
        {"numbers and others", TASKS("{\"A\": 3, \"B\": \"x\", \"C\": -1, \"D\": 1.5}"), 3, false},
        {"beyond reason", TASKS("{\"A\": 9223372036854775807}"), 1000000000, true},
        {"a key that is no text", TASKS("{\"__map__\": [[5, 5], [\"A\", 1]]}"), 1, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct stats *master = stats_new(NULL, 1);
        struct wire_merge *merge = wire_merge_new();
        struct arena arena = {0};
        struct err err = {""};
        struct message message;
        uint64_t count, sum = 0;
        size_t position = 0;

        CHECK_ROW(rows[i].row);
        wire_decode(&message, MESSAGE_TO_MASTER, "stats", rows[i].report, &arena, &err);
        CHECK_STR(err.text, "");
        CHECK_EQ(wire_merge_stats(merge, master, &message.stats, "w", 0, &arena, &err),
                 rows[i].good);
        while (tasks_next(stats_tasks(master), &position, &count)) {
            sum += count;
        }
        CHECK_EQ(sum, rows[i].counted);
        CHECK_EQ(stats_total(master)->num_requests, 2);
        wire_merge_free(merge);
        arena_fini(&arena);
        stats_free(master);
    }
}

/* ---- Clocks ---- */

static void another_clock(void **state)
{
    static const struct {
        const char *row;
        int64_t theirs_s, ahead_s; /* before ours; what we know of it */
    } rows[] = {
        {"ours", 0, 0},
        {"one that is behind", -100, -100},
        {"one that is ahead", 100, 100},
        {"one that is further ahead than we know", 100, 50},
        {"one of whose being ahead we know nothing", 100, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t now_ns = clock_wall_ns(), theirs_ns = now_ns + rows[i].theirs_s * second_ns;
        struct stats *worker = stats_new(NULL, theirs_ns - 3 * second_ns);
        struct stats *master = stats_new(NULL, now_ns);
        struct stats_sample sample = {.method = "GET",
                                      .name = "/",
                                      .failure = "boom",
                                      .elapsed_ns = NS_PER_MS,
                                      .wall_ns = theirs_ns};
        struct arena arena = {0};
        struct series_second second;
        int64_t position = INT64_MIN;

        CHECK_ROW(rows[i].row);
        record(worker, &sample);
        struct message message = report_sent(worker, true, &arena);

        report_merge(master, &message, rows[i].ahead_s * second_ns, &arena);
        const struct entry *entry = stats_find(master, "GET", "/");

        /* At the time of the request or, unknown, at that of the merge; never in the future. */
        CHECK(entry->last_request_ns <= clock_wall_ns());
        CHECK_NEAR((double)(entry->last_request_ns - now_ns) / NS_PER_S, 0, 5);
        CHECK_NEAR((double)(stats_total(master)->last_request_ns - now_ns) / NS_PER_S, 0, 5);
        CHECK(entry->start_ns <= clock_wall_ns());
        CHECK(series_next(&entry->seconds, &position, &second));
        CHECK(second.second <= clock_wall_ns() / NS_PER_S);
        CHECK_NEAR((double)(second.second - now_ns / NS_PER_S), 0, 5);
        CHECK_EQ(second.requests, 1);
        CHECK_EQ(second.failures, 1);
        const struct failure *failure = failures_sorted(stats_failures(master))[0];

        CHECK(failure->last_seen_ns <= clock_wall_ns());
        CHECK_NEAR((double)(failure->last_seen_ns - now_ns) / NS_PER_S, 0, 5);
        arena_fini(&arena);
        stats_free(worker);
        stats_free(master);
    }
}

static void how_far_ahead(void **state)
{
    static const struct {
        const char *row;
        double start, last; /* of the report; below 0: none */
        double last_arrival, now, ahead;
    } rows[] = {
        {"a report without a start", -1, -1, 1000, 1003, 0},
        {"the first, of now", 1000, 1002, 0, 1003, 0},
        {"the first of an idle worker tells nothing", 5000, -1, 0, 1003, 0},
        {"the first, of a future that slack explains", 1000, 1004.9, 0, 1003, 0},
        {"the first, of a future", 1000, 1033, 0, 1003, 30},
        {"the first, of long ago, tells nothing", 10, 12, 0, 1003, 0},
        {"three seconds after the last", 1000, 1002, 1000.1, 1003.1, 0},
        {"sent late, by a busy worker", 998.5, 1000, 1000, 1003, 0},
        {"begun after it arrived, but within the slack", 1004.9, 1005, 1000, 1003, 0},
        {"begun long after it arrived", 1030, 1032, 1000, 1003, 30},
        {"begun long before the last arrived", 970, 972, 1000, 1003, -30},
        {"a worker that was silent for a minute, its clock right", 1030, 1050, 1000, 1060, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct message_stats report = {0};

        CHECK_ROW(rows[i].row);
        if (rows[i].start >= 0) {
            report.total.start_time = number_float(rows[i].start);
        }
        if (rows[i].last >= 0) {
            report.total.num_requests = 1;
            report.total.last_request_timestamp = number_float(rows[i].last);
        } else { /* Go's idle workers name one */
            report.total.last_request_timestamp = number_float(9000);
        }
        CHECK_NEAR((double)wire_clock_ahead_ns(&report,
                                               (int64_t)(rows[i].last_arrival * NS_PER_S),
                                               (int64_t)(rows[i].now * NS_PER_S)) /
                       NS_PER_S,
                   rows[i].ahead,
                   1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(in_parts),
        cmocka_unit_test(golden),
        cmocka_unit_test(other_workers),
        cmocka_unit_test(keys_of_old_pythons),
        cmocka_unit_test(garbled_histograms),
        cmocka_unit_test(samples),
        cmocka_unit_test(odd_samples),
        cmocka_unit_test(tasks_add_up),
        cmocka_unit_test(odd_tasks),
        cmocka_unit_test(another_clock),
        cmocka_unit_test(how_far_ahead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
