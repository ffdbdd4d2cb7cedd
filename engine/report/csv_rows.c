/* SPDX-License-Identifier: MIT */
/* csv_rows.c - the order of columns and what is in them, as in Locust's StatsCSV. */
#include "report/csv_rows.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "report/csv_file.h"

#define PERCENTILES                                                                                \
    "50%", "66%", "75%", "80%", "90%", "95%", "98%", "99%", "99.9%", "99.99%", "100%"

const char *const csv_stats_columns[] = {
    "Type",
    "Name",
    "Request Count",
    "Failure Count",
    "Median Response Time",
    "Average Response Time",
    "Min Response Time",
    "Max Response Time",
    "Average Content Size",
    "Requests/s",
    "Failures/s",
    PERCENTILES,
    NULL,
};

const char *const csv_history_columns[] = {
    "Timestamp",
    "User Count",
    "Type",
    "Name",
    "Requests/s",
    "Failures/s",
    PERCENTILES,
    "Total Request Count",
    "Total Failure Count",
    "Total Median Response Time",
    "Total Average Response Time",
    "Total Min Response Time",
    "Total Max Response Time",
    "Total Average Content Size",
    NULL,
};

const char *const csv_failures_columns[] = {
    "Method",
    "Name",
    "Error",
    "Occurrences",
    "First Seen",
    "Last Seen",
    NULL,
};

const char *const csv_exceptions_columns[] = {"Count", "Message", "Traceback", "Nodes", NULL};

void csv_columns(struct buf *rows, const char *const *columns)
{
    while (*columns) {
        csv_text(rows, *columns++);
    }
    csv_end(rows);
}

/* ---- Statistics ------------------------------------------------------------------------------ */

/* A float in Locust, but for the integer it starts with. */
static void csv_time(struct buf *rows, double ms)
{
    if (ms > 0) {
        csv_float(rows, ms);
    } else {
        csv_count(rows, 0);
    }
}

/* An integer in Locust unless it is the minimum or maximum. */
static void csv_locust_median(struct buf *rows, const struct entry *entry)
{
    int64_t key_ms = buckets_median_ms(&entry->buckets, entry_timed(entry));
    double median = entry_median_ms(entry);

    if (median == (double)key_ms) {
        csv_count(rows, (uint64_t)key_ms);
    } else {
        csv_time(rows, median);
    }
}

void csv_times(struct buf *rows, const struct entry *entry, enum figure_kind kind)
{
    if (kind == FIGURES_LOCUST) {
        csv_locust_median(rows, entry);
    } else {
        csv_number(rows, figure_median_ms(entry, kind));
    }
    csv_float(rows, entry_average_ms(entry));
    csv_time(rows, entry_min_ms(entry));
    csv_time(rows, entry_max_ms(entry));
    if (entry->num_requests > 0) {
        csv_float(rows, entry_average_bytes(entry));
    } else {
        csv_count(rows, 0);
    }
}

void csv_not_available(struct buf *rows)
{
    for (size_t i = 0; i < FIGURE_PERCENTILES; i++) {
        csv_text(rows, "N/A");
    }
}

static void percentiles(struct buf *rows, const struct entry *entry, enum figure_kind kind)
{
    uint64_t count = kind == FIGURES_LOCUST ? entry->num_requests : entry_timed(entry);

    if (count == 0) {
        csv_not_available(rows);
        return;
    }
    for (size_t i = 0; i < FIGURE_PERCENTILES; i++) {
        csv_number(rows, figure_percentile_ms(entry, figure_percentiles[i].fraction, kind));
    }
}

static void stats_row(struct buf *rows, const struct entry *entry, const struct entry *total,
                      enum figure_kind kind)
{
    csv_text(rows, entry->method);
    csv_text(rows, entry->name);
    csv_count(rows, entry->num_requests);
    csv_count(rows, entry->num_failures);
    csv_times(rows, entry, kind);
    csv_float(rows, entry_total_rps(entry, total));
    csv_float(rows, entry_total_fail_per_sec(entry, total));
    percentiles(rows, entry, kind);
    csv_end(rows);
}

void csv_stats_rows(struct buf *rows, struct stats *stats, enum figure_kind kind)
{
    const struct entry *const *sorted = stats_sorted(stats);
    const struct entry *total = stats_total(stats);

    for (size_t i = 0; i < stats_count(stats); i++) {
        stats_row(rows, sorted[i], total, kind);
    }
    stats_row(rows, total, total, kind);
}

/* ---- Failures and exceptions ----------------------------------------------------------------- */

static void csv_moment(struct buf *rows, int64_t wall_ns)
{
    char text[32] = "";
    time_t seconds = (time_t)(wall_ns / NS_PER_S);
    struct tm utc;

    if (wall_ns > 0 && gmtime_r(&seconds, &utc)) {
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    csv_text(rows, text);
}

void csv_failures_rows(struct buf *rows, const struct stats *stats)
{
    struct failures *failures = stats_failures(stats);
    const struct failure *const *sorted = failures_sorted(failures);

    for (size_t i = 0; i < failures_count(failures); i++) {
        csv_text(rows, sorted[i]->method);
        csv_text(rows, sorted[i]->name);
        csv_text(rows, sorted[i]->text);
        csv_count(rows, sorted[i]->occurrences);
        csv_moment(rows, sorted[i]->first_seen_ns);
        csv_moment(rows, sorted[i]->last_seen_ns);
        csv_end(rows);
    }
}

void csv_exceptions_rows(struct buf *rows, const struct stats *stats)
{
    const struct exception *exception;
    void *position = NULL;

    while ((exception = exceptions_next(stats_exceptions(stats), &position))) {
        struct buf nodes;

        buf_init(&nodes, 64 * 1024 * 1024);
        for (size_t i = 0; i < exception->node_count; i++) {
            buf_printf(&nodes, "%s%s", i > 0 ? ", " : "", exception->nodes[i]);
        }
        csv_count(rows, exception->count);
        csv_text(rows, exception->message);
        csv_text(rows, exception->traceback);
        csv_text(rows, buf_text(&nodes));
        csv_end(rows);
        buf_fini(&nodes);
    }
}
