/* SPDX-License-Identifier: MIT */
/*
 * entry.h - the statistics of one (method, name), or of all requests together.
 *
 * Durations are nanoseconds, points in time wall-clock nanoseconds since the Unix epoch, as the
 * wire and the reports need them. Derived numbers follow Locust's formulas (wire specification,
 * 5.6) and its units: milliseconds and requests per second. Functions that take a total use that
 * entry's times, as Locust does, so that the rates of all rows refer to the same span.
 *
 * Memory: 2.5 KB, the histogram's chunks (about 5 to 10 KB), 8 bytes a second for the series
 * (bounded, see series.h), 6 KB for the phases of
 * requests on kept connections (15 KB where all are taken) and, if asked for, some 20 KB for the
 * window.
 */
#ifndef STATS_ENTRY_H
#define STATS_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "stats/buckets.h"
#include "stats/hist.h"
#include "stats/phases.h"
#include "stats/series.h"
#include "stats/window.h"

struct entry {
    /* Read only for users of the type. A decoder may fill a new entry from a report, field by
     * field, and hand it to entry_merge(). */
    const char *method, *name;  /* owned by the entry; "" and "Aggregated" in a total */
    uint64_t num_requests;      /* all, failed ones included */
    uint64_t num_none_requests; /* subset of num_requests: without a response time */
    uint64_t num_failures;
    hist_sum total_response_ns;
    int64_t min_response_ns;       /* -1 if there is none */
    int64_t max_response_ns;       /* 0 if there is none */
    int64_t max_at_ns;             /* wall: when the longest one ended; 0: not known */
    uint64_t total_content_length; /* bytes */
    int64_t start_ns;              /* wall: creation or last reset */
    int64_t last_request_ns;       /* wall: end of the newest request; 0 if there is none */
    struct hist hist;       /* exact times: what came over the wire without them is missing */
    struct hist *intended;  /* from the intended start; NULL until a sample carries one */
    struct buckets buckets; /* Locust's rounded times */
    struct series seconds;
    struct window *window; /* NULL: no current percentiles */
    /* Of a row; nothing in a total, see stats_phases(). Only cicada's workers report them. */
    struct phases phases;
};

/* The request as one entry sees it; stats.h has the full sample. */
struct entry_sample {
    int64_t elapsed_ns;          /* negative: untimed */
    int64_t elapsed_intended_ns; /* 0: nothing was planned */
    int64_t wall_ns;             /* when it ended */
    uint64_t content_length;
    bool failed;
};

/* The budget is borrowed; NULL does not limit the series. */
struct entry *entry_new(const char *method, const char *name, int64_t start_ns, bool windowed,
                        struct series_budget *budget);
void entry_free(struct entry *entry); /* NULL is fine */

void entry_record(struct entry *entry, const struct entry_sample *sample);

/* Zero, as if created at start_ns; method, name and memory stay. */
void entry_reset(struct entry *entry, int64_t start_ns);

/* Adds another report of the same thing (wire specification, 5.5). */
void entry_merge(struct entry *entry, const struct entry *other);

/* -- derived numbers ---------------------------------------------------------------------------*/

uint64_t entry_timed(const struct entry *entry);    /* requests with a response time */
double entry_fail_ratio(const struct entry *entry); /* 0..1; 1 if there are only failures */
double entry_average_ms(const struct entry *entry);
double entry_min_ms(const struct entry *entry); /* 0 if there is none */
double entry_max_ms(const struct entry *entry);
double entry_median_ms(const struct entry *entry); /* clamped to [min, max] */
double entry_average_bytes(const struct entry *entry);

/* Over the whole run. */
double entry_total_rps(const struct entry *entry, const struct entry *total);
double entry_total_fail_per_sec(const struct entry *entry, const struct entry *total);

/* Mean of the up to ten seconds that end two seconds before the total's last request. */
double entry_current_rps(const struct entry *entry, const struct entry *total);
double entry_current_fail_per_sec(const struct entry *entry, const struct entry *total);

/* Locust's percentile from rounded times; fraction in 0..1; may pass the maximum by its rounding.
 */
double entry_percentile_ms(const struct entry *entry, double fraction);

/*
 * From the exact times where all requests have one; from rounded times, clamped to [min, max],
 * where some came over the wire without. Never outside [min, max]; 0 if empty.
 */
double entry_exact_percentile_ms(const struct entry *entry, double fraction);

/* Locust's percentile over about the last ten seconds; false if that is not known (yet). */
bool entry_current_percentile_ms(const struct entry *entry, double fraction, int64_t now_ns,
                                 double *ms);

#endif
