/* SPDX-License-Identifier: MIT */
/* console.c - statistics, percentiles and failures. Widths are those of Locust's stats.py. */
#include "report/console.h"

#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/memory.h"
#include "report/figures.h"
#include "report/text_table.h"

enum {
    TYPE_WIDTH = 8,
    NAME_WIDTH_MAX = 80,
    OTHER_COLUMNS = 80, /* of the terminal, left to what is not the name */
    NAME_SAVED = 4,     /* the statistics table has compacter columns */
    LINES_MAX = 512 * 1024 * 1024,
};

static int name_width(FILE *stream)
{
    struct winsize size;

    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return NAME_WIDTH_MAX;
    }
    int width = (int)size.ws_col - OTHER_COLUMNS;

    return width < 0 ? 0 : width > NAME_WIDTH_MAX ? NAME_WIDTH_MAX : width;
}

static enum figure_kind figures_of(const struct console_options *options)
{
    return options->compat ? FIGURES_LOCUST : FIGURES_EXACT;
}

/* ---- Statistics ------------------------------------------------------------------------------ */

struct stats_table {
    struct buf lines;
    const struct entry *total;
    int name_width;
    bool current;
    enum figure_kind kind;
};

static void stats_line(struct stats_table *table)
{
    static const size_t widths[] = {7, 13, 7, 7, 7, 7, 8, 11};

    table_dashes(&table->lines, TYPE_WIDTH);
    buf_putc(&table->lines, '|');
    table_dashes(&table->lines, table->name_width > 0 ? (size_t)table->name_width : 0);
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        buf_putc(&table->lines, '|');
        table_dashes(&table->lines, widths[i]);
    }
    buf_putc(&table->lines, '\n');
}

/* On a terminal of under 84 columns the width is negative, which pads to its amount in Python. */
static void stats_names(struct stats_table *table, const char *type, const char *name)
{
    table_cell(&table->lines, type, TYPE_WIDTH);
    buf_putc(&table->lines, ' ');
    table_cell(&table->lines, name, (size_t)abs(table->name_width));
}

static void stats_times(struct stats_table *table, const struct entry *entry)
{
    struct buf *out = &table->lines;
    double average = entry_average_ms(entry), min = entry_min_ms(entry), max = entry_max_ms(entry);
    double median = figure_median_ms(entry, table->kind);
    bool known = entry_timed(entry) > 0;
    char text[4][FIGURE_TEXT_SIZE];

    if (table->kind == FIGURES_LOCUST) {
        /* %d of a float: cut off. */
        buf_printf(out,
                   "%7.0f %7.0f %7.0f%7.0f",
                   (double)(int64_t)average,
                   (double)(int64_t)min,
                   (double)(int64_t)max,
                   (double)(int64_t)median);
        return;
    }
    buf_printf(out,
               "%7s %7s %7s%7s",
               figure_text(text[0], average, known),
               figure_text(text[1], min, known),
               figure_text(text[2], max, known),
               figure_text(text[3], median, known));
}

static void stats_row(struct stats_table *table, const struct entry *entry)
{
    struct buf *out = &table->lines;
    char *type = mem_printf("%s%s", entry->method, *entry->method ? " " : "");
    char fails[64];

    snprintf(fails,
             sizeof(fails),
             "%llu(%.2f%%)",
             (unsigned long long)entry->num_failures,
             entry_fail_ratio(entry) * 100);
    stats_names(table, type, entry->name);
    buf_printf(out, " %7llu %12s |", (unsigned long long)entry->num_requests, fails);
    stats_times(table, entry);
    buf_printf(out,
               " | %7.2f %11.2f\n",
               table->current ? entry_current_rps(entry, table->total)
                              : entry_total_rps(entry, table->total),
               table->current ? entry_current_fail_per_sec(entry, table->total)
                              : entry_total_fail_per_sec(entry, table->total));
    free(type);
}

void console_print_stats(FILE *stream, const struct snapshot *snapshot, bool current,
                         const struct console_options *options)
{
    struct stats_table table = {
        .total = stats_total(snapshot->stats),
        .name_width = name_width(stream) - TYPE_WIDTH + NAME_SAVED,
        .current = current,
        .kind = figures_of(options),
    };
    const struct entry *const *rows = stats_sorted(snapshot->stats);

    buf_init(&table.lines, LINES_MAX);
    stats_names(&table, "Type", "Name");
    buf_printf(&table.lines,
               " %7s %12s |%7s %7s %7s%7s | %7s %11s\n",
               "# reqs",
               "# fails",
               "Avg",
               "Min",
               "Max",
               "Med",
               "req/s",
               "failures/s");
    stats_line(&table);
    for (size_t i = 0; i < stats_count(snapshot->stats); i++) {
        stats_row(&table, rows[i]);
    }
    stats_line(&table);
    stats_row(&table, table.total);
    buf_putc(&table.lines, '\n');
    table_print(stream, &table.lines);
    buf_fini(&table.lines);
}

/* ---- Percentiles ----------------------------------------------------------------------------- */

struct percentile_table {
    struct buf lines;
    size_t name_width;
    enum figure_kind kind;
    bool intended;
};

static uint64_t samples(const struct percentile_table *table, const struct entry *entry)
{
    if (!table->intended) {
        return entry_timed(entry);
    }
    return entry->intended ? entry->intended->count : 0;
}

