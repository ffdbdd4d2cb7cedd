/* SPDX-License-Identifier: MIT */
/*
 * history.h - a run second by second, in bounded memory.
 *
 * A row is a real second, never an average: when the memory is full, the seconds before the last
 * quarter are thinned to two of each stretch, the one with the least rate and the one with the
 * highest p99, so that what stands out stays. Later rows are kept whole.
 */
#ifndef WATCH_HISTORY_H
#define WATCH_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The generator in that second; kept with the total only. */
struct history_health {
    float cpu_max, cpu_median, cpu_min; /* percent of a core, over the workers; NaN: not known */
    float lag_p99_ms;                   /* NaN: not known */
    uint32_t workers;                   /* without missing ones; 1: the process itself */
};

struct history_row {
    int64_t second;      /* Unix */
    float rps, fails;    /* per second */
    float p50, p95, p99; /* ms; NaN: no response in it */
    float average;       /* ms, of the run so far */
    uint32_t users, target;
    struct history_health health;
    bool overloaded; /* the generator was */
    bool paused;     /* the test was */
};

struct history {
    /* private */
    struct history_row *rows; /* ascending */
    size_t count, capacity;
};

void history_init(struct history *history, size_t capacity); /* at least 16 */
void history_fini(struct history *history);                  /* zeroed is fine */
void history_clear(struct history *history);

void history_add(struct history *history, const struct history_row *row);

/*
 * Up to so many rows from that second on, thinned like the memory is. Owned by the caller, free();
 * NULL if there are none.
 */
struct history_row *history_select(const struct history *history, int64_t since, size_t points,
                                   size_t *count);

const struct history_row *history_rows(const struct history *history, size_t *count);

#endif
