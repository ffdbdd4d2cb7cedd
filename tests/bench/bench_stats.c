/* SPDX-License-Identifier: MIT */
/*
 * bench_stats.c - what one stats_record() costs.
 * A run is some 400,000 requests a second of log-normal-like times,
 * so that the per-second work of series and windows has its natural share.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "stats/stats.h"
#include "bench.h"

enum { NAMES = 500, TIMES = 4096 };

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static double run_with(size_t names, double failing, bool windows, const struct phase_times *phases,
                       long requests)
{
    static char text[NAMES][48];
    static int64_t times[TIMES];
    uint64_t seed = 88172645463325252u;
    int64_t wall_ns = INT64_C(1700000000) * NS_PER_S;
    struct stats *stats = stats_new(&(struct stats_config){.window_names = windows}, wall_ns);

    for (size_t i = 0; i < names; i++) {
        snprintf(text[i], sizeof(text[i]), "/api/v1/resource/%03zu/items?page=[n]", i);
    }
    for (size_t i = 0; i < TIMES; i++) {
        /* A geometric spread from 1 ms to about 1 s. */
        times[i] = (int64_t)((1 + next(&seed) % 1000 / 1000.0) * (double)(1 << next(&seed) % 10)) *
                   NS_PER_MS;
    }
    int64_t begin_ns = clock_mono_ns();

    for (long i = 0; i < requests; i++) {
        uint64_t random = next(&seed);

        wall_ns += 2500;
        stats_record(stats,
                     &(struct stats_sample){
                         .method = "GET",
                         .name = text[random % names],
                         .failure = (double)(random >> 32) < failing * 4294967296.0
                                        ? "LocustBadStatusCode(code=500)"
                                        : NULL,
                         .elapsed_ns = times[(random >> 20) % TIMES],
                         .wall_ns = wall_ns,
                         .content_length = 1234,
                         .phases = phases,
                     });
    }
    double each_ns = (double)(clock_mono_ns() - begin_ns) / (double)requests;

    if (stats_total(stats)->num_requests != (uint64_t)requests) {
        abort();
    }
    stats_free(stats);
    return each_ns;
}

static double run(size_t names, double failing, bool windows, long requests)
{
    return run_with(names, failing, windows, NULL, requests);
}

static double histogram(long requests)
{
    struct hist hist;
    uint64_t seed = 88172645463325252u;

    hist_init(&hist);
    int64_t begin_ns = clock_mono_ns();

    for (long i = 0; i < requests; i++) {
        hist_record(&hist, (int64_t)(next(&seed) & 0x3ffffff));
    }
    double each_ns = (double)(clock_mono_ns() - begin_ns) / (double)requests;

    hist_fini(&hist);
    return each_ns;
}

static double one_name(long requests)
{
    return run(1, 0, false, requests);
}

static double many_names(long requests)
{
    return run(NAMES, 0, false, requests);
}

static double with_windows(long requests)
{
    return run(NAMES, 0, true, requests);
}

static double all_failing(long requests)
{
    return run(NAMES, 1, false, requests);
}

static double with_phases(long requests)
{
    static const struct phase_times kept = {.first_byte_ns = 900000, .download_ns = 100000};

    return run_with(NAMES, 0, false, &kept, requests);
}

static const struct bench_case cases[] = {
    {"hist_record", histogram, 8000000},
    {"stats_record, 1 name", one_name, 8000000},
    {"stats_record, 500 names", many_names, 8000000},
    {"stats_record, 500 names, windows", with_windows, 8000000},
    {"stats_record, 500 names, all failing", all_failing, 8000000},
    {"stats_record, 500 names, phases", with_phases, 8000000},
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));
}
