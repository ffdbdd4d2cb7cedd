/* SPDX-License-Identifier: MIT */
/*
 * html_heat.c - how response times were spread over the time of the run, one map per request. A
 * cell's colour is one of six by (count / full scale)^0.42; neighbours of one colour are one path.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "report/html_axis.h"
#include "report/html_private.h"
#include "report/number.h"

enum { MAPS = 12, MAP_COLUMNS = 96, LEVELS = 6, MAP_WIDTH = 504, MAP_HEIGHT = 132 };
enum { CELLS_LEFT = 48, CELLS_RIGHT = MAP_WIDTH - 12, CELLS_TOP = 6, CELLS_HEIGHT = 104 };

struct map {
    struct heat_column *columns;
    size_t count;
    int64_t column_s;
    size_t low, high; /* cells that hold anything: low to below high */
    double full;
    size_t requests;
};

/* ---- What is in it ---- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* 1, 2 or 5 times a power of ten, at or above. */
static double round_up(double value)
{
    double power = pow(10, floor(log10(value < 1 ? 1 : value)));

    return value <= power       ? power
           : value <= 2 * power ? 2 * power
           : value <= 5 * power ? 5 * power
                                : 10 * power;
}

static void survey(struct map *map)
{
    double *counts = mem_array(map->count * HEAT_CELLS + 1, sizeof(double));
    size_t known = 0;

    map->low = HEAT_CELLS;
    for (size_t i = 0; i < map->count; i++) {
        for (size_t cell = 0; cell < HEAT_CELLS; cell++) {
            uint32_t count = map->columns[i].counts[cell];

            if (count > 0) {
                counts[known++] = count;
                map->requests += count;
                map->low = cell < map->low ? cell : map->low;
                map->high = cell + 1 > map->high ? cell + 1 : map->high;
            }
        }
    }
    qsort(counts, known, sizeof(double), by_value);
    map->full = round_up(known > 0 ? counts[known * 98 / 100] : 1);
    free(counts);
}

static size_t level_of(const struct map *map, size_t column, size_t cell)
{
    double count = map->columns[column].counts[cell];
    double share = pow(count / map->full, 0.42);

    return count == 0 ? 0 : share >= 1 ? LEVELS : 1 + (size_t)(share * LEVELS * 0.999);
}

/* ---- Drawing ---- */

struct frame {
    struct buf *out;
    struct axis axis;
    int64_t from, to; /* seconds */
};

static double frame_x(const struct frame *frame, int64_t second)
{
    double share = (double)(second - frame->from) / (double)(frame->to - frame->from);

    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return CELLS_LEFT + (CELLS_RIGHT - CELLS_LEFT) * share;
}

/* Runs of one level along a row of cells; columns may be missing between two. */
static void level_path(const struct frame *frame, const struct map *map, size_t level)
{
    bool any = false;

    for (size_t cell = map->low; cell < map->high; cell++) {
        double top = axis_y(&frame->axis, heat_edge_ms(cell + 1));
        double height = axis_y(&frame->axis, heat_edge_ms(cell)) - top;

        for (size_t i = 0, end; i < map->count; i = end) {
            end = i + 1;
            if (level_of(map, i, cell) != level) {
                continue;
            }
            while (end < map->count && level_of(map, end, cell) == level &&
                   map->columns[end].second == map->columns[end - 1].second + map->column_s) {
                end++;
            }
            double from = frame_x(frame, map->columns[i].second);
            double to = frame_x(frame, map->columns[end - 1].second + map->column_s);

            if (!any) {
                buf_printf(frame->out, "<path class=\"heat%zu\" d=\"", level);
                any = true;
            }
            buf_printf(
                frame->out, "M%.1f %.1fh%.1fv%.1fh%.1fz", from, top, to - from, height, from - to);
        }
    }
    buf_puts(frame->out, any ? "\"/>" : "");
}

