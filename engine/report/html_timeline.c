/* SPDX-License-Identifier: MIT */
/*
 * html_timeline.c - the run over time: lanes of requests, failures, response times and users on one
 * axis, with what changed as lines through all of them. Missing seconds are gaps; stretches in
 * which the generator was overloaded are hatched, those in which the test was paused are grey.
 */
#include <math.h>
#include <stdio.h>

#include "base/ensure.h"
#include "report/html_axis.h"
#include "report/html_lanes.h"
#include "report/number.h"

static double rate_of(const struct history_row *row)
{
    return (double)row->rps;
}

static double fails_of(const struct history_row *row)
{
    return row->fails > 0 ? (double)row->fails : NAN;
}

static double p50_of(const struct history_row *row)
{
    return (double)row->p50;
}

static double p95_of(const struct history_row *row)
{
    return (double)row->p95;
}

static double p99_of(const struct history_row *row)
{
    return (double)row->p99;
}

static double users_of(const struct history_row *row)
{
    return row->users;
}

static double wanted_of(const struct history_row *row)
{
    return row->target;
}

/* ---- Lanes ---- */

/* A second's failures stand from where it begins to where the next one does. */
static void steps(const struct drawing *drawing, bool filled, const struct axis *axis)
{
    struct buf *out = drawing->out;
    double foot = axis->top + axis->height;

    buf_printf(out, "<path class=\"%s fail\" d=\"", filled ? "area" : "line");
    for (size_t from = 0, end; from < drawing->count; from = end + 1) {
        end = lane_stretch_end(drawing, from, fails_of);
        for (size_t i = from; i < end; i++) {
            int64_t second = drawing->rows[i].second;
            int64_t next = i + 1 < drawing->count ? drawing->rows[i + 1].second : second + 1;

            if (i == from) {
                buf_printf(out, "M%.1f %.1f", timeline_x(drawing, (double)second), foot);
            }
            buf_printf(out,
                       "V%.1fH%.1f",
                       axis_y(axis, (double)drawing->rows[i].fails),
                       timeline_x(drawing, (double)next));
        }
        if (end > from) {
            buf_printf(out, "V%.1f%s", foot, filled ? "Z" : "");
        }
    }
    buf_puts(out, "\"/>\n");
}

static double rate_lane(const struct drawing *drawing, double top)
{
    struct axis axis = {.top = top, .height = 84, .high = lane_highest(drawing, rate_of) * 1.08};
    char text[NUMBER_SIZE];

    axis.high = axis.high > 0 ? axis.high : 1;
    lane_grid(drawing, &axis, 3, number_tick);
    lane_area(drawing, "rate", rate_of, NULL, &axis);
    lane_line(drawing, "rate", rate_of, &axis);
    lane_title(drawing, &axis, "Requests per second");
    lane_value(drawing,
               top + 12,
               number_rate(text, entry_total_rps(drawing->html->total, drawing->html->total)),
               "");
    return top + axis.height + GAP;
}

static double fail_lane(const struct drawing *drawing, double top)
{
    double high = lane_highest(drawing, fails_of);
    struct axis axis = {.top = top, .height = high > 0 ? 40 : 20, .high = high < 10 ? 10 : high};
    char text[NUMBER_SIZE];
    const struct entry *total = drawing->html->total;

    lane_grid(drawing, &axis, high > 0 ? 1 : 0, number_tick);
    if (high > 0) {
        steps(drawing, true, &axis);
        steps(drawing, false, &axis);
    }
    lane_title(drawing, &axis, total->num_failures > 0 ? "Failures per second" : "No failures");
    if (total->num_failures > 0) {
        lane_value(
            drawing, top + 12, number_rate(text, entry_total_fail_per_sec(total, total)), "");
    }
    return top + axis.height + GAP;
}

