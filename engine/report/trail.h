/* SPDX-License-Identifier: MIT */
/*
 * trail.h - what a row of statistics counted lately: copies of its exact histogram, put away at
 * each step, and the difference between now and the copy that is one window old.
 *
 * A copy takes what the histogram does, some 5 to 10 KB. There are at most two of them for a window
 * of 0, which reaches back to the step before, and TRAIL_MARKS for longer ones, so that the
 * window's length is met to within a sixth and the time between two steps.
 */
#ifndef REPORT_TRAIL_H
#define REPORT_TRAIL_H

#include <stddef.h>
#include <stdint.h>

#include "stats/entry.h"

enum { TRAIL_MARKS = 8 };

struct trail_mark {
    int64_t now_ns;
    uint64_t requests, failures;
    struct hist hist;
};

struct trail {
    /* private */
    struct trail_mark marks[TRAIL_MARKS];
    size_t stored; /* ever; mark i sits at i % capacity */
    size_t capacity;
    int64_t start_ns;
};

struct trail_view {
    int64_t since_ns; /* 0: since the row began */
    uint64_t requests, failures;
    struct hist hist; /* lend an initialised one; overwritten */
};

void trail_fini(struct trail *trail); /* a zeroed trail is empty */

/* What came within the window before now; wall clock. The window is the same at each call. Puts a
 * mark down for later steps. Statistics that were reset meanwhile begin anew. */
void trail_step(struct trail *trail, const struct entry *entry, int64_t now_ns, int64_t window_ns,
                struct trail_view *view);

#endif
