/* SPDX-License-Identifier: MIT */
/* html_requests.c - the rows of the statistics: counts and percentiles, and how the response times
 * of each were spread. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "report/html_private.h"
#include "report/number.h"

enum { NAME_SHOWN = 200, COLUMNS = 12 };

/* ---- Order ---- */

/* What fails comes first, then by how much there was of it. */
static int compare(const void *a, const void *b)
{
    const struct entry *first = *(const struct entry *const *)a;
    const struct entry *second = *(const struct entry *const *)b;
    bool first_fails = verdict_name_fails(first->num_requests, first->num_failures);
    bool second_fails = verdict_name_fails(second->num_requests, second->num_failures);

    if (first_fails != second_fails) {
        return second_fails - first_fails;
    }
    if (first->num_requests != second->num_requests) {
        return first->num_requests < second->num_requests ? 1 : -1;
    }
    int order = strcmp(first->name, second->name);

    return order ? order : strcmp(first->method, second->method);
}

/* The total, then all rows. Freed by the caller. */
static const struct entry **in_order(const struct html *html, size_t *count)
{
    size_t rows = stats_count(html->snapshot->stats);
    const struct entry **list = mem_array(rows + 1, sizeof(const struct entry *));

    list[0] = html->total;
    if (rows > 0) {
        memcpy(list + 1, stats_sorted(html->snapshot->stats), rows * sizeof(const struct entry *));
        qsort(list + 1, rows, sizeof(const struct entry *), compare);
    }
    *count = rows + 1;
    return list;
}

/* ---- The table of requests ---- */

static const struct html_column columns[] = {
    {"Method", NULL, false},
    {"Name", NULL, false},
    {"Requests", NULL, true},
    {"Failures", NULL, true},
    {"Failing", "%", true},
    {"Req/s", NULL, true},
    {"p50", NULL, true},
    {"p75", NULL, true},
    {"p90", NULL, true},
    {"p95", NULL, true},
    {"p99", NULL, true},
    {"p99.9", NULL, true},
    {"Max", NULL, true},
};

typedef char row_texts[COLUMNS][NUMBER_SIZE];

static const double percentiles[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999};

static size_t fill_row(const struct entry *entry, const struct entry *total, row_texts texts)
{
    bool timed = entry_timed(entry) > 0;
    size_t n = 0;

    number_count(texts[n++], entry->num_requests);
    number_count(texts[n++], entry->num_failures);
    number_percent(texts[n++],
                   entry->num_requests + entry->num_failures > 0 ? entry_fail_ratio(entry) : NAN);
    number_rate(texts[n++], entry_total_rps(entry, total));
    for (size_t i = 0; i < ARRAY_LEN(percentiles); i++) {
        number_ms(texts[n++], timed ? entry_exact_percentile_ms(entry, percentiles[i]) : NAN);
    }
    number_ms(texts[n++], timed ? entry_max_ms(entry) : NAN);
    return n;
}

static size_t fill_details(const struct entry *entry, const struct entry *total, row_texts texts)
{
    bool timed = entry_timed(entry) > 0;

    (void)total;
    number_ms(texts[0], timed ? entry_min_ms(entry) : NAN);
    number_ms(texts[1], timed ? entry_average_ms(entry) : NAN);
    number_ms(texts[2], timed ? entry_exact_percentile_ms(entry, 0.9999) : NAN);
    number_size(texts[3], entry_average_bytes(entry));
    number_size(texts[4], (double)entry->total_content_length);
    return 5;
}

typedef size_t fill_fn(const struct entry *entry, const struct entry *total, row_texts texts);

static void measure(const struct entry **list, size_t count, fill_fn *fill, size_t most[COLUMNS])
{
    row_texts texts;

    memset(most, 0, COLUMNS * sizeof(size_t));
    for (size_t i = 0; i < count; i++) {
        size_t cells = fill(list[i], list[0], texts);

        for (size_t k = 0; k < cells; k++) {
            size_t digits = number_fraction(texts[k]);

            most[k] = digits > most[k] ? digits : most[k];
        }
    }
}

static void name_cells(struct buf *out, const struct entry *entry, bool total)
{
    html_cell(out, "verb", total ? "" : entry->method, 20);
    buf_puts(out, "<td class=\"name\" title=\"");
    html_text_cut(out, total ? "" : entry->name, NAME_SHOWN);
    buf_puts(out, "\">");
    html_text_cut(out, total ? "Aggregated" : entry->name, NAME_SHOWN);
    buf_puts(out, "</td>");
}

void html_requests(const struct html *html)
{
    struct buf *out = html->out;
    size_t count, most[COLUMNS];
    const struct entry **list = in_order(html, &count);
    row_texts texts;

    html_section(out, "Requests", "whole run, response times in ms");
    html_table(out, columns, ARRAY_LEN(columns));
    measure(list, count, fill_row, most);
    for (size_t i = 0; i < count; i++) {
        size_t cells = fill_row(list[i], html->total, texts);
        bool fails = list[i]->num_failures > 0 &&
                     (verdict_name_fails(list[i]->num_requests, list[i]->num_failures) || i == 0);

        buf_puts(out, i == 0 ? "<tr class=\"total\">" : "<tr>");
        name_cells(out, list[i], i == 0);
        for (size_t k = 0; k < cells; k++) {
            html_number(out, fails && (k == 1 || k == 2) ? "bad" : NULL, texts[k], most[k]);
        }
        buf_puts(out, "</tr>\n");
    }
    html_table_end(out);
    html_end(out);
    free(list);
}

