/* SPDX-License-Identifier: MIT */
/*
 * console.h - the tables on a terminal, laid out as Locust's.
 *
 * The name column follows the width of the stream's terminal at each print: 80 characters when
 * there is none, less on one of under 160 columns. Names are not cut. Numbers are exact (see
 * figures.h), with one decimal below 10 ms; in compatible mode they are byte for byte what Locust
 * prints for the same requests, but for control characters in names, which are escaped.
 *
 * Failing to write is ignored, as with every line of the log.
 */
#ifndef REPORT_CONSOLE_H
#define REPORT_CONSOLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "runner/snapshot.h"

struct console_options {
    bool compat; /* Locust's numbers */
};

/* Rows by (name, method), then the total. current: rates of the last ten seconds or so; else those
 * of the whole run. */
void console_print_stats(FILE *stream, const struct snapshot *snapshot, bool current,
                         const struct console_options *options);

/* A second table follows when requests had an intended start, measured from there; not in
 * compatible mode. */
void console_print_percentiles(FILE *stream, const struct snapshot *snapshot,
                               const struct console_options *options);

/* In the order of their first occurrence; nothing if there are none. */
void console_print_errors(FILE *stream, const struct snapshot *snapshot);

/* What Locust does not show: nothing of these in compatible mode. */

/* Errors of the scenario's own code; nothing if there are none. */
void console_print_exceptions(FILE *stream, const struct snapshot *snapshot);

/* What the load generator itself cost, and whether it was the bottleneck. */
void console_print_health(FILE *stream, const struct snapshot *snapshot);

/* Whether it was the bottleneck, in sentences of a line each; nothing if it was not. */
void console_health_verdict(struct buf *out, const struct snapshot *snapshot);

/* All of the above, as at the end of a run. */
void console_print_summary(FILE *stream, const struct snapshot *snapshot,
                           const struct console_options *options);

#endif
