/* SPDX-License-Identifier: MIT */
/* charts.c - what the page draws: history, histogram, heat map (API.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "base/units.h"
#include "web/web_private.h"

enum { POINTS = 1000, POINTS_MAX = 10000, COLUMNS = 300, LATEST_S = 15 * 60 };

/* ---- Parameters ---- */

/* request=METHOD NAME, or method= and name=; neither: the total. method is cut off in place. */
struct wanted {
    char *method; /* owned; NULL: the total */
    char *name;   /* within method, or owned by the query */
};

static void read_request(struct wanted *wanted, const struct call *call)
{
    const char *request = call_query(call, "request");
    const char *name = call_query(call, "name"), *method = call_query(call, "method");
    char *blank;

    *wanted = (struct wanted){0};
    if (request && *request) {
        wanted->method = mem_strdup(request);
        blank = strchr(wanted->method, ' ');
        if (blank) {
            *blank = '\0';
            wanted->name = blank + 1;
        } else {
            wanted->name = wanted->method + strlen(wanted->method);
        }
    } else if (name) {
        size_t length = strlen(method ? method : "");

        wanted->method = mem_new(length + strlen(name) + 2);
        memcpy(wanted->method, method ? method : "", length + 1);
        wanted->name = wanted->method + length + 1;
        memcpy(wanted->name, name, strlen(name) + 1);
    }
    if (wanted->name && ((!*wanted->method && strcmp(wanted->name, STATS_TOTAL_NAME) == 0) ||
                         (!*wanted->name && strcmp(wanted->method, STATS_TOTAL_NAME) == 0))) {
        free(wanted->method);
        *wanted = (struct wanted){0};
    }
}

/* False, answered, if it is there and no number. */
static bool read_number(struct call *call, const char *name, double least, double most,
                        double *number)
{
    const char *text = call_query(call, name);

    if (!text || !*text) {
        return true;
    }
    if (!units_parse_double(text, number) || *number < least || *number > most) {
        call_refuse(call, MHD_HTTP_BAD_REQUEST, name, "this is no number within its limits");
        return false;
    }
    return true;
}

static void answer_unknown(struct call *call)
{
    call_refuse(call, MHD_HTTP_NOT_FOUND, "request", "there is no such request");
}

/* Counted already, though its first second is not yet over. */
static bool is_counted(struct web *web, const struct wanted *wanted)
{
    return wanted->name && stats_find(web_snapshot(web).stats, wanted->method, wanted->name);
}

/* ---- History ---- */

struct column {
    const char *key;
    double (*value)(const struct history_row *row);
    int digits;
};

static double time_of(const struct history_row *row)
{
    return (double)row->second;
}

static double rps_of(const struct history_row *row)
{
    return row->rps;
}

static double fails_of(const struct history_row *row)
{
    return row->fails;
}

static double p50_of(const struct history_row *row)
{
    return row->p50;
}

static double p95_of(const struct history_row *row)
{
    return row->p95;
}

static double p99_of(const struct history_row *row)
{
    return row->p99;
}

static double users_of(const struct history_row *row)
{
    return row->users;
}

static double target_of(const struct history_row *row)
{
    return row->target;
}

static double cpu_max_of(const struct history_row *row)
{
    return row->health.cpu_max;
}

static double cpu_median_of(const struct history_row *row)
{
    return row->health.cpu_median;
}

static double cpu_min_of(const struct history_row *row)
{
    return row->health.cpu_min;
}

static double lag_of(const struct history_row *row)
{
    return row->health.lag_p99_ms;
}

static double workers_of(const struct history_row *row)
{
    return row->health.workers;
}

static const struct column columns[] = {
    {"time", time_of, 0},
    {"rps", rps_of, 2},
    {"fails", fails_of, 2},
    {"p50", p50_of, 3},
    {"p95", p95_of, 3},
    {"p99", p99_of, 3},
    {"users", users_of, 0},
    {"target", target_of, 0},
    {"cpu_max", cpu_max_of, 1},
    {"cpu_median", cpu_median_of, 1},
    {"cpu_min", cpu_min_of, 1},
    {"lag_p99_ms", lag_of, 3},
    {"workers", workers_of, 0},
};

static bool is_overloaded(const struct history_row *row)
{
    return row->overloaded;
}

static bool is_paused(const struct history_row *row)
{
    return row->paused;
}

