/* SPDX-License-Identifier: MIT */
/* charts.c - what the page draws of response times: histogram, heat map, phases (API.md). */
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "web/chart_request.h"
#include "web/web_private.h"

enum { COLUMNS = 300 };

/* ---- Histogram ---- */

static const struct {
    const char *label;
    double fraction;
} percentiles[] = {
    {"50", 0.5},
    {"75", 0.75},
    {"90", 0.9},
    {"95", 0.95},
    {"99", 0.99},
    {"99.9", 0.999},
    {"99.99", 0.9999},
    {"100", 1},
};

static void write_hist(struct jsonw *w, const struct hist *hist)
{
    struct hist_slot slot;

    jsonw_int(w, "count", (int64_t)hist->count);
    jsonw_short(w, "min", (double)hist->min_ns / 1e6, 3);
    jsonw_short(w, "max", (double)hist->max_ns / 1e6, 3);
    jsonw_short(w, "mean", hist_mean_ns(hist) / 1e6, 3);
    jsonw_open(w, "percentiles", '{');
    for (size_t i = 0; i < ARRAY_LEN(percentiles); i++) {
        if (hist->count > 0) {
            jsonw_short(w,
                        percentiles[i].label,
                        (double)hist_percentile_ns(hist, percentiles[i].fraction) / 1e6,
                        3);
        } else {
            jsonw_null(w, percentiles[i].label);
        }
    }
    jsonw_close(w, '}');
    jsonw_open(w, "buckets", '[');
    for (size_t position = 0; hist_next(hist, &position, &slot);) {
        jsonw_open(w, NULL, '[');
        jsonw_short(w, NULL, (double)slot.from_ns / 1e6, 3);
        jsonw_short(w, NULL, (double)slot.to_ns / 1e6, 3);
        jsonw_int(w, NULL, (int64_t)slot.count);
        jsonw_close(w, ']');
    }
    jsonw_close(w, ']');
}

/* Workers that send rounded times leave the exact histogram short. */
static void whole_times(struct hist *hist, const struct entry *entry)
{
    struct bucket bucket;

    hist_init(hist);
    if (entry->hist.count == entry_timed(entry)) {
        hist_copy(hist, &entry->hist);
        return;
    }
    for (size_t position = 0; buckets_next(&entry->buckets, &position, &bucket);) {
        hist_record_many(hist, bucket.key_ms * NS_PER_MS, bucket.count);
    }
}

void charts_histogram(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    struct chart_request wanted;
    struct hist whole;
    struct buf out;
    struct jsonw w;

    web_follow(web);
    chart_read_request(&wanted, call);
    const struct entry *entry = wanted.name ? stats_find(snapshot.stats, wanted.method, wanted.name)
                                            : stats_total(snapshot.stats);
    const struct hist *current = watch_current_times(web->watch, wanted.method, wanted.name);

    free(wanted.method);
    if (!entry) {
        chart_answer_unknown(call);
        return;
    }
    whole_times(&whole, entry);
    buf_init(&out, WEB_ANSWER_MAX);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    write_hist(&w, &whole);
    if (current) {
        jsonw_open(&w, "current", '{');
        write_hist(&w, current);
        jsonw_close(&w, '}');
    } else {
        jsonw_null(&w, "current");
    }
    jsonw_close(&w, '}');
    hist_fini(&whole);
    web_answer_json(call, MHD_HTTP_OK, &out);
}

/* ---- Heat map ---- */

static void write_cells(struct jsonw *w, const struct heat_column *cells, size_t count)
{
    jsonw_open(w, "columns", '[');
    for (size_t i = 0; i < count; i++) {
        jsonw_open(w, NULL, '[');
        for (size_t k = 0; k < HEAT_CELLS; k++) {
            jsonw_int(w, NULL, cells[i].counts[k]);
        }
        jsonw_close(w, ']');
    }
    jsonw_close(w, ']');
}

/* Columns without a response are there too, so that a column's place tells its time. */
static struct heat_column *fill_gaps(struct heat_column *cells, size_t *count, int64_t column_s)
{
    int64_t from = cells[0].second;
    size_t whole = (size_t)((cells[*count - 1].second - from) / column_s) + 1;
    struct heat_column *filled = mem_array(whole, sizeof(*filled));

