/* SPDX-License-Identifier: MIT */
/*
 * html_lanes.h - what the lanes of the timeline and of the generator's health are made of.
 */
#ifndef REPORT_HTML_LANES_H
#define REPORT_HTML_LANES_H

#include "report/html_axis.h"
#include "report/html_timeline.h"
#include "report/number.h"

/* NaN: not known, a gap. */
typedef double lane_value_fn(const struct history_row *row);

/* The end of the stretch of known values that begins there. */
size_t lane_stretch_end(const struct drawing *drawing, size_t from, lane_value_fn *value);

double lane_highest(const struct drawing *drawing, lane_value_fn *value); /* 0 at least */
double lane_lowest(const struct drawing *drawing, lane_value_fn *value);  /* INFINITY: none */

void lane_line(const struct drawing *drawing, const char *class, lane_value_fn *value,
               const struct axis *axis);
/* Between two lines; lower NULL: down to the foot of the lane. */
void lane_area(const struct drawing *drawing, const char *class, lane_value_fn *upper,
               lane_value_fn *lower, const struct axis *axis);

void lane_grid(const struct drawing *drawing, const struct axis *axis, size_t most,
               char *(*tick)(char text[NUMBER_SIZE], double value));
void lane_title(const struct drawing *drawing, const struct axis *axis, const char *title);
void lane_value(const struct drawing *drawing, double y, const char *text, const char *unit);

#endif
