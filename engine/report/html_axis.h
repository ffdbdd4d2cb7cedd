/* SPDX-License-Identifier: MIT */
/*
 * html_axis.h - axes of the drawings: where a value stands, and where to write numbers.
 */
#ifndef REPORT_HTML_AXIS_H
#define REPORT_HTML_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From low at the bottom to high at the top of a lane; SVG units. */
struct axis {
    double top, height;
    double low, high;
    bool log;
};

/* Values beyond the ends stand at them. */
double axis_y(const struct axis *axis, double value);

/* At most so many round values within the axis, above its low end. */
enum { AXIS_TICKS = 6 };
size_t axis_ticks(const struct axis *axis, size_t most, double ticks[AXIS_TICKS]);

/* Seconds between the marks of a time axis, so that there are at most so many. */
int64_t axis_time_step(int64_t span_s, size_t most);

#endif
