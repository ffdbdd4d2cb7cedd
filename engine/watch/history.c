/* SPDX-License-Identifier: MIT */
#include "watch/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void history_init(struct history *history, size_t capacity)
{
    *history = (struct history){.capacity = capacity};
}

void history_fini(struct history *history)
{
    free(history->rows);
    *history = (struct history){0};
}

void history_clear(struct history *history)
{
    history->count = 0;
}

/* The first row of a stretch is better than none. */
static bool stands_out_more(const struct history_row *row, const struct history_row *best)
{
    if (row->fails > 0 && !(best->fails > 0)) {
        return true;
    }
    return !isnan(row->p99) && (isnan(best->p99) || row->p99 > best->p99);
}

/* Two rows of a stretch, ascending; one where both are the same. */
static size_t pick(const struct history_row *rows, size_t count, struct history_row out[2])
{
    size_t lowest = 0, highest = 0;

    for (size_t i = 1; i < count; i++) {
        if (rows[i].rps < rows[lowest].rps) {
            lowest = i;
        }
        if (stands_out_more(&rows[i], &rows[highest])) {
            highest = i;
        }
    }
    if (lowest == highest) { /* nothing stands out, or one row in both ways */
        highest = highest == count - 1 ? 0 : count - 1;
    }
    out[0] = rows[lowest < highest ? lowest : highest];
    out[1] = rows[lowest < highest ? highest : lowest];
    return lowest == highest ? 1 : 2;
}

/* Two of each of so many stretches of equal time, into out, which may be rows itself. */
static size_t thin(const struct history_row *rows, size_t count, size_t stretches,
                   struct history_row *out)
{
    int64_t from = rows[0].second, span = rows[count - 1].second - from + 1;
    size_t written = 0;

    for (size_t start = 0, end; start < count; start = end) {
        int64_t stretch = (rows[start].second - from) * (int64_t)stretches / span;
        struct history_row picked[2];

        end = start + 1;
        while (end < count && (rows[end].second - from) * (int64_t)stretches / span == stretch) {
            end++;
        }
        size_t some = pick(rows + start, end - start, picked);

        memcpy(out + written, picked, some * sizeof(*out));
        written += some;
    }
    return written;
}

static void make_room(struct history *history)
{
    size_t old = history->count - history->count / 4;
    size_t left = thin(history->rows, old, history->capacity / 6, history->rows);

    memmove(
        history->rows + left, history->rows + old, (history->count - old) * sizeof(*history->rows));
    history->count = left + history->count - old;
}

void history_add(struct history *history, const struct history_row *row)
{
    if (history->count > 0 && row->second <= history->rows[history->count - 1].second) {
        return; /* the clock was set back */
    }
    if (!history->rows) {
        history->rows = mem_array(history->capacity, sizeof(*history->rows));
    }
    if (history->count == history->capacity) {
        make_room(history);
    }
    history->rows[history->count++] = *row;
}

const struct history_row *history_rows(const struct history *history, size_t *count)
{
    *count = history->count;
    return history->rows;
}

struct history_row *history_select(const struct history *history, int64_t since, size_t points,
                                   size_t *count)
{
    size_t first = 0, last = history->count;

    while (first < last) { /* the first row from then on */
        size_t middle = first + (last - first) / 2;

        if (history->rows[middle].second < since) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    *count = history->count - first;
    if (*count == 0) {
        return NULL;
    }
    struct history_row *rows = mem_array(*count, sizeof(*rows));

    memcpy(rows, history->rows + first, *count * sizeof(*rows));
    if (points >= 4 && *count > points) {
        struct history_row newest = rows[*count - 1];

        *count = thin(rows, *count - 1, points / 2 - 1, rows);
        rows[(*count)++] = newest;
    }
    return rows;
}
