/* SPDX-License-Identifier: MIT */
#include "watch/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void lines_init(struct lines *lines, int64_t step_s, size_t most)
{
    *lines = (struct lines){.step_s = step_s, .most = most};
}

void lines_clear(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        free(lines->items[i]);
    }
    lines->count = 0;
}

void lines_fini(struct lines *lines)
{
    lines_clear(lines);
    free(lines->items);
    lines->items = NULL;
}

static size_t place(int64_t step)
{
    return (size_t)(step % LINES_POINTS);
}

static void forget_step(const struct lines *lines, int64_t step)
{
    for (size_t i = 0; i < lines->count; i++) {
        lines->items[i]->values[place(step)] = NAN;
    }
}

/* A clock that was set back shows what it finds, until it gets on. */
void lines_reach(struct lines *lines, int64_t second)
{
    int64_t step = second / lines->step_s;
    int64_t first = step - lines->step > LINES_POINTS ? step - LINES_POINTS : lines->step;

    for (int64_t at = first + 1; at <= step; at++) {
        forget_step(lines, at);
    }
    lines->step = step;
}

/* Where the key is, or would be. */
static size_t find(const struct lines *lines, uint64_t key)
{
    size_t from = 0, to = lines->count;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (lines->items[middle]->key < key) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

const struct line *lines_find(const struct lines *lines, uint64_t key)
{
    size_t at = find(lines, key);

    return at < lines->count && lines->items[at]->key == key ? lines->items[at] : NULL;
}

struct line *lines_row(struct lines *lines, uint64_t key)
{
    size_t at = find(lines, key);

    if (at < lines->count && lines->items[at]->key == key) {
        return lines->items[at];
    }
    if (lines->count == lines->most) {
        return NULL;
    }
    struct line *line = mem_new(sizeof(*line));

    line->key = key;
    for (size_t i = 0; i < LINES_POINTS; i++) {
        line->values[i] = NAN;
    }
    if (!lines->items) {
        lines->items = mem_array(lines->most, sizeof(*lines->items));
    }
    memmove(&lines->items[at + 1], &lines->items[at], (lines->count - at) * sizeof(*lines->items));
    lines->items[at] = line;
    lines->count++;
    return line;
}

void lines_add(const struct lines *lines, struct line *line, double amount)
{
    float *value = &line->values[place(lines->step)];

    *value = (float)((isnan(*value) ? 0 : (double)*value) + amount);
}

void lines_raise(const struct lines *lines, struct line *line, double value)
{
    float *largest = &line->values[place(lines->step)];

    if (isnan(*largest) || value > (double)*largest) {
        *largest = (float)value;
    }
}

float lines_value(const struct lines *lines, const struct line *line, size_t back)
{
    return line->values[place(lines->step - (int64_t)back)];
}
