/* SPDX-License-Identifier: MIT */
/* html_lanes.c - lines, areas, grids and words of a lane. Missing seconds are gaps. */
#include "report/html_lanes.h"

#include <math.h>

#include "base/ensure.h"

/* What was counted in a second stands in its middle. */
static const double half = 0.5;

/* ---- Lines and areas ---- */

size_t lane_stretch_end(const struct drawing *drawing, size_t from, lane_value_fn *value)
{
    while (from < drawing->count && !isnan(value(&drawing->rows[from]))) {
        from++;
    }
    return from;
}

static void point(const struct drawing *drawing, char command, size_t i, lane_value_fn *value,
                  const struct axis *axis)
{
    const struct history_row *row = &drawing->rows[i];

    buf_printf(drawing->out,
               "%c%.1f %.1f",
               command,
               timeline_x(drawing, (double)row->second + half),
               axis_y(axis, value(row)));
}

void lane_line(const struct drawing *drawing, const char *class, lane_value_fn *value,
               const struct axis *axis)
{
    buf_printf(drawing->out, "<path class=\"line %s\" d=\"", class);
    for (size_t from = 0, end; from < drawing->count; from = end + 1) {
        end = lane_stretch_end(drawing, from, value);
        for (size_t i = from; i < end; i++) {
            point(drawing, i == from ? 'M' : 'L', i, value, axis);
        }
        if (end == from + 1) { /* a second by itself is a dot */
            buf_puts(drawing->out, "h.1");
        }
    }
    buf_puts(drawing->out, "\"/>\n");
}

/* Between two lines; lower NULL: down to the foot of the lane. */
void lane_area(const struct drawing *drawing, const char *class, lane_value_fn *upper,
               lane_value_fn *lower, const struct axis *axis)
{
    struct buf *out = drawing->out;

    buf_printf(out, "<path class=\"area %s\" d=\"", class);
    for (size_t from = 0, end; from < drawing->count; from = end + 1) {
        end = lane_stretch_end(drawing, from, upper);
        for (size_t i = from; i < end; i++) {
            point(drawing, i == from ? 'M' : 'L', i, upper, axis);
        }
        for (size_t i = end; lower && i-- > from;) {
            point(drawing, 'L', i, lower, axis);
        }
        if (!lower && end > from) {
            double foot = axis->top + axis->height;

            buf_printf(out,
                       "L%.1f %.1fL%.1f %.1f",
                       timeline_x(drawing, (double)drawing->rows[end - 1].second + half),
                       foot,
                       timeline_x(drawing, (double)drawing->rows[from].second + half),
                       foot);
        }
        if (end > from) {
            buf_putc(out, 'Z');
        }
    }
    buf_puts(out, "\"/>\n");
}

double lane_highest(const struct drawing *drawing, lane_value_fn *value)
{
    double high = 0;

    for (size_t i = 0; i < drawing->count; i++) {
        double at = value(&drawing->rows[i]);

        high = at > high ? at : high;
    }
    return high;
}

double lane_lowest(const struct drawing *drawing, lane_value_fn *value)
{
    double low = INFINITY;

    for (size_t i = 0; i < drawing->count; i++) {
        double at = value(&drawing->rows[i]);

        low = at < low ? at : low;
    }
    return low;
}

/* ---- Words and numbers beside the lines ---- */

void lane_grid(const struct drawing *drawing, const struct axis *axis, size_t most,
               char *(*tick)(char text[NUMBER_SIZE], double value))
{
    double ticks[AXIS_TICKS];
    size_t count = axis_ticks(axis, most, ticks);
    char text[NUMBER_SIZE];

    for (size_t i = 0; i < count; i++) {
        double y = axis_y(axis, ticks[i]);

        buf_printf(drawing->out,
                   "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
                   "text-anchor=\"end\">%s</text>\n",
                   LEFT,
                   y,
                   RIGHT,
                   LEFT - 8,
                   y + 4,
                   tick(text, ticks[i]));
    }
    buf_printf(drawing->out,
               "<path class=\"base\" d=\"M%d %.1fH%d\"/>\n",
               LEFT,
               axis->top + axis->height,
               RIGHT);
}

void lane_title(const struct drawing *drawing, const struct axis *axis, const char *title)
{
    buf_printf(drawing->out,
               "<text class=\"title\" x=\"%d\" y=\"%.1f\">%s</text>\n",
               LEFT + 8,
               axis->top + 10,
               title);
}

void lane_value(const struct drawing *drawing, double y, const char *text, const char *unit)
{
    buf_printf(drawing->out,
               "<text class=\"value\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s%s%s</text>\n",
               WIDTH - 14,
               y,
               text,
               *unit ? "\xc2\xa0" : "",
               unit);
}
