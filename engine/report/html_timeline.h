/* SPDX-License-Identifier: MIT */
/*
 * html_timeline.h - the drawing of the run over time, as its lanes (html_timeline.c) and what
 * stands across all of them (html_marks.c) share it. SVG units.
 */
#ifndef REPORT_HTML_TIMELINE_H
#define REPORT_HTML_TIMELINE_H

#include "report/html_private.h"

enum {
    WIDTH = 1032,
    LEFT = 62,
    RIGHT = 908, /* values of the lines stand beyond */
    RAIL = 26,
    GAP = 16,
};

struct drawing {
    const struct html *html;
    struct buf *out;
    const struct history_row *rows;
    size_t count;
    int64_t first, last; /* seconds */
    double bottom;
};

double timeline_x(const struct drawing *drawing, double second);

void timeline_hatch(const struct drawing *drawing);     /* where the generator was overloaded */
void timeline_events(const struct drawing *drawing);    /* what changed */
void timeline_time_axis(const struct drawing *drawing); /* at the foot */

#endif
