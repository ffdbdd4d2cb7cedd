/* SPDX-License-Identifier: MIT */
/*
 * heat.h - how response times were spread over the time of a run: columns of counts, on a
 * logarithmic axis of twelve intervals per decade. When all columns are used, neighbours are merged
 * and a column spans twice the time.
 */
#ifndef WATCH_HEAT_H
#define WATCH_HEAT_H

#include <stddef.h>
#include <stdint.h>

#include "watch/recent.h"

enum { HEAT_PER_DECADE = 12, HEAT_DECADES = 7, HEAT_CELLS = HEAT_PER_DECADE * HEAT_DECADES };

struct heat_column {
    int64_t second; /* Unix: where it begins */
    uint32_t counts[HEAT_CELLS];
};

struct heat {
    /* private */
    struct heat_column *columns; /* ascending */
    size_t count, capacity;
    int64_t column_s;
};

void heat_init(struct heat *heat, size_t capacity, int64_t column_s);
void heat_fini(struct heat *heat); /* zeroed is fine */
void heat_clear(struct heat *heat);

/* What was newly counted up to that second. */
void heat_add(struct heat *heat, int64_t second, const struct hist *hist);

/* Lower edge of a cell in ms; that of HEAT_CELLS is the upper edge of the last. Times beyond either
 * end count in the cell there. */
double heat_edge_ms(size_t cell);

/* At most so many columns from..to (Unix), merged evenly. Owned by the caller, free(); NULL: none.
 */
struct heat_column *heat_select(const struct heat *heat, int64_t from, int64_t to, size_t columns,
                                size_t *count, int64_t *column_s);

#endif