/* ---- How response times were spread ---- */

/* From 0.1 ms to 10 s, as the page's rows; 12 intervals per decade. */
enum { SPREAD_CELLS = 60, SPREAD_PER_DECADE = 12, SPREAD_WIDTH = 300, SPREAD_HEIGHT = 20 };

static size_t cell_of(double ms)
{
    double cell = log10(ms / 0.1) * SPREAD_PER_DECADE;

    return !(cell > 0) ? 0 : cell >= SPREAD_CELLS ? SPREAD_CELLS - 1 : (size_t)cell;
}

static double count_cells(const struct entry *entry, double cells[SPREAD_CELLS])
{
    double most = 0;
    struct hist_slot slot;
    struct bucket bucket;

    memset(cells, 0, SPREAD_CELLS * sizeof(double));
    if (entry->hist.count == entry_timed(entry)) {
        for (size_t position = 0; hist_next(&entry->hist, &position, &slot);) {
            cells[cell_of((double)(slot.from_ns + slot.to_ns) / 2 / 1e6)] += (double)slot.count;
        }
    } else { /* of workers that send rounded times only */
        for (size_t position = 0; buckets_next(&entry->buckets, &position, &bucket);) {
            cells[cell_of((double)bucket.key_ms)] += (double)bucket.count;
        }
    }
    for (size_t i = 0; i < SPREAD_CELLS; i++) {
        most = cells[i] > most ? cells[i] : most;
    }
    return most;
}

static void spread_grid(struct buf *out, int height)
{
    buf_puts(out, "<path class=\"grid\" d=\"");
    for (int decade = 1; decade < SPREAD_CELLS / SPREAD_PER_DECADE; decade++) {
        buf_printf(
            out, "M%d 0v%d", decade * SPREAD_WIDTH * SPREAD_PER_DECADE / SPREAD_CELLS, height);
    }
    buf_puts(out, "\"/>");
}

/* Rare times must be seen too: heights grow with the root of the count. */
static void spread(struct buf *out, const struct entry *entry)
{
    double cells[SPREAD_CELLS], most = count_cells(entry, cells);
    const double width = (double)SPREAD_WIDTH / SPREAD_CELLS;

    buf_printf(out,
               "<td class=\"spread\"><svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
               "aria-hidden=\"true\">",
               SPREAD_WIDTH,
               SPREAD_HEIGHT);
    spread_grid(out, SPREAD_HEIGHT);
    buf_puts(out, "<path d=\"");
    for (size_t i = 0; i < SPREAD_CELLS && most > 0; i++) {
        if (cells[i] > 0) {
            double height = 1 + (SPREAD_HEIGHT - 2) * sqrt(cells[i] / most);

            buf_printf(out,
                       "M%.0f %dv%.1fh%.1fV%dz",
                       (double)i * width,
                       SPREAD_HEIGHT,
                       -height,
                       width - 0.5,
                       SPREAD_HEIGHT);
        }
    }
    buf_puts(out, "\"/></svg></td>");
}

static void spread_head(struct buf *out)
{
    static const char *const marks[] = {"1 ms", "10 ms", "100 ms", "1 s"};

    buf_puts(
        out,
        "<div class=\"card scroll\"><table><thead><tr><th>Method</th><th>Name</th><th "
        "aria-label=\"Distribution from 0.1 ms to 10 s\"><svg class=\"axis\" viewBox=\"0 0 300 "
        "14\">");
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        buf_printf(out,
                   "<text x=\"%zu\" y=\"11\" text-anchor=\"middle\">%s</text>",
                   (i + 1) * 60,
                   marks[i]);
    }
    buf_puts(out,
             "</svg></th><th class=\"n\">Min</th><th class=\"n\">Average</th><th "
             "class=\"n\">p99.99</th><th class=\"n\">Average size</th><th "
             "class=\"n\">Received</th></tr></thead><tbody>\n");
}

void html_distribution(const struct html *html)
{
    struct buf *out = html->out;
    size_t count, most[COLUMNS];
    const struct entry **list = in_order(html, &count);
    row_texts texts;

    if (entry_timed(html->total) == 0) {
        free(list);
        return;
    }
    html_section(out, "Response times", "how they were spread, in ms on a logarithmic axis");
    spread_head(out);
    measure(list, count, fill_details, most);
    for (size_t i = 0; i < count; i++) {
        size_t cells = fill_details(list[i], html->total, texts);

        buf_puts(out, i == 0 ? "<tr class=\"total\">" : "<tr>");
        name_cells(out, list[i], i == 0);
        spread(out, list[i]);
        for (size_t k = 0; k < cells; k++) {
            html_number(out, NULL, texts[k], k < 3 ? most[k] : 0);
        }
        buf_puts(out, "</tr>\n");
    }
    html_table_end(out);
    html_end(out);
    free(list);
}
