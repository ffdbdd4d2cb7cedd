/* SPDX-License-Identifier: MIT */
#include "report/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "report/csv_file.h"
#include "report/csv_rows.h"
#include "report/place.h"
#include "report/trail.h"
#include "stats/table.h"

/* Rows live at their address until the statistics are cleared; a trail notices if another row has
 * taken the place, because that one began later. */
struct named_trail {
    const struct entry *entry; /* key; never followed */
    struct trail trail;
    UT_hash_handle hh;
};

struct csv {
    struct csv_options options;
    struct csv_file stats, history, failures, exceptions;
    struct trail total;
    struct named_trail *names; /* full history only */
    struct hist view;          /* memory lent to each look back */
    uint64_t requests;         /* at the last row of the history */
    bool written;
};

/* ---- Files ----------------------------------------------------------------------------------- */

struct csv *csv_open(const char *prefix, const struct csv_options *options, struct err *err)
{
    struct csv *csv = mem_new(sizeof(*csv));

    csv->options = *options;
    hist_init(&csv->view);
    if (place_make_folders(prefix, err) &&
        csv_file_open(&csv->stats, prefix, "stats", csv_stats_columns, err) &&
        csv_file_open(&csv->history, prefix, "stats_history", csv_history_columns, err) &&
        csv_file_open(&csv->failures, prefix, "failures", csv_failures_columns, err) &&
        csv_file_open(&csv->exceptions, prefix, "exceptions", csv_exceptions_columns, err)) {
        return csv;
    }
    csv_free(csv);
    return NULL;
}

static bool close_files(struct csv *csv)
{
    struct csv_file *files[] = {&csv->stats, &csv->history, &csv->failures, &csv->exceptions};
    bool complete = true;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        complete = csv_file_close(files[i]) && complete;
    }
    return complete;
}

void csv_free(struct csv *csv)
{
    struct named_trail *trail, *after;

    if (!csv) {
        return;
    }
    HASH_ITER(hh, csv->names, trail, after)
    {
        HASH_DEL(csv->names, trail);
        trail_fini(&trail->trail);
        free(trail);
    }
    trail_fini(&csv->total);
    hist_fini(&csv->view);
    close_files(csv);
    free(csv);
}

/* ---- History --------------------------------------------------------------------------------- */

struct moment {
    const struct snapshot *snapshot;
    const struct entry *total;
    double seconds; /* the window, as it turned out */
};

static enum figure_kind figures_of(const struct csv *csv)
{
    return csv->options.compat ? FIGURES_LOCUST : FIGURES_EXACT;
}

static void csv_rate(struct buf *rows, double per_second)
{
    buf_printf(rows, "%.6f,", per_second);
}

static double locust_percentile_ms(const struct csv *csv, const struct entry *entry,
                                   double fraction, int64_t now_ns)
{
    double ms = 0;

    if (csv->options.full_history) {
        entry_current_percentile_ms(entry, fraction, now_ns, &ms);
        return ms;
    }
    return entry_percentile_ms(entry, fraction);
}

static void locust_columns(struct csv *csv, const struct moment *moment, const struct entry *entry)
{
    struct buf *rows = &csv->history.rows;

    csv_rate(rows, entry_current_rps(entry, moment->total));
    csv_rate(rows, entry_current_fail_per_sec(entry, moment->total));
    if (entry->num_requests == 0) {
        csv_not_available(rows);
        return;
    }
    for (size_t i = 0; i < FIGURE_PERCENTILES; i++) {
        csv_number(rows,
                   locust_percentile_ms(
                       csv, entry, figure_percentiles[i].fraction, moment->snapshot->now_ns));
    }
}

/* Rows from workers that send rounded times have no exact ones; Locust's ten seconds stand in. */
static bool window_percentile_ms_of(const struct entry *entry, const struct trail_view *view,
                                    double fraction, int64_t now_ns, double *ms)
{
    if (view->hist.count > 0) {
        *ms = figure_hist_percentile_ms(&view->hist, fraction);
        return true;
    }
    return entry->hist.count == 0 && entry_timed(entry) > 0 &&
           entry_current_percentile_ms(entry, fraction, now_ns, ms);
}