    for (size_t i = 0; i < whole; i++) {
        filled[i].second = from + (int64_t)i * column_s;
    }
    for (size_t i = 0; i < *count; i++) {
        filled[(cells[i].second - from) / column_s] = cells[i];
    }
    free(cells);
    *count = whole;
    return filled;
}

static void write_heat(struct jsonw *w, const struct heat_column *cells, size_t count,
                       int64_t column_s)
{
    jsonw_open(w, NULL, '{');
    if (cells && count > 0) {
        jsonw_int(w, "from", cells[0].second);
        jsonw_int(w, "to", cells[count - 1].second + column_s);
    } else {
        jsonw_null(w, "from");
        jsonw_null(w, "to");
    }
    jsonw_int(w, "col_s", column_s);
    jsonw_open(w, "edges_ms", '[');
    for (size_t i = 0; i <= HEAT_CELLS; i++) {
        jsonw_short(w, NULL, heat_edge_ms(i), 4);
    }
    jsonw_close(w, ']');
    write_cells(w, cells, count);
    jsonw_close(w, '}');
}

void charts_heatmap(struct web *web, struct call *call)
{
    double from = 0, to = 1e12, wide = COLUMNS;
    struct chart_request wanted;
    struct buf out;
    struct jsonw w;
    size_t count = 0;
    int64_t column_s = 1;

    if (!chart_read_number(call, "from", -1e12, 1e12, &from) ||
        !chart_read_number(call, "to", -1e12, 1e12, &to) ||
        !chart_read_number(call, "cols", 1, CHART_POINTS_MAX, &wide)) {
        return;
    }
    web_follow(web);
    chart_read_request(&wanted, call);
    const struct heat *heat = watch_heat(web->watch, wanted.method, wanted.name);
    bool known = heat || chart_is_counted(web, &wanted);

    free(wanted.method);
    if (!known) {
        chart_answer_unknown(call);
        return;
    }
    struct heat_column *selected =
        heat ? heat_select(heat, (int64_t)from, (int64_t)to, (size_t)wide, &count, &column_s)
             : NULL;

    if (selected) {
        selected = fill_gaps(selected, &count, column_s);
    }
    buf_init(&out, WEB_ANSWER_MAX);
    jsonw_init(&w, &out);
    write_heat(&w, selected, count, column_s);
    free(selected);
    web_answer_json(call, MHD_HTTP_OK, &out);
}

/* ---- Phases ---- */

static void write_phase(struct jsonw *w, const char *key, const struct phase *phase)
{
    if (phase->count == 0) {
        jsonw_null(w, key);
        return;
    }
    jsonw_open(w, key, '{');
    jsonw_short(w, "mean", (double)phase->sum_ns / (double)phase->count / 1e6, 3);
    jsonw_short(w, "median", (double)phase_percentile_ns(phase, 0.5) / 1e6, 3);
    jsonw_short(w, "p95", (double)phase_percentile_ns(phase, 0.95) / 1e6, 3);
    jsonw_short(w, "max", (double)phase->max_ns / 1e6, 3);
    jsonw_int(w, "count", (int64_t)phase->count);
    jsonw_close(w, '}');
}

void charts_phases(struct web *web, struct call *call)
{
    struct chart_request wanted;
    struct phases phases;
    struct buf out;
    struct jsonw w;

    chart_read_request(&wanted, call);
    bool known = stats_phases(web_snapshot(web).stats, wanted.method, wanted.name, &phases);

    free(wanted.method);
    if (!known) {
        chart_answer_unknown(call);
        return;
    }
    buf_init(&out, WEB_ANSWER_MAX);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    write_phase(&w, "dns", &phases.steps[PHASE_DNS]);
    write_phase(&w, "connect", &phases.steps[PHASE_CONNECT]);
    if (phases.steps[PHASE_TLS].count > 0 ||
        phases.steps[PHASE_CONNECT].count == 0) { /* else there is no such step */
        write_phase(&w, "tls", &phases.steps[PHASE_TLS]);
    }
    write_phase(&w, "first_byte", &phases.steps[PHASE_FIRST_BYTE]);
    write_phase(&w, "download", &phases.steps[PHASE_DOWNLOAD]);
    jsonw_close(&w, '}');
    phases_fini(&phases);
    web_answer_json(call, MHD_HTTP_OK, &out);
}
