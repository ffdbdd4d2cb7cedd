/* SPDX-License-Identifier: MIT */
/*
 * hist.h - a log-linear histogram of durations: the exact side of the statistics.
 *
 * Times go in and come out as nanoseconds; inside the unit is 1 us. Values below 256 us have a
 * slot each, above that a slot is at most 1/128 (0.8 %) of its value wide, up to one hour. The
 * layout is HdrHistogram's with two significant digits. Longer times count in the top slot and in
 * hist->overflows. Count, minimum, maximum and sum are kept exactly.
 *
 * Memory comes in chunks of 1 KB, allocated when a value first falls into one and kept by
 * hist_reset(); a real endpoint touches 5 to 10 chunks, 26 at most. Counts are 64 bits wide and
 * cannot be reached in practice.
 */
#ifndef STATS_HIST_H
#define STATS_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HIST_CHUNK = 128, /* slots per chunk: one power of two */
    HIST_CHUNKS = 26, /* 1 us .. 2^32 us */
    HIST_SLOTS = HIST_CHUNK * HIST_CHUNKS,
};

#define HIST_MAX_NS INT64_C(3600000000000)

/* A sum of nanoseconds: 64 bits would last 292 years of waiting, a week of 16,000 users. */
__extension__ typedef unsigned __int128 hist_sum;

struct hist {
    /* read only for users of the type */
    uint64_t count;
    uint64_t overflows; /* subset of count: longer than an hour */
    int64_t min_ns;     /* 0 when empty */
    int64_t max_ns;
    hist_sum sum_ns;
    /* private */
    uint64_t *chunks[HIST_CHUNKS];
};

void hist_init(struct hist *hist);
void hist_fini(struct hist *hist); /* a zeroed hist is fine */

/* Negative times count as 0. */
void hist_record(struct hist *hist, int64_t elapsed_ns);
void hist_record_many(struct hist *hist, int64_t elapsed_ns, uint64_t count);

/*
 * The smallest value with at least that fraction (0..1) of the counts at or below it: the middle
 * of its slot, clamped to [min, max]; 0 if empty. Fractions outside 0..1 are clamped.
 */
int64_t hist_percentile_ns(const struct hist *hist, double fraction);

double hist_mean_ns(const struct hist *hist); /* 0 if empty */

/* Exact and independent of the order of merging. */
void hist_merge(struct hist *hist, const struct hist *other);

/*
 * Takes away what an older copy of the same histogram held, which leaves the interval between the
 * two. Minimum and maximum become those of the remaining slots, so within 0.8 %.
 */
void hist_subtract(struct hist *hist, const struct hist *older);

void hist_copy(struct hist *hist, const struct hist *other); /* hist is initialised; overwritten */
void hist_reset(struct hist *hist);                          /* keeps the memory */

/* A non-empty slot: count times in [from_ns, to_ns). */
struct hist_slot {
    int64_t from_ns, to_ns;
    uint64_t count;
};

/* Ascending. Start with *position 0; false at the end. */
bool hist_next(const struct hist *hist, size_t *position, struct hist_slot *slot);

/* The slot a time falls into, 0 .. HIST_SLOTS - 1, and what it covers; for wire and tests. */
size_t hist_index(int64_t elapsed_ns);
int64_t hist_slot_from_ns(size_t index);
int64_t hist_slot_to_ns(size_t index);

#endif
