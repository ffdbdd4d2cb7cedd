/* SPDX-License-Identifier: MIT */
/* series.c - counts per second in a ring indexed by the second itself. */
#include "stats/series.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void series_init(struct series *series, struct series_budget *budget)
{
    *series = (struct series){.first = 0, .last = -1, .budget = budget};
}

void series_fini(struct series *series)
{
    if (series->budget && series->capacity > SERIES_MIN_SECONDS) {
        series->budget->left += series->capacity - SERIES_MIN_SECONDS;
    }
    free(series->ring);
    *series = (struct series){.first = 0, .last = -1};
}

void series_reset(struct series *series)
{
    series->first = 0;
    series->last = -1;
}

static bool empty(const struct series *series)
{
    return series->last < series->first;
}

static uint32_t *cell(const struct series *series, int64_t second)
{
    return series->ring[(uint64_t)second & (series->capacity - 1)];
}

/* Makes room for the span if length and budget allow; what is there moves to its new places. */
static void grow(struct series *series, int64_t span)
{
    size_t capacity = series->capacity ? series->capacity : SERIES_MIN_SECONDS;

    while ((int64_t)capacity < span && capacity < SERIES_MAX_SECONDS) {
        if (series->budget && series->budget->left < capacity) {
            break;
        }
        if (series->budget) {
            series->budget->left -= capacity;
        }
        capacity *= 2;
    }
    if (capacity == series->capacity) {
        return;
    }
    struct series old = *series;

    series->ring = mem_array(capacity, sizeof(*series->ring));
    series->capacity = capacity;
    for (int64_t second = old.first; second <= old.last; second++) {
        memcpy(cell(series, second), cell(&old, second), sizeof(*series->ring));
    }
    free(old.ring);
}

static void clear(struct series *series, int64_t from, int64_t to)
{
    for (int64_t second = from; second <= to; second++) {
        memset(cell(series, second), 0, sizeof(*series->ring));
    }
}

/* Makes [first, last] cover the second; false if it lies before what the ring can hold. */
static bool cover(struct series *series, int64_t second)
{
    if (empty(series)) {
        grow(series, 1);
        series->first = series->last = second;
        clear(series, second, second);
        return true;
    }
    if (second >= series->first && second <= series->last) {
        return true;
    }
    bool newer = second > series->last;
    /* Unsigned, because the seconds of a peer may be anything. */
    uint64_t reach = newer ? (uint64_t)second - (uint64_t)series->first
                           : (uint64_t)series->last - (uint64_t)second;

    if (reach >= series->capacity) {
        grow(series, reach < SERIES_MAX_SECONDS ? (int64_t)reach + 1 : SERIES_MAX_SECONDS);
    }
    int64_t capacity = (int64_t)series->capacity;

    if (!newer) {
        if (reach >= series->capacity) {
            return false;
        }
        clear(series, second, series->first - 1);
        series->first = second;
        return true;
    }
    int64_t oldest = second - capacity + 1;
    int64_t from = series->last + 1 > oldest ? series->last + 1 : oldest;

    clear(series, from, second);
    series->last = second;
    if (series->first < oldest) {
        series->first = oldest;
    }
    return true;
}

static void add_saturating(uint32_t *count, uint32_t more)
{
    *count = more > UINT32_MAX - *count ? UINT32_MAX : *count + more;
}

void series_add(struct series *series, int64_t second, uint32_t requests, uint32_t failures)
{
    /* Beyond these no clock points; the arithmetic above stays clear of overflow. */
    if (second < 0 || second > INT64_C(1) << 40 || (requests == 0 && failures == 0)) {
        return;
    }
    if (!cover(series, second)) {
        return;
    }
    uint32_t *counts = cell(series, second);

    add_saturating(&counts[0], requests);
    add_saturating(&counts[1], failures);
}

void series_merge(struct series *series, const struct series *other)
{
    struct series_second second;

    for (int64_t position = INT64_MIN; series_next(other, &position, &second);) {
        series_add(series, second.second, second.requests, second.failures);
    }
}

struct series_second series_get(const struct series *series, int64_t second)
{
    struct series_second found = {.second = second};

    if (second >= series->first && second <= series->last) {
        found.requests = cell(series, second)[0];
        found.failures = cell(series, second)[1];
    }
    return found;
}

bool series_next(const struct series *series, int64_t *position, struct series_second *second)
{
    int64_t at = *position < series->first ? series->first : *position;

    for (; at <= series->last; at++) {
        *second = series_get(series, at);
        if (second->requests || second->failures) {
            *position = at + 1;
            return true;
        }
    }
    *position = at;
    return false;
}
