/* SPDX-License-Identifier: MIT */
/*
 * figures.h - the numbers all outputs show for a row, so that they can't disagree.
 *
 * Exact figures come from the histogram of microseconds and lie within [min, max]. As Locust
 * computes them they come from its rounded response times, so that 100% may pass the maximum and
 * the median differ from 50%. A row merged from workers that send rounded times only has no other
 * source; then the rounded figures are clamped to [min, max].
 */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/entry.h"

struct figure_percentile {
    double fraction;
    const char *label; /* "99.9%" */
};

enum { FIGURE_PERCENTILES = 11 };
extern const struct figure_percentile figure_percentiles[FIGURE_PERCENTILES];

enum figure_kind { FIGURES_EXACT, FIGURES_LOCUST };

double figure_percentile_ms(const struct entry *entry, double fraction, enum figure_kind kind);
double figure_median_ms(const struct entry *entry, enum figure_kind kind);

/* A histogram's percentile in milliseconds. */
double figure_hist_percentile_ms(const struct hist *hist, double fraction);

/* For a reader's eye: one decimal below 10 ms, whole milliseconds above; "0" when there is none. */
enum { FIGURE_TEXT_SIZE = 32 };
char *figure_text(char text[FIGURE_TEXT_SIZE], double ms, bool known);

#endif
