/* SPDX-License-Identifier: MIT */
/*
 * stats.h - everything a run counts: a row for each (name, method), the total, the failures and
 * the exceptions of user code.
 *
 * Times are nanoseconds: durations monotonic, points in time wall clock. stats_record() is the hot
 * path: one hash lookup, and no allocation once a row has seen its range of response times.
 *
 * Names are bounded: 1,024 bytes each (cut between characters), methods 64, and max_names rows.
 * Requests under further names count in one row named STATS_OTHER_NAMES, with one warning. The
 * total is counted on its own and stays exact. On the loop thread only.
 */
#ifndef STATS_STATS_H
#define STATS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/entry.h"
#include "stats/exceptions.h"
#include "stats/failure.h"
#include "stats/tasks.h"

#define STATS_TOTAL_NAME "Aggregated"
#define STATS_OTHER_NAMES "(other names)"

enum { STATS_NAMES_MAX = 10000 };

struct stats_config {
    size_t max_names;    /* 0: STATS_NAMES_MAX */
    size_t max_failures; /* 0: FAILURES_MAX */
    bool window_names;   /* current percentiles for each row too (full CSV history), not only for
                            the total: some 20 KB a row */
};

/* One finished request. Texts are borrowed for the call. */
struct stats_sample {
    const char *method;               /* "GET", or another kind of tag; NULL is "" */
    const char *name;                 /* NULL is "" */
    const char *failure;              /* why it failed; NULL: it did not */
    int64_t elapsed_ns;               /* negative: untimed, counted but without a response time */
    int64_t elapsed_intended_ns;      /* since it was meant to start; 0: nothing was planned */
    int64_t wall_ns;                  /* when it ended */
    uint64_t content_length;          /* bytes of the decoded body */
    const struct phase_times *phases; /* NULL: not measured */
};

struct stats; /* opaque */

/* config NULL is the default; start_ns is now, on the wall clock. Owned by the caller. */
struct stats *stats_new(const struct stats_config *config, int64_t start_ns);
void stats_free(struct stats *stats); /* NULL is fine */

/* Returns the failure's row; NULL: it did not fail. */
const struct failure *stats_record(struct stats *stats, const struct stats_sample *sample);

/* Zeroes every row and forgets failures, as --reset-stats and a report by a worker do. Rows stay,
 * so pointers to them do too; exceptions stay, as with Locust. */
void stats_reset(struct stats *stats, int64_t start_ns);

/* A new test: forgets rows, failures and exceptions. */
void stats_clear(struct stats *stats, int64_t start_ns);

/* Adds all rows, the total and the failures of another. */
void stats_merge(struct stats *stats, const struct stats *other);

/* For reports that come in parts over the wire: a row, and the total, which is not recomputed. */
void stats_merge_entry(struct stats *stats, const struct entry *report);
void stats_merge_total(struct stats *stats, const struct entry *report);

/* Rows and tables are owned by the stats; rows live until stats_clear(). */
const struct entry *stats_total(const struct stats *stats);
const struct entry *stats_find(struct stats *stats, const char *method, const char *name);
/* Of one row, or with name NULL of all; false if there is no such row. phases are overwritten, and
 * the caller's to phases_fini(). */
bool stats_phases(struct stats *stats, const char *method, const char *name, struct phases *phases);
size_t stats_count(const struct stats *stats); /* rows, the overflow row included, no total */

/* stats_count() rows sorted by (name, method); borrowed until a new row appears. */
const struct entry *const *stats_sorted(struct stats *stats);

struct failures *stats_failures(const struct stats *stats);
struct exceptions *stats_exceptions(const struct stats *stats);
struct tasks *stats_tasks(const struct stats *stats);

/* Requests that count under STATS_OTHER_NAMES. */
uint64_t stats_folded(const struct stats *stats);

#endif
