/* SPDX-License-Identifier: MIT */
/*
 * csv_rows.h - rows of statistics, failures and exceptions, for the files of --csv and for
 * downloads from the web interface.
 */
#ifndef REPORT_CSV_ROWS_H
#define REPORT_CSV_ROWS_H

#include <stdint.h>

#include "base/buf.h"
#include "report/figures.h"
#include "stats/stats.h"

/* Each ends with NULL. */
extern const char *const csv_stats_columns[];
extern const char *const csv_history_columns[];
extern const char *const csv_failures_columns[];
extern const char *const csv_exceptions_columns[];

void csv_columns(struct buf *rows, const char *const *columns);

/* All rows, without columns. */
void csv_stats_rows(struct buf *rows, struct stats *stats, enum figure_kind kind);
void csv_failures_rows(struct buf *rows, const struct stats *stats);
void csv_exceptions_rows(struct buf *rows, const struct stats *stats);

/* The time columns of a row: median to average size. */
void csv_times(struct buf *rows, const struct entry *entry, enum figure_kind kind);

void csv_not_available(struct buf *rows); /* in place of percentiles */

#endif