static void axes(const struct frame *frame)
{
    double ticks[AXIS_TICKS];
    size_t count = axis_ticks(&frame->axis, 4, ticks);
    char text[NUMBER_SIZE], from[HTML_TIME_SIZE], to[HTML_TIME_SIZE];

    for (size_t i = 0; i < count; i++) {
        double y = axis_y(&frame->axis, ticks[i]);

        buf_printf(frame->out,
                   "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
                   "text-anchor=\"end\">%s</text>",
                   CELLS_LEFT,
                   y,
                   CELLS_RIGHT,
                   CELLS_LEFT - 6,
                   y + 4,
                   number_latency_tick(text, ticks[i]));
    }
    buf_printf(frame->out,
               "<text x=\"%d\" y=\"%d\">%s</text><text x=\"%d\" y=\"%d\" "
               "text-anchor=\"end\">%s</text>",
               CELLS_LEFT,
               MAP_HEIGHT - 6,
               html_time(from, frame->from * NS_PER_S, "%T"),
               CELLS_RIGHT,
               MAP_HEIGHT - 6,
               html_time(to, frame->to * NS_PER_S, "%T"));
}

static void figure(const struct html *html, const struct entry *entry, struct map *map)
{
    bool total = entry == html->total;
    struct frame frame = {
        .out = html->out,
        .from = html->start_ns / NS_PER_S,
        .to = html->end_ns / NS_PER_S + 1,
    };
    char full[NUMBER_SIZE];

    survey(map);
    if (map->requests == 0) {
        return;
    }
    frame.axis = (struct axis){.top = CELLS_TOP,
                               .height = CELLS_HEIGHT,
                               .log = true,
                               .low = heat_edge_ms(map->low) * 0.8,
                               .high = heat_edge_ms(map->high) * 1.25};
    if (map->columns[0].second < frame.from) {
        frame.from = map->columns[0].second;
    }
    buf_puts(html->out, "<figure class=\"card\"><figcaption><b>");
    html_text_cut(html->out, total ? "All requests" : entry->method, 80);
    buf_puts(html->out, total ? "" : " ");
    html_text_cut(html->out, total ? "" : entry->name, 80);
    buf_printf(html->out,
               "</b> <small>darkest: %s in %lld\xc2\xa0s</small></figcaption><svg viewBox=\"0 0 %d "
               "%d\" role=\"img\" aria-label=\"Response times over the run, as a heat map\">",
               number_count(full, (uint64_t)map->full),
               (long long)map->column_s,
               MAP_WIDTH,
               MAP_HEIGHT);
    axes(&frame);
    for (size_t level = 1; level <= LEVELS; level++) {
        level_path(&frame, map, level);
    }
    buf_puts(html->out, "</svg></figure>\n");
}

/* ---- The section ---- */

static int by_requests(const void *a, const void *b)
{
    const struct entry *x = *(const struct entry *const *)a, *y = *(const struct entry *const *)b;

    return (x->num_requests < y->num_requests) - (x->num_requests > y->num_requests);
}

static void draw(const struct html *html, const struct entry *entry)
{
    bool total = entry == html->total;
    const struct heat *heat =
        watch_heat(html->options->watch, total ? NULL : entry->method, total ? NULL : entry->name);
    struct map map = {0};

    map.columns =
        heat ? heat_select(heat, 0, INT64_MAX / 4, MAP_COLUMNS, &map.count, &map.column_s) : NULL;
    if (map.columns) {
        figure(html, entry, &map);
    }
    free(map.columns);
}

void html_heat_maps(const struct html *html)
{
    if (!html->options->watch || entry_timed(html->total) == 0 || html->row_count < 2) {
        return;
    }
    size_t count = stats_count(html->snapshot->stats);
    const struct entry **list = mem_array(count + 1, sizeof(const struct entry *));

    if (count > 0) {
        memcpy(list, stats_sorted(html->snapshot->stats), count * sizeof(const struct entry *));
        qsort(list, count, sizeof(const struct entry *), by_requests);
    }
    html_section(html->out,
                 "Heat maps",
                 count > MAPS ? "the most frequent requests, response times over the run"
                              : "response times over the run");
    buf_puts(html->out, "<div class=\"maps\">\n");
    draw(html, html->total);
    for (size_t i = 0; i < count && i < MAPS; i++) {
        draw(html, list[i]);
    }
    buf_puts(html->out, "</div>\n");
    html_end(html->out);
    free(list);
}
