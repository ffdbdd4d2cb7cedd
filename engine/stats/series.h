/* SPDX-License-Identifier: MIT */
/*
 * series.h - requests and failures per wall-clock second, Locust's num_reqs_per_sec.
 *
 * Locust keeps every second of a run for ever. Here the newest SERIES_MAX_SECONDS (36 hours) are
 * kept, in a ring that doubles as a run gets longer; the oldest seconds are dropped beyond that.
 * All series of one table share a budget of seconds: once it is used up they stop growing and keep
 * fewer seconds, never less than SERIES_MIN_SECONDS, which is all that current rates need.
 *
 * Counts saturate at 2^32 - 1 a second. A second older than the ring is not counted.
 */
#ifndef STATS_SERIES_H
#define STATS_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SERIES_MIN_SECONDS = 64,
    SERIES_MAX_SECONDS = 131072,             /* powers of two */
    SERIES_BUDGET_SECONDS = 4 * 1024 * 1024, /* 32 MB: 500 names for 2 hours, 50 for a day */
};

struct series_budget {
    uint64_t left; /* seconds that may still be allocated beyond each series' first 64 */
};

struct series_second {
    int64_t second; /* Unix */
    uint32_t requests, failures;
};

struct series {
    /* private */
    int64_t first, last; /* seconds covered; last < first when empty */
    uint32_t (*ring)[2]; /* requests and failures of second s at s & (capacity - 1) */
    size_t capacity;
    struct series_budget *budget; /* borrowed; NULL: not limited */
};

void series_init(struct series *series, struct series_budget *budget);
void series_fini(struct series *series);  /* gives its part of the budget back */
void series_reset(struct series *series); /* keeps the memory */

void series_add(struct series *series, int64_t second, uint32_t requests, uint32_t failures);
void series_merge(struct series *series, const struct series *other);

/* Zeros for a second that is not covered. */
struct series_second series_get(const struct series *series, int64_t second);

/* Seconds with a request or failure, ascending; start with *position INT64_MIN; false at the end.
 */
bool series_next(const struct series *series, int64_t *position, struct series_second *second);

#endif
