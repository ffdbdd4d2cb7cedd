/* SPDX-License-Identifier: MIT */
/*
 * lines.h - the small lines beside rows of a table: one number per step of time over the last
 * LINES_POINTS steps, for so many rows at most. NaN: nothing is known of that step.
 */
#ifndef WATCH_LINES_H
#define WATCH_LINES_H

#include <stddef.h>
#include <stdint.h>

enum { LINES_POINTS = 60 };

struct line {
    uint64_t key;
    uint64_t counted; /* the caller's: what a counter stood at */
    /* private */
    float values[LINES_POINTS]; /* a ring, by step */
};

struct lines {
    size_t count;   /* read only */
    int64_t step_s; /* too */
    int64_t step;   /* too; Unix seconds / step_s: the newest one, which may go on */
    /* private */
    size_t most;
    struct line **items; /* by key */
};

void lines_init(struct lines *lines, int64_t step_s, size_t most);
void lines_fini(struct lines *lines); /* zeroed is fine */
void lines_clear(struct lines *lines);

void lines_reach(struct lines *lines, int64_t second); /* Unix: what follows belongs to it */

struct line *lines_row(struct lines *lines, uint64_t key); /* made if need be; NULL: one too many */
const struct line *lines_find(const struct lines *lines, uint64_t key); /* NULL: none */

void lines_add(const struct lines *lines, struct line *line, double amount);
void lines_raise(const struct lines *lines, struct line *line,
                 double value); /* keeps the largest */

/* back: 0 for the newest step. */
float lines_value(const struct lines *lines, const struct line *line, size_t back);

#endif
