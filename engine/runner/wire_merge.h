/* SPDX-License-Identifier: MIT */
/*
 * wire_merge.h - a worker's report into the master's statistics (wire specification, 5.5).
 */
#ifndef RUNNER_WIRE_MERGE_H
#define RUNNER_WIRE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "proto/message_stats.h"
#include "stats/stats.h"

struct wire_merge; /* what merging keeps from report to report, so that it allocates little */

struct wire_merge *wire_merge_new(void);
void wire_merge_free(struct wire_merge *merge);

/*
 * node: the worker's id; ahead_ns: so much is its clock before ours, its times are put right by it.
 * Keys of ours that make no sense are left out and the rest counts; false then, and err says what.
 */
bool wire_merge_stats(struct wire_merge *merge, struct stats *stats,
                      const struct message_stats *report, const char *node, int64_t ahead_ns,
                      struct arena *arena, struct err *err);

/*
 * How much a worker's clock is ahead, from when its report says it began (the last one's sending)
 * and when that one and this arrived; 0 as long as a delay would explain it: 2 s ahead, 4 s behind.
 */
int64_t wire_clock_ahead_ns(const struct message_stats *report, int64_t last_arrival_ns,
                            int64_t now_ns);

#endif
