/* SPDX-License-Identifier: MIT */
/* html_health.c - the generator's own curves: CPU and how late its loops ran. */
#include <math.h>
#include <stdio.h>

#include "report/html_lanes.h"

enum { CPU_HEIGHT = 84, LAG_HEIGHT = 48 };

static const double cpu_limit = 90, lag_limit_ms = 50;

static double hottest_of(const struct history_row *row)
{
    return (double)row->health.cpu_max;
}

static double median_of(const struct history_row *row)
{
    return (double)row->health.cpu_median;
}

static double coolest_of(const struct history_row *row)
{
    return (double)row->health.cpu_min;
}

static double lag_of(const struct history_row *row)
{
    return (double)row->health.lag_p99_ms;
}

static char *percent_tick(char text[NUMBER_SIZE], double value)
{
    snprintf(text, NUMBER_SIZE, "%.0f\xc2\xa0%%", value);
    return text;
}

static void limit_line(const struct drawing *drawing, const struct axis *axis, double limit)
{
    if (limit <= axis->high) {
        buf_printf(drawing->out,
                   "<path class=\"event bad\" d=\"M%d %.1fH%d\"/>\n",
                   LEFT,
                   axis_y(axis, limit),
                   RIGHT);
    }
}

static double cpu_lane(const struct drawing *drawing, double top)
{
    double high = lane_highest(drawing, hottest_of);
    struct axis axis = {.top = top, .height = CPU_HEIGHT, .high = high > 100 ? high * 1.1 : 118};
    char text[NUMBER_SIZE];

    lane_grid(drawing, &axis, 3, percent_tick);
    lane_area(drawing, "users", hottest_of, coolest_of, &axis);
    lane_line(drawing, "coolest", coolest_of, &axis);
    lane_line(drawing, "users", median_of, &axis);
    lane_line(drawing, "hottest", hottest_of, &axis);
    limit_line(drawing, &axis, cpu_limit);
    lane_title(drawing,
               &axis,
               drawing->html->snapshot->distributed ? "CPU: hottest, median, coolest" : "CPU");
    snprintf(text, sizeof(text), "%.0f\xc2\xa0%%", high);
    lane_value(drawing, top + 12, text, "");
    return top + axis.height + GAP;
}

static double lag_lane(const struct drawing *drawing, double top)
{
    double high = lane_highest(drawing, lag_of);
    struct axis axis = {.top = top, .height = LAG_HEIGHT, .high = high < 4 ? 4 : high * 1.1};
    char text[NUMBER_SIZE];
    const char *unit;

    lane_grid(drawing, &axis, 2, number_latency_tick);
    lane_area(drawing, "users", lag_of, NULL, &axis);
    lane_line(drawing, "users", lag_of, &axis);
    limit_line(drawing, &axis, lag_limit_ms);
    lane_title(drawing, &axis, "Loop lag p99");
    number_latency(text, high, &unit);
    lane_value(drawing, top + 12, text, unit);
    return top + axis.height;
}

void html_health(const struct html *html)
{
    struct drawing drawing = {
        .html = html,
        .out = html->out,
        .rows = html->rows,
        .count = html->row_count,
    };

    if (html->row_count < 2) {
        return;
    }
    drawing.first = html->rows[0].second;
    drawing.last = html->rows[html->row_count - 1].second + 1;
    if (isinf(lane_lowest(&drawing, hottest_of))) {
        return;
    }
    bool lag = !isinf(lane_lowest(&drawing, lag_of));

    drawing.bottom = RAIL + CPU_HEIGHT + (lag ? GAP + LAG_HEIGHT : 0);
    buf_printf(html->out,
               "<div class=\"timeline health\"><svg viewBox=\"0 0 %d %.0f\" role=\"img\" "
               "aria-label=\"CPU and loop lag of the generator over the run\">\n"
               "<text x=\"%d\" y=\"16\" text-anchor=\"end\">at most</text>\n",
               WIDTH,
               drawing.bottom + 28,
               WIDTH - 14);
    double top = cpu_lane(&drawing, RAIL);

    if (lag) {
        lag_lane(&drawing, top);
    }
    timeline_hatch(&drawing);
    timeline_time_axis(&drawing);
    buf_puts(html->out, "</svg></div>");
}
