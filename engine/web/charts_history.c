/* SPDX-License-Identifier: MIT */
/* charts_history.c - what the page draws over time (API.md). */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "web/chart_request.h"
#include "web/web_private.h"

enum { POINTS = 1000, LATEST_S = 15 * 60 };

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
    struct chart_request wanted;
    struct buf out;
    struct jsonw w;
    size_t count;

    if (!chart_read_number(call, "since", -1e12, 1e12, &since) ||
        !chart_read_number(call, "points", 4, CHART_POINTS_MAX, &points)) {
        return;
    }
    web_follow(web);
    chart_read_request(&wanted, call);
    const struct history *history = watch_history(web->watch, wanted.method, wanted.name);

    if (history || chart_is_counted(web, &wanted)) {
        struct history_row *rows =
            history ? history_select(history, (int64_t)ceil(since), (size_t)points, &count) : NULL;

        buf_init(&out, WEB_ANSWER_MAX);
        jsonw_init(&w, &out);
        write_history(&w, NULL, rows, rows ? count : 0);
        free(rows);
        web_answer_json(call, MHD_HTTP_OK, &out);
    } else {
        chart_answer_unknown(call);
    }
    free(wanted.method);
}
