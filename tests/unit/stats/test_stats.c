/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <malloc.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "stats/stats.h"

static const int64_t start = 1000 * NS_PER_S;

static void record(struct stats *stats, const char *method, const char *name, const char *failure)
{
    stats_record(stats,
                 &(struct stats_sample){
                     .method = method,
                     .name = name,
                     .failure = failure,
                     .elapsed_ns = 5 * NS_PER_MS,
                     .wall_ns = start + NS_PER_S,
                     .content_length = 100,
                 });
}

static void rows_and_total(void **state)
{
    struct stats *stats = stats_new(NULL, start);
    const struct entry *const *rows;

    (void)state;
    CHECK_ROW("a new table has a total only");
    CHECK_EQ(stats_count(stats), 0);
    CHECK_STR(stats_total(stats)->name, "Aggregated");
    CHECK_STR(stats_total(stats)->method, "");
    CHECK_EQ(stats_total(stats)->start_ns, start);
    CHECK(stats_sorted(stats) != NULL);

    record(stats, "POST", "/b", NULL);
    record(stats, "GET", "/b", "no");
    record(stats, "GET", "/a", NULL);
    record(stats, "GET", "/b", "no");
    record(stats, NULL, NULL, NULL);
    CHECK_ROW("sorted by name, then method");
    rows = stats_sorted(stats);
    CHECK_EQ(stats_count(stats), 4);
    CHECK_STR(rows[0]->name, "");
    CHECK_STR(rows[1]->name, "/a");
    CHECK_STR(rows[2]->method, "GET");
    CHECK_STR(rows[3]->method, "POST");
    CHECK_ROW("a failure is a request too");
    CHECK_EQ(rows[2]->num_requests, 2);
    CHECK_EQ(rows[2]->num_failures, 2);
    CHECK_EQ(stats_total(stats)->num_requests, 5);
    CHECK_EQ(stats_total(stats)->num_failures, 2);
    CHECK_EQ(failures_sorted(stats_failures(stats))[0]->occurrences, 2);
    CHECK_ROW("looked up");
    CHECK(stats_find(stats, "GET", "/b") == rows[2]);
    CHECK(!stats_find(stats, "PUT", "/b"));
    CHECK_ROW("name and method are not run together");
    record(stats, "b", "x/", NULL);
    record(stats, "/b", "x", NULL);
    CHECK_EQ(stats_count(stats), 6);
    CHECK_EQ(stats_find(stats, "/b", "x")->num_requests, 1);
    CHECK_ROW("sorted again once rows came");
    CHECK_STR(stats_sorted(stats)[4]->name, "x");
    CHECK_ROW("windows for the total only, unless asked for");
    CHECK(stats_total(stats)->window && !rows[0]->window);
    stats_free(stats);
    stats_free(NULL);
}

static void resetting(void **state)
{
    struct stats *stats = stats_new(&(struct stats_config){.window_names = true}, start);
    const struct entry *row;

    (void)state;
    record(stats, "GET", "/", "no");
    exceptions_record(stats_exceptions(stats), "local", "message", "traceback", 5);
    row = stats_find(stats, "GET", "/");
    CHECK(row->window);
    stats_reset(stats, 2 * start);
    CHECK_ROW("reset keeps rows and exceptions, not failures");
    CHECK_EQ(stats_count(stats), 1);
    CHECK(stats_find(stats, "GET", "/") == row);
    CHECK_EQ(row->num_requests, 0);
    CHECK_EQ(row->start_ns, 2 * start);
    CHECK_EQ(failures_count(stats_failures(stats)), 0);
    CHECK_EQ(exceptions_count(stats_exceptions(stats)), 1);
    record(stats, "GET", "/", NULL);
    CHECK_EQ(row->num_requests, 1);

    CHECK_ROW("clear forgets all");
    stats_sorted(stats);
    stats_clear(stats, 3 * start);
    CHECK_EQ(stats_count(stats), 0);
    CHECK_EQ(stats_total(stats)->num_requests, 0);
    CHECK_EQ(exceptions_count(stats_exceptions(stats)), 0);
    CHECK_ROW("and a row that comes then is the one that is sorted");
    record(stats, "GET", "/new", NULL);
    CHECK_STR(stats_sorted(stats)[0]->name, "/new");
    stats_free(stats);
}

