/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "watch/recent.h"

#include "base/clock.h"

static const int64_t start_ns = 1000 * NS_PER_S;

static void record(struct entry *entry, int count, int64_t elapsed_ns, bool failed)
{
    for (int i = 0; i < count; i++) {
        struct entry_sample sample = {
            .elapsed_ns = elapsed_ns, .wall_ns = start_ns, .failed = failed};

        entry_record(entry, &sample);
    }
}

static struct recent_view look(const struct recent *recent, size_t skip, size_t seconds)
{
    struct recent_view view = {0};

    hist_init(&view.hist);
    recent_look(recent, skip, seconds, &view);
    return view;
}

static void spans_are_merged_histograms(void **state)
{
    struct entry *entry = entry_new("GET", "/", start_ns, false, NULL);
    struct recent recent = {0};
    struct recent_view view;

    (void)state;
    /* Second n: 10 requests of n ms, one of them failed. */
    for (int n = 1; n <= 90; n++) {
        record(entry, 9, n * NS_PER_MS, false);
        record(entry, 1, n * NS_PER_MS, true);
        recent_step(&recent, entry, start_ns + n * NS_PER_S);
    }
    view = look(&recent, 0, 10);
    CHECK_EQ(view.requests, 100);
    CHECK_EQ(view.failures, 10);
    CHECK_NEAR(view.seconds, 10, 1e-9);
    CHECK_EQ(view.hist.count, 100);
    CHECK_NEAR((double)hist_percentile_ns(&view.hist, 0.5) / 1e6, 85, 1);
    hist_fini(&view.hist);
    view = look(&recent, 10, 60);
    CHECK_EQ(view.requests, 600);
    CHECK_NEAR((double)hist_percentile_ns(&view.hist, 0.5) / 1e6, 50, 1);
    hist_fini(&view.hist);
    view = look(&recent, 0, 1000); /* no more than is kept */
    CHECK_EQ(view.requests, RECENT_SECONDS * 10);
    hist_fini(&view.hist);
    recent_fini(&recent);
    entry_free(entry);
}

static void statistics_that_were_reset_begin_anew(void **state)
{
    struct entry *entry = entry_new("GET", "/", start_ns, false, NULL);
    struct recent recent = {0};

    (void)state;
    record(entry, 100, NS_PER_MS, false);
    recent_step(&recent, entry, start_ns);
    entry_reset(entry, start_ns);
    record(entry, 7, 5 * NS_PER_MS, false);
    recent_step(&recent, entry, start_ns + NS_PER_S);
    struct recent_view view = look(&recent, 0, 10);

    CHECK_EQ(view.requests, 7);
    CHECK_EQ(view.hist.count, 7);
    hist_fini(&view.hist);
    recent_fini(&recent);
    entry_free(entry);
}

/* As a worker of Locust's reports it: rounded times only. */
static void rounded_times_stand_in_for_exact_ones(void **state)
{
    struct entry *entry = entry_new("GET", "/", start_ns, false, NULL);
    struct recent recent = {0};

    (void)state;
    entry->num_requests = 5;
    buckets_add(&entry->buckets, 120, 5);
    recent_step(&recent, entry, start_ns);
    struct recent_view view = look(&recent, 0, 1);

    CHECK_EQ(view.hist.count, 5);
    CHECK_NEAR((double)hist_percentile_ns(&view.hist, 0.5) / 1e6, 120, 1);
    hist_fini(&view.hist);
    recent_fini(&recent);
    entry_free(entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_merged_histograms),
        cmocka_unit_test(statistics_that_were_reset_begin_anew),
        cmocka_unit_test(rounded_times_stand_in_for_exact_ones),
    };

    return cmocka_run_group_tests_name("recent", tests, NULL, NULL);
}
