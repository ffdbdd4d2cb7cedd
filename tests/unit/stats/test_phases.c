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
    CHECK_EQ(phases.dns.count, 2);
    CHECK_EQ(phases.dns.sum_ns, 17);
    CHECK_EQ(phases.connect.count, 1);
    CHECK_EQ(phases.tls.count, 0);
    CHECK_EQ(phases.first_byte.count, 2);
    CHECK_EQ(phases.first_byte.sum_ns, 80);
    CHECK_EQ(phases.first_byte.max_ns, 50);
    CHECK_EQ(phases.download.count, 2);
    CHECK_EQ(phases.download.max_ns, 5);

    CHECK(stats_phases(stats, NULL, NULL, &phases)); /* all */
    CHECK_EQ(phases.dns.count, 3);
    CHECK_EQ(phases.tls.sum_ns, 3);
    CHECK_EQ(phases.first_byte.max_ns, 100);
    CHECK_EQ(phases.first_byte.count, 3);
    CHECK(!stats_phases(stats, "GET", "/c", &phases));

    stats_reset(stats, start_ns);
    CHECK(stats_phases(stats, "GET", "/a", &phases));
    CHECK_EQ(phases.first_byte.count, 0);
    CHECK_EQ(phases.first_byte.max_ns, 0);
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
    CHECK_EQ(phases.connect.sum_ns, 22);
    CHECK_EQ(phases.download.count, 2);
    CHECK_EQ(phases.download.max_ns, 50);
    stats_free(ours);
    stats_free(others);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_counted_where_they_were_taken),
        cmocka_unit_test(merging_adds_up),
    };

    return cmocka_run_group_tests_name("phases", tests, NULL, NULL);
}