static void merging(void **state)
{
    struct stats *a = stats_new(NULL, start), *b = stats_new(NULL, start / 2);

    (void)state;
    record(a, "GET", "/", NULL);
    record(b, "GET", "/", "no");
    record(b, "GET", "/b", NULL);
    stats_merge(a, b);
    CHECK_ROW("rows, total and failures add up");
    CHECK_EQ(stats_count(a), 2);
    CHECK_EQ(stats_find(a, "GET", "/")->num_requests, 2);
    CHECK_EQ(stats_find(a, "GET", "/")->num_failures, 1);
    CHECK_EQ(stats_total(a)->num_requests, 3);
    CHECK_EQ(stats_total(a)->start_ns, start / 2);
    CHECK_EQ(failures_count(stats_failures(a)), 1);
    CHECK_ROW("the other is as it was");
    CHECK_EQ(stats_total(b)->num_requests, 2);
    stats_free(a);
    stats_free(b);
}

static void bounds(void **state)
{
    struct stats *stats = stats_new(&(struct stats_config){.max_names = 100}, start);
    char name[64];
    char *huge = malloc(100001);

    (void)state;
    log_set_level(LOG_ERROR);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "/user/%d", i);
        record(stats, "GET", name, NULL);
    }
    CHECK_ROW("one row for all names beyond the bound; the total is exact");
    CHECK_EQ(stats_count(stats), 101);
    CHECK_EQ(stats_find(stats, "", STATS_OTHER_NAMES)->num_requests, 900);
    CHECK_EQ(stats_folded(stats), 900);
    CHECK_EQ(stats_total(stats)->num_requests, 1000);
    CHECK_ROW("names that have a row keep it");
    record(stats, "GET", "/user/7", NULL);
    CHECK_EQ(stats_find(stats, "GET", "/user/7")->num_requests, 2);

    CHECK_ROW("long names are cut, and found by what they were");
    stats_clear(stats, start);
    CHECK_EQ(stats_folded(stats), 0);
    memset(huge, 'x', 100000);
    huge[100000] = '\0';
    record(stats, huge, huge, NULL);
    huge[99999] = 'y';
    record(stats, huge, huge, NULL);
    CHECK_EQ(stats_count(stats), 1);
    CHECK_EQ(strlen(stats_sorted(stats)[0]->name), 1024);
    CHECK_EQ(stats_find(stats, huge, huge)->num_requests, 2);

    CHECK_ROW("times out of range");
    stats_record(stats,
                 &(struct stats_sample){
                     .method = "GET",
                     .name = "/",
                     .elapsed_ns = INT64_MAX,
                     .elapsed_intended_ns = INT64_MAX,
                     .wall_ns = INT64_MAX,
                     .content_length = UINT64_MAX,
                 });
    stats_record(
        stats, &(struct stats_sample){.name = "/", .elapsed_ns = INT64_MIN, .wall_ns = INT64_MIN});
    CHECK_EQ(stats_find(stats, "GET", "/")->hist.overflows, 1);
    CHECK_EQ(stats_find(stats, "", "/")->num_none_requests, 1);
    free(huge);
    stats_free(stats);
}

/* Where the C library can tell; a sanitizer's allocator does not. */
static void steady_state_allocates_nothing(void **state)
{
    struct stats *stats = stats_new(&(struct stats_config){.window_names = true}, start);
    struct stats_sample sample = {.method = "GET", .name = "/", .wall_ns = start};
    size_t before = 0;

    (void)state;
    for (int i = 0; i < 400000; i++) {
        sample.elapsed_ns = (1 + i % 5000) * (NS_PER_MS / 7);
        sample.failure = i % 3 ? NULL : "<Foo object at 0x7f12>";
        sample.wall_ns += NS_PER_MS / 4;
        if (i == 320000) { /* 80 s: past the first doubling of the series, all copies in use */
            before = mallinfo2().uordblks;
        }
        stats_record(stats, &sample);
    }
    CHECK_ROW("the same after 20 s more of the same traffic");
    CHECK_EQ(mallinfo2().uordblks, before);
    stats_free(stats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_total),
        cmocka_unit_test(resetting),
        cmocka_unit_test(merging),
        cmocka_unit_test(bounds),
        cmocka_unit_test(steady_state_allocates_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