/* Stretches as whole as rows tell. */
static void write_spans(struct jsonw *w, const char *key, const struct history_row *rows,
                        size_t count, bool (*is)(const struct history_row *row))
{
    jsonw_open(w, key, '[');
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && is(&rows[end]) == is(&rows[i]); end++) {
        }
        if (is(&rows[i])) {
            jsonw_open(w, NULL, '[');
            jsonw_int(w, NULL, rows[i].second);
            jsonw_int(w, NULL, rows[end - 1].second + 1);
            jsonw_close(w, ']');
        }
    }
    jsonw_close(w, ']');
}

static void write_history(struct jsonw *w, const char *key, const struct history_row *rows,
                          size_t count)
{
    jsonw_open(w, key, '{');
    if (count > 0) {
        jsonw_int(w, "from", rows[0].second);
        jsonw_int(w, "to", rows[count - 1].second);
        jsonw_short(
            w,
            "step",
            count > 1 ? (double)(rows[count - 1].second - rows[0].second) / (double)(count - 1) : 1,
            3);
    } else {
        jsonw_null(w, "from");
        jsonw_null(w, "to");
        jsonw_int(w, "step", 1);
    }
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        jsonw_open(w, columns[i].key, '[');
        for (size_t k = 0; k < count; k++) {
            jsonw_short(w, NULL, columns[i].value(&rows[k]), columns[i].digits);
        }
        jsonw_close(w, ']');
    }
    write_spans(w, "overloaded", rows, count, is_overloaded);
    write_spans(w, "paused", rows, count, is_paused);
    jsonw_close(w, '}');
}

void charts_write_latest(struct web *web, struct jsonw *w, const char *key, size_t points)
{
    size_t count = 0;

    web_follow(web);
    const struct history *history = watch_history(web->watch, NULL, NULL);
    struct history_row *rows =
        history ? history_select(history, clock_wall_ns() / NS_PER_S - LATEST_S, points, &count)
                : NULL;

    write_history(w, key, rows, rows ? count : 0);
    free(rows);
}

void charts_history(struct web *web, struct call *call)
{
    double since = 0, points = POINTS;
    struct wanted wanted;
    struct buf out;
    struct jsonw w;
    size_t count;

    if (!read_number(call, "since", -1e12, 1e12, &since) ||
        !read_number(call, "points", 4, POINTS_MAX, &points)) {
        return;
    }
    web_follow(web);
    read_request(&wanted, call);
    const struct history *history = watch_history(web->watch, wanted.method, wanted.name);

    if (history || is_counted(web, &wanted)) {
        struct history_row *rows =
            history ? history_select(history, (int64_t)ceil(since), (size_t)points, &count) : NULL;

        buf_init(&out, WEB_ANSWER_MAX);
        jsonw_init(&w, &out);
        write_history(&w, NULL, rows, rows ? count : 0);
        free(rows);
        web_answer_json(call, MHD_HTTP_OK, &out);
    } else {
        answer_unknown(call);
    }
    free(wanted.method);
}

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
    struct wanted wanted;
    struct hist whole;
    struct buf out;
    struct jsonw w;

    web_follow(web);
    read_request(&wanted, call);
    const struct entry *entry = wanted.name ? stats_find(snapshot.stats, wanted.method, wanted.name)
                                            : stats_total(snapshot.stats);
    const struct hist *current = watch_current_times(web->watch, wanted.method, wanted.name);

    free(wanted.method);
    if (!entry) {
        answer_unknown(call);
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
    struct wanted wanted;
    struct buf out;
    struct jsonw w;
    size_t count = 0;
    int64_t column_s = 1;

    if (!read_number(call, "from", -1e12, 1e12, &from) ||
        !read_number(call, "to", -1e12, 1e12, &to) ||
        !read_number(call, "cols", 1, POINTS_MAX, &wide)) {
        return;
    }
    web_follow(web);
    read_request(&wanted, call);
    const struct heat *heat = watch_heat(web->watch, wanted.method, wanted.name);
    bool known = heat || is_counted(web, &wanted);

    free(wanted.method);
    if (!known) {
        answer_unknown(call);
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
    struct wanted wanted;
    struct phases phases;
    struct buf out;
    struct jsonw w;

    read_request(&wanted, call);
    bool known = stats_phases(web_snapshot(web).stats, wanted.method, wanted.name, &phases);

    free(wanted.method);
    if (!known) {
        answer_unknown(call);
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
