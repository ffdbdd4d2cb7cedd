/* SPDX-License-Identifier: MIT */
/*
 * timer.h - calls at a given time, earliest first: a binary heap, so that a timer per connection
 * stays cheap. Times are monotonic nanoseconds.
 */
#ifndef TARGET_TIMER_H
#define TARGET_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded by whoever waits; zeroed means not waiting. Its memory must outlive the wait. */
struct timer {
    /* set by the owner, once */
    void (*on_due)(void *data);
    void *data;
    /* private */
    int64_t due_ns;
    size_t place; /* in the heap, counted from 1; 0 when not waiting */
};

struct timers {
    /* private */
    struct timer **heap; /* heap[1] is due first */
    size_t length, capacity;
};

void timers_init(struct timers *timers);
void timers_fini(struct timers *timers); /* those still waiting are forgotten */

/* Moves it when it is waiting already. */
void timers_start(struct timers *timers, struct timer *timer, int64_t due_ns);
void timers_stop(struct timers *timers, struct timer *timer); /* harmless when not waiting */

/* Calls all that are due at now_ns; a callback may start and stop timers. */
void timers_run(struct timers *timers, int64_t now_ns);

/* When the next is due; INT64_MAX when none waits. */
int64_t timers_next_ns(const struct timers *timers);

#endif
