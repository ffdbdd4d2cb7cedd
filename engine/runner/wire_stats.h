/* SPDX-License-Identifier: MIT */
/*
 * wire_stats.h - the statistics as a worker reports them.
 */
#ifndef RUNNER_WIRE_STATS_H
#define RUNNER_WIRE_STATS_H

#include "base/arena.h"
#include "proto/message_stats.h"
#include "stats/stats.h"

/* What the master can read; all false: Locust's keys alone. */
struct wire_wants {
    bool hdr;    /* exact histograms */
    bool detail; /* moments, phases */
};

/*
 * Everything counted since the last reset, in the arena; texts are borrowed from the stats. Rows
 * without a request or failure are left out. User counts and extras are the caller's to fill in.
 */
void wire_stats_fill(struct message_stats *message, struct stats *stats, struct wire_wants wants,
                     struct arena *arena);

#endif
