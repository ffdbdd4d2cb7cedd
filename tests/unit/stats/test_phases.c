/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "stats/stats.h"

#include "base/clock.h"

static const int64_t start_ns = 1000 * NS_PER_S;

static void add(struct stats *stats, const char *name, const struct phase_times *times)
{
    stats_record(stats,
                 &(struct stats_sample){.method = "GET",
                                        .name = name,
                                        .elapsed_ns = NS_PER_MS,
                                        .wall_ns = start_ns,
                                        .phases = times});
}

static void steps_are_counted_where_they_were_taken(void **state)
{
    struct stats *stats = stats_new(NULL, start_ns);
    struct phases phases;

    (void)state;
    add(stats, "/a", &(struct phase_times){true, 10, 20, 0, 30, 5});
    add(stats, "/a", &(struct phase_times){false, 0, 0, 0, 50, 0}); /* kept */
    add(stats, "/a", &(struct phase_times){true, 7, 0, 0, -1, 0});  /* refused */
    add(stats, "/a", NULL);                                         /* not over HTTP */
    add(stats, "/b", &(struct phase_times){true, 1, 2, 3, 100, 4});

    CHECK(stats_phases(stats, "GET", "/a", &phases));
    CHECK_EQ(phases.steps[PHASE_DNS].count, 2);
    CHECK_EQ(phases.steps[PHASE_DNS].sum_ns, 17);
    CHECK_EQ(phases.steps[PHASE_CONNECT].count, 1);
    CHECK_EQ(phases.steps[PHASE_TLS].count, 0);
    CHECK_EQ(phases.steps[PHASE_FIRST_BYTE].count, 2);
    CHECK_EQ(phases.steps[PHASE_FIRST_BYTE].sum_ns, 80);
    CHECK_EQ(phases.steps[PHASE_FIRST_BYTE].max_ns, 50);
    CHECK_EQ(phases.steps[PHASE_DOWNLOAD].count, 2);
    CHECK_EQ(phases.steps[PHASE_DOWNLOAD].max_ns, 5);

    phases_fini(&phases);
    CHECK(stats_phases(stats, NULL, NULL, &phases)); /* all */
    CHECK_EQ(phases.steps[PHASE_DNS].count, 3);
    CHECK_EQ(phases.steps[PHASE_TLS].sum_ns, 3);
    CHECK_EQ(phases.steps[PHASE_FIRST_BYTE].max_ns, 100);
    CHECK_EQ(phases.steps[PHASE_FIRST_BYTE].count, 3);
    phases_fini(&phases);
    CHECK(!stats_phases(stats, "GET", "/c", &phases));

    stats_reset(stats, start_ns);
    CHECK(stats_phases(stats, "GET", "/a", &phases));
    CHECK_EQ(phases.steps[PHASE_FIRST_BYTE].count, 0);
    CHECK_EQ(phases.steps[PHASE_FIRST_BYTE].max_ns, 0);
    phases_fini(&phases);
    stats_free(stats);
}

static void merging_adds_up(void **state)
{
    struct stats *ours = stats_new(NULL, start_ns), *others = stats_new(NULL, start_ns);
    struct phases phases;

    (void)state;
    add(ours, "/a", &(struct phase_times){true, 1, 2, 3, 4, 5});
    add(others, "/a", &(struct phase_times){true, 10, 20, 30, 40, 50});
    stats_merge(ours, others);
    CHECK(stats_phases(ours, "GET", "/a", &phases));
    CHECK_EQ(phases.steps[PHASE_CONNECT].sum_ns, 22);
    CHECK_EQ(phases.steps[PHASE_DOWNLOAD].count, 2);
    CHECK_EQ(phases.steps[PHASE_DOWNLOAD].max_ns, 50);
    phases_fini(&phases);
    stats_free(ours);
    stats_free(others);
}

static int64_t percentile(const struct phases *phases, double fraction)
{
    return phase_percentile_ns(&phases->steps[PHASE_DOWNLOAD], fraction);
}

static void medians(void **state)
{
    static const int64_t us = 1000, ms = 1000000;
    struct phases phases = {0};
    struct phase_times times = {.first_byte_ns = 1};

    (void)state;
    CHECK_ROW("of nothing");
    CHECK_EQ(percentile(&phases, 0.5), 0);
    CHECK_ROW("every slot is as near as promised");
    for (int64_t at = 1; at < 60000 * ms; at += at / 7 + 1) {
        times.download_ns = at;
        phases_reset(&phases);
        phases_record(&phases, &times);
        CHECK(percentile(&phases, 0.5) <= at);
        CHECK_NEAR((double)percentile(&phases, 0.5), (double)at, (double)at / 16 + 1000);
        CHECK(phase_index(at) < PHASE_SLOTS);
        CHECK(phase_index(at) <= phase_index(at + at / 7 + 1));
    }
    CHECK_ROW("of 1 to 1,000 ms");
    phases_reset(&phases);
    for (int i = 1; i <= 1000; i++) {
        times.download_ns = i * ms;
        phases_record(&phases, &times);
    }
    CHECK_NEAR((double)percentile(&phases, 0.5) / (double)ms, 500, 5);
    CHECK_NEAR((double)percentile(&phases, 0.95) / (double)ms, 950, 10);
    CHECK_EQ(percentile(&phases, 1), 1000 * ms);
    CHECK_ROW("of what is out of range");
    phases_reset(&phases);
    times.download_ns = INT64_MAX;
    phases_record(&phases, &times);
    CHECK_EQ(phases.steps[PHASE_DOWNLOAD].max_ns, INT64_MAX);
    CHECK(percentile(&phases, 0.5) > 60000 * ms);
    CHECK_EQ(phase_index(-5), 0);
    CHECK_EQ(phase_index(999), 0);
    CHECK_EQ(phase_index(31 * us), 31);
    CHECK_EQ(phase_index(32 * us), 32);
    CHECK_EQ(phase_index(34 * us), 33);
    phases_fini(&phases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_counted_where_they_were_taken),
        cmocka_unit_test(merging_adds_up),
        cmocka_unit_test(medians),
    };

    return cmocka_run_group_tests_name("phases", tests, NULL, NULL);
}