static void percentile_line(struct percentile_table *table)
{
    table_dashes(&table->lines, TYPE_WIDTH);
    buf_putc(&table->lines, '|');
    table_dashes(&table->lines, table->name_width);
    buf_putc(&table->lines, '|');
    table_dashes(&table->lines, 8);
    for (size_t i = 0; i < FIGURE_PERCENTILES; i++) {
        buf_putc(&table->lines, '|');
        table_dashes(&table->lines, 6);
    }
    buf_putc(&table->lines, '\n');
}

static void percentile_names(struct percentile_table *table, const char *type, const char *name)
{
    table_cell(&table->lines, type, TYPE_WIDTH);
    buf_putc(&table->lines, ' ');
    table_cell(&table->lines, name, table->name_width);
}

static void percentile_row(struct percentile_table *table, const struct entry *entry)
{
    if (samples(table, entry) == 0) {
        return;
    }
    percentile_names(table, entry->method, entry->name);
    for (size_t i = 0; i < FIGURE_PERCENTILES; i++) {
        double fraction = figure_percentiles[i].fraction;
        double ms = table->intended ? figure_hist_percentile_ms(entry->intended, fraction)
                                    : figure_percentile_ms(entry, fraction, table->kind);
        char text[FIGURE_TEXT_SIZE];

        figure_text(text, ms, table->kind == FIGURES_EXACT);
        buf_printf(&table->lines, " %*s", i == 0 ? 8 : 6, text);
    }
    uint64_t count = table->intended ? entry->intended->count : entry->num_requests;

    buf_printf(&table->lines, " %6llu\n", (unsigned long long)count);
}

static void print_percentiles(FILE *stream, struct percentile_table *table, const char *title,
                              struct stats *stats)
{
    const struct entry *const *rows = stats_sorted(stats);

    buf_init(&table->lines, LINES_MAX);
    buf_printf(&table->lines, "%s\n", title);
    percentile_names(table, "Type", "Name");
    for (size_t i = 0; i < FIGURE_PERCENTILES; i++) {
        buf_printf(&table->lines, " %*s", i == 0 ? 8 : 6, figure_percentiles[i].label);
    }
    buf_printf(&table->lines, " %6s\n", "# reqs");
    percentile_line(table);
    for (size_t i = 0; i < stats_count(stats); i++) {
        percentile_row(table, rows[i]);
    }
    percentile_line(table);
    percentile_row(table, stats_total(stats));
    buf_putc(&table->lines, '\n');
    table_print(stream, &table->lines);
    buf_fini(&table->lines);
}

void console_print_percentiles(FILE *stream, const struct snapshot *snapshot,
                               const struct console_options *options)
{
    struct percentile_table table = {
        .name_width = (size_t)name_width(stream),
        .kind = figures_of(options),
    };

    print_percentiles(stream, &table, "Response time percentiles (approximated)", snapshot->stats);
    table.intended = true;
    if (!options->compat && samples(&table, stats_total(snapshot->stats)) > 0) {
        print_percentiles(stream,
                          &table,
                          "Response time percentiles from the intended start (approximated)",
                          snapshot->stats);
    }
}

/* ---- Failures -------------------------------------------------------------------------------- */

static int earlier(const void *a, const void *b)
{
    const struct failure *const *x = a, *const *y = b;

    if ((*x)->first_seen_ns != (*y)->first_seen_ns) {
        return (*x)->first_seen_ns < (*y)->first_seen_ns ? -1 : 1;
    }
    int order = strcmp((*x)->name, (*y)->name);

    order = order ? order : strcmp((*x)->method, (*y)->method);
    return order ? order : strcmp((*x)->text, (*y)->text);
}

static void errors_line(struct buf *out, int names)
{
    table_dashes(out, 18);
    buf_putc(out, '|');
    table_dashes(out, (size_t)(80 + names - 19));
    buf_putc(out, '\n');
}

void console_print_errors(FILE *stream, const struct snapshot *snapshot)
{
    struct failures *failures = stats_failures(snapshot->stats);
    size_t count = failures_count(failures);
    int names = name_width(stream);
    struct buf lines, text;

    if (count == 0) {
        return;
    }
    const struct failure **rows = mem_array(count, sizeof(struct failure *));

    memcpy(rows, failures_sorted(failures), count * sizeof(struct failure *));
    qsort(rows, count, sizeof(*rows), earlier);
    buf_init(&lines, LINES_MAX);
    buf_init(&text, LINES_MAX);
    buf_printf(&lines, "Error report\n%-18s %-100s\n", "# occurrences", "Error");
    errors_line(&lines, names);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&text);
        failure_display(&text, rows[i]);
        buf_printf(&lines, "%-18llu ", (unsigned long long)rows[i]->occurrences);
        table_cell(&lines, buf_text(&text), 100);
        buf_putc(&lines, '\n');
    }
    errors_line(&lines, names);
    buf_putc(&lines, '\n');
    table_print(stream, &lines);
    buf_fini(&lines);
    buf_fini(&text);
    free(rows);
}

void console_print_summary(FILE *stream, const struct snapshot *snapshot,
                           const struct console_options *options)
{
    console_print_stats(stream, snapshot, false, options);
    console_print_percentiles(stream, snapshot, options);
    console_print_errors(stream, snapshot);
    if (!options->compat) {
        console_print_exceptions(stream, snapshot);
        console_print_health(stream, snapshot);
    }
}