static void window_columns(struct csv *csv, const struct moment *moment, const struct entry *entry,
                           const struct trail_view *view)
{
    struct buf *rows = &csv->history.rows;
    bool any = moment->seconds > 0;

    if (moment->snapshot->distributed) { /* reports come in lumps; their seconds tell the rate */
        csv_rate(rows, entry_current_rps(entry, moment->total));
        csv_rate(rows, entry_current_fail_per_sec(entry, moment->total));
    } else {
        csv_rate(rows, any ? (double)view->requests / moment->seconds : 0);
        csv_rate(rows, any ? (double)view->failures / moment->seconds : 0);
    }
    for (size_t i = 0; i < FIGURE_PERCENTILES; i++) {
        double ms;

        if (window_percentile_ms_of(
                entry, view, figure_percentiles[i].fraction, moment->snapshot->now_ns, &ms)) {
            csv_number(rows, ms);
        } else {
            csv_text(rows, "N/A");
        }
    }
}

static void history_row(struct csv *csv, const struct moment *moment, const struct entry *entry,
                        const struct trail_view *view)
{
    struct buf *rows = &csv->history.rows;

    csv_count(rows, (uint64_t)(moment->snapshot->now_ns / NS_PER_S));
    csv_count(rows, moment->snapshot->users);
    csv_text(rows, entry->method);
    csv_text(rows, entry->name);
    if (csv->options.compat) {
        locust_columns(csv, moment, entry);
    } else {
        window_columns(csv, moment, entry, view);
    }
    csv_count(rows, entry->num_requests);
    csv_count(rows, entry->num_failures);
    csv_times(rows, entry, figures_of(csv));
    csv_end(rows);
}

static struct trail *trail_of(struct csv *csv, const struct entry *entry)
{
    struct named_trail *found;

    HASH_FIND_PTR(csv->names, &entry, found);
    if (!found) {
        found = mem_new(sizeof(*found));
        found->entry = entry;
        HASH_ADD_PTR(csv->names, entry, found);
    }
    return &found->trail;
}

/* Workers report every three seconds, so that a shorter look would mostly see nothing. */
static int64_t window_of(const struct csv *csv, const struct snapshot *snapshot)
{
    static const int64_t least_ns = 10 * NS_PER_S;

    return snapshot->distributed && csv->options.window_ns < least_ns ? least_ns
                                                                      : csv->options.window_ns;
}

static void look_back(struct csv *csv, struct trail *trail, const struct entry *entry,
                      const struct snapshot *snapshot, struct trail_view *view)
{
    view->hist = csv->view;
    if (!csv->options.compat) {
        trail_step(trail, entry, snapshot->now_ns, window_of(csv, snapshot), view);
    }
    csv->view = view->hist;
}

/* The total's trail is stepped first, as all rates refer to its span, and its row comes last. */
static void history_rows(struct csv *csv, const struct snapshot *snapshot)
{
    const struct entry *const *rows = stats_sorted(snapshot->stats);
    size_t count = csv->options.full_history ? stats_count(snapshot->stats) : 0;
    struct moment moment = {.snapshot = snapshot, .total = stats_total(snapshot->stats)};
    struct trail_view total = {0}, view = {0};

    hist_init(&total.hist);
    if (!csv->options.compat) {
        trail_step(&csv->total, moment.total, snapshot->now_ns, window_of(csv, snapshot), &total);
    }
    moment.seconds = seconds_from_ns(snapshot->now_ns -
                                     (total.since_ns ? total.since_ns : moment.total->start_ns));
    for (size_t i = 0; i < count; i++) {
        look_back(csv, trail_of(csv, rows[i]), rows[i], snapshot, &view);
        history_row(csv, &moment, rows[i], &view);
    }
    history_row(csv, &moment, moment.total, &total);
    hist_fini(&total.hist);
    csv->requests = moment.total->num_requests;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void rewrite(struct csv *csv, const struct snapshot *snapshot)
{
    csv_stats_rows(&csv->stats.rows, snapshot->stats, figures_of(csv));
    csv_file_rewrite(&csv->stats);
    csv_failures_rows(&csv->failures.rows, snapshot->stats);
    csv_file_rewrite(&csv->failures);
    csv_exceptions_rows(&csv->exceptions.rows, snapshot->stats);
    csv_file_rewrite(&csv->exceptions);
}

void csv_write(struct csv *csv, const struct snapshot *snapshot)
{
    rewrite(csv, snapshot);
    history_rows(csv, snapshot);
    csv_file_append(&csv->history);
    csv->written = true;
}

bool csv_close(struct csv *csv, const struct snapshot *snapshot)
{
    rewrite(csv, snapshot);
    /* A last row of the history only if there is something to tell. */
    if (!csv->written || csv->requests != stats_total(snapshot->stats)->num_requests) {
        history_rows(csv, snapshot);
        csv_file_append(&csv->history);
    }
    bool complete = close_files(csv);

    csv_free(csv);
    return complete;
}
