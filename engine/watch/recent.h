/* SPDX-License-Identifier: MIT */
/*
 * recent.h - what a row of statistics counted in each of the last seconds, so that any span of them
 * can be looked at: its own histogram, never an average of percentiles.
 *
 * A second takes eight bytes for each slot of the histogram that was hit in it; there are
 * RECENT_SECONDS of them, and one copy of the histogram as it stood (5 to 10 KB).
 */
#ifndef WATCH_RECENT_H
#define WATCH_RECENT_H

#include <stddef.h>
#include <stdint.h>

#include "stats/entry.h"

enum { RECENT_SECONDS = 75 };

struct recent_slot {
    uint32_t index; /* of the histogram */
    uint32_t count;
};

struct recent_second {
    struct recent_slot *slots;
    size_t slot_count, capacity;
    uint64_t requests, failures;
    int64_t from_ns, to_ns; /* wall */
};

struct recent {
    /* private */
    struct recent_second seconds[RECENT_SECONDS]; /* a ring */
    size_t stored;                                /* ever */
    uint64_t requests, failures;                  /* at the last step */
    int64_t last_ns;                              /* wall: of the last step; 0: none yet */
    struct hist before;                           /* as it stood then */
};

/* What came in a span; hist is lent by the caller, initialised, and overwritten. */
struct recent_view {
    uint64_t requests, failures;
    double seconds; /* how long the span is; 0: nothing is known of it */
    struct hist hist;
};

void recent_fini(struct recent *recent); /* zeroed is fine, and empty */

/* Once a second. Statistics that were reset meanwhile begin anew. */
void recent_step(struct recent *recent, const struct entry *entry, int64_t now_ns);

/* So many seconds, of which the newest has so many newer ones after it. */
void recent_look(const struct recent *recent, size_t skip, size_t seconds,
                 struct recent_view *view);

#endif
