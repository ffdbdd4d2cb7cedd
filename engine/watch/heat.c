/* SPDX-License-Identifier: MIT */
#include "watch/heat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double lowest_ms = 0.01;

void heat_init(struct heat *heat, size_t capacity, int64_t column_s)
{
    *heat = (struct heat){.capacity = capacity, .column_s = column_s};
}

void heat_fini(struct heat *heat)
{
    free(heat->columns);
    *heat = (struct heat){0};
}

void heat_clear(struct heat *heat)
{
    heat->count = 0;
}

double heat_edge_ms(size_t cell)
{
    return lowest_ms * pow(10, (double)cell / HEAT_PER_DECADE);
}

static size_t cell_of(int64_t time_ns)
{
    double cell = log10((double)time_ns / 1e6 / lowest_ms) * HEAT_PER_DECADE;

    return !(cell > 0) ? 0 : cell >= HEAT_CELLS ? HEAT_CELLS - 1 : (size_t)cell;
}

static void merge(struct heat_column *into, const struct heat_column *from)
{
    for (size_t i = 0; i < HEAT_CELLS; i++) {
        into->counts[i] += from->counts[i];
    }
}

static int64_t begin_of(int64_t second, int64_t column_s)
{
    return second - second % column_s;
}

/* Merges columns that fall together, into out, which may be columns itself. */
static size_t coarsen(const struct heat_column *columns, size_t count, int64_t column_s,
                      struct heat_column *out)
{
    size_t written = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t begin = begin_of(columns[i].second, column_s);

        if (written > 0 && out[written - 1].second == begin) {
            merge(&out[written - 1], &columns[i]);
        } else {
            out[written] = columns[i];
            out[written++].second = begin;
        }
    }
    return written;
}

static struct heat_column *column_at(struct heat *heat, int64_t second)
{
    int64_t begin = begin_of(second, heat->column_s);

    if (heat->count > 0 && heat->columns[heat->count - 1].second >= begin) {
        return &heat->columns[heat->count - 1];
    }
    if (!heat->columns) {
        heat->columns = mem_array(heat->capacity, sizeof(*heat->columns));
    }
    while (heat->count == heat->capacity) {
        heat->column_s *= 2;
        heat->count = coarsen(heat->columns, heat->count, heat->column_s, heat->columns);
        begin = begin_of(second, heat->column_s);
    }
    if (heat->count > 0 && heat->columns[heat->count - 1].second >= begin) {
        return &heat->columns[heat->count - 1];
    }
    struct heat_column *column = &heat->columns[heat->count++];

    *column = (struct heat_column){.second = begin};
    return column;
}

void heat_add(struct heat *heat, int64_t second, const struct hist *hist)
{
    struct heat_column *column = column_at(heat, second);
    struct hist_slot slot;

    for (size_t position = 0; hist_next(hist, &position, &slot);) {
        uint32_t *count = &column->counts[cell_of((slot.from_ns + slot.to_ns) / 2)];
        uint64_t sum = *count + slot.count;

        *count = sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
    }
}

struct heat_column *heat_select(const struct heat *heat, int64_t from, int64_t to, size_t columns,
                                size_t *count, int64_t *column_s)
{
    size_t first = 0, end = heat->count;

    while (first < end && heat->columns[first].second + heat->column_s <= from) {
        first++;
    }
    while (end > first && heat->columns[end - 1].second > to) {
        end--;
    }
    *count = end - first;
    *column_s = heat->column_s;
    if (*count == 0) {
        return NULL;
    }
    struct heat_column *selected = mem_array(*count, sizeof(*selected));

    memcpy(selected, heat->columns + first, *count * sizeof(*selected));
    while (columns > 0 && *count > columns) {
        *column_s *= 2;
        *count = coarsen(selected, *count, *column_s, selected);
    }
    return selected;
}