/* Labels beside their lines, kept apart: the highest first. */
static void latency_labels(const struct drawing *drawing, const struct axis *axis)
{
    static const struct {
        const char *name;
        double fraction;
    } lines[] = {{"p99", 0.99}, {"p95", 0.95}, {"p50", 0.50}};
    double last = axis->top - 100;

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        double ms = entry_exact_percentile_ms(drawing->html->total, lines[i].fraction);
        double room = (double)(ARRAY_LEN(lines) - 1 - i) * 15, foot = axis->top + axis->height;
        double y = axis_y(axis, ms);
        char text[NUMBER_SIZE];
        const char *unit;

        y = y < last + 15 ? last + 15 : y;
        y = y > foot - room ? foot - room : y;
        last = y;
        number_latency(text, ms, &unit);
        buf_printf(drawing->out,
                   "<path class=\"line %s\" d=\"M%d %.1fh10\"/><text class=\"label\" x=\"%d\" "
                   "y=\"%.1f\">%s</text>",
                   lines[i].name,
                   RIGHT + 8,
                   y,
                   RIGHT + 22,
                   y + 4,
                   lines[i].name);
        lane_value(drawing, y + 4, text, unit);
    }
}

static double latency_lane(const struct drawing *drawing, double top)
{
    double low = lane_lowest(drawing, p50_of), high = lane_highest(drawing, p99_of);
    struct axis axis = {.top = top, .height = 124, .high = high > 0 ? high * 1.1 : 1};

    if (high > 4 * low && low > 0) {
        axis.log = true;
        axis.low = low * 0.7;
        axis.high = high * 1.4;
    }
    lane_grid(drawing, &axis, 4, number_latency_tick);
    lane_area(drawing, "high", p99_of, p95_of, &axis);
    lane_area(drawing, "low", p95_of, p50_of, &axis);
    lane_line(drawing, "p99", p99_of, &axis);
    lane_line(drawing, "p95", p95_of, &axis);
    lane_line(drawing, "p50", p50_of, &axis);
    lane_title(drawing, &axis, "Response time");
    if (entry_timed(drawing->html->total) > 0) {
        latency_labels(drawing, &axis);
    }
    return top + axis.height + GAP;
}

static double users_lane(const struct drawing *drawing, double top)
{
    double wanted = lane_highest(drawing, wanted_of), high = lane_highest(drawing, users_of);
    struct axis axis = {.top = top, .height = 44, .high = (wanted > high ? wanted : high) * 1.1};
    char text[NUMBER_SIZE];

    axis.high = axis.high > 0 ? axis.high : 1;
    lane_grid(drawing, &axis, 2, number_tick);
    lane_area(drawing, "users", users_of, NULL, &axis);
    lane_line(drawing, "wanted", wanted_of, &axis);
    lane_line(drawing, "users", users_of, &axis);
    lane_title(drawing, &axis, "Users");
    lane_value(drawing, top + 12, number_count(text, drawing->html->users), "");
    return top + axis.height;
}

/* ---- The whole ---- */

static void draw(const struct html *html)
{
    struct drawing drawing = {
        .html = html,
        .out = html->out,
        .rows = html->rows,
        .count = html->row_count,
        .first = html->rows[0].second,
        .last = html->rows[html->row_count - 1].second + 1,
    };
    bool failed = lane_highest(&drawing, fails_of) > 0;

    drawing.bottom = RAIL + 84 + GAP + (failed ? 40 : 20) + GAP + 124 + GAP + 44;
    buf_printf(html->out,
               "<div class=\"card timeline\"><svg viewBox=\"0 0 %d %.0f\" role=\"img\" "
               "aria-label=\"Requests, failures, response times and users over the run\">\n<defs>"
               "<linearGradient id=\"rate\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop offset=\"0\" "
               "class=\"stop0\"/><stop offset=\"1\" class=\"stop1\"/></linearGradient><pattern "
               "id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
               "patternTransform=\"rotate(45)\"><path class=\"hatched\" d=\"M0 0v7\"/></pattern>"
               "</defs>\n<text x=\"%d\" y=\"16\" text-anchor=\"end\">whole run</text>\n",
               WIDTH,
               drawing.bottom + 28,
               WIDTH - 14);
    double top = rate_lane(&drawing, RAIL);

    top = fail_lane(&drawing, top);
    top = latency_lane(&drawing, top);
    users_lane(&drawing, top);
    timeline_hatch(&drawing);
    timeline_events(&drawing);
    timeline_time_axis(&drawing);
    buf_puts(html->out, "</svg></div>\n");
}

void html_timeline(const struct html *html)
{
    struct buf *out = html->out;

    html_section(out, "Timeline", NULL);
    if (html->row_count >= 2) {
        draw(html);
    } else {
        buf_puts(out,
                 "<div class=\"card none\"><b>No timeline</b>The run was shorter than two "
                 "seconds.</div>\n");
    }
    html_end(out);
}
