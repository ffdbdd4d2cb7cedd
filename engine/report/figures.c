/* SPDX-License-Identifier: MIT */
#include "report/figures.h"

#include <stdio.h>

const struct figure_percentile figure_percentiles[FIGURE_PERCENTILES] = {
    {0.50, "50%"},
    {0.66, "66%"},
    {0.75, "75%"},
    {0.80, "80%"},
    {0.90, "90%"},
    {0.95, "95%"},
    {0.98, "98%"},
    {0.99, "99%"},
    {0.999, "99.9%"},
    {0.9999, "99.99%"},
    {1.0, "100%"},
};

static double clamp(const struct entry *entry, double ms)
{
    double min = entry_min_ms(entry), max = entry_max_ms(entry);

    return ms < min ? min : ms > max ? max : ms;
}

static bool exact(const struct entry *entry)
{
    return entry->hist.count > 0 && entry->hist.count == entry_timed(entry);
}

double figure_hist_percentile_ms(const struct hist *hist, double fraction)
{
    return (double)hist_percentile_ns(hist, fraction) / 1e6;
}

double figure_percentile_ms(const struct entry *entry, double fraction, enum figure_kind kind)
{
    if (kind == FIGURES_LOCUST) {
        return entry_percentile_ms(entry, fraction);
    }
    return exact(entry) ? figure_hist_percentile_ms(&entry->hist, fraction)
                        : clamp(entry, entry_percentile_ms(entry, fraction));
}

double figure_median_ms(const struct entry *entry, enum figure_kind kind)
{
    return kind == FIGURES_LOCUST ? entry_median_ms(entry) : figure_percentile_ms(entry, 0.5, kind);
}

char *figure_text(char text[FIGURE_TEXT_SIZE], double ms, bool known)
{
    /* 9.95 and up would show as 10.0. */
    snprintf(text, FIGURE_TEXT_SIZE, "%.*f", known && ms < 9.95 ? 1 : 0, ms);
    return text;
}
