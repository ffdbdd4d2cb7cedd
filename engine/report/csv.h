/* SPDX-License-Identifier: MIT */
/*
 * csv.h - the four files of --csv, with Locust's columns:
 *
 *     PREFIX_stats.csv           a row for each (name, method), the total last; rewritten
 *     PREFIX_stats_history.csv   what was current at each write; appended
 *     PREFIX_failures.csv        rewritten
 *     PREFIX_exceptions.csv      rewritten
 *
 * Rows are by name where Locust's are in no useful order. Rates and percentiles of the history are
 * those of the window, N/A when nothing came in it, and in the total's row too, where Locust's are
 * since the start. Percentiles are exact (see figures.h) and may have decimals, as the other times
 * have in Locust's files.
 *
 * A disk that is full or gone is logged once and does not stop the run.
 */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "runner/snapshot.h"

struct csv; /* opaque */

struct csv_options {
    bool full_history; /* history rows for every name */
    int64_t window_ns; /* the history looks back so far; 0: to the write before */
    bool compat;       /* Locust's numbers, the history's percentiles included: those of the last
                          ten seconds need stats_config.window_names */
};

/* Creates the files with their headers, and the prefix's directories. NULL with a sentence if that
 * is not possible. Owned by the caller. */
struct csv *csv_open(const char *prefix, const struct csv_options *options, struct err *err);

/* To be called once an interval. */
void csv_write(struct csv *csv, const struct snapshot *snapshot);

/* Writes the final rows and frees. False if rows are missing in a file, which was logged. */
bool csv_close(struct csv *csv, const struct snapshot *snapshot);

/* Frees without writing: for a run that never began. NULL is fine. */
void csv_free(struct csv *csv);

#endif
