/* SPDX-License-Identifier: MIT */
/* The heap is counted from 1: the parent of place n is n / 2. */
#include "target/timer.h"

#include <stdlib.h>

#include "base/memory.h"

void timers_init(struct timers *timers)
{
    *timers = (struct timers){0};
}

void timers_fini(struct timers *timers)
{
    for (size_t i = 1; i <= timers->length; i++) {
        timers->heap[i]->place = 0;
    }
    free(timers->heap);
    *timers = (struct timers){0};
}

static void put(struct timers *timers, struct timer *timer, size_t place)
{
    timers->heap[place] = timer;
    timer->place = place;
}

/* Finds the timer's place, beginning with one that is free. */
static void settle(struct timers *timers, struct timer *timer, size_t place)
{
    while (place > 1 && timers->heap[place / 2]->due_ns > timer->due_ns) {
        put(timers, timers->heap[place / 2], place);
        place /= 2;
    }
    for (size_t child = place * 2; child <= timers->length; child = place * 2) {
        if (child < timers->length &&
            timers->heap[child + 1]->due_ns < timers->heap[child]->due_ns) {
            child++;
        }
        if (timers->heap[child]->due_ns >= timer->due_ns) {
            break;
        }
        put(timers, timers->heap[child], place);
        place = child;
    }
    put(timers, timer, place);
}

void timers_start(struct timers *timers, struct timer *timer, int64_t due_ns)
{
    timers_stop(timers, timer);
    timer->due_ns = due_ns;
    if (timers->length + 1 >= timers->capacity) {
        timers->capacity = timers->capacity ? timers->capacity * 2 : 64;
        timers->heap = mem_resize(timers->heap, timers->capacity, sizeof(*timers->heap));
    }
    timers->length++;
    settle(timers, timer, timers->length);
}

void timers_stop(struct timers *timers, struct timer *timer)
{
    if (timer->place == 0) {
        return;
    }
    size_t place = timer->place;
    struct timer *last = timers->heap[timers->length--];

    timer->place = 0;
    if (last != timer) {
        settle(timers, last, place);
    }
}

void timers_run(struct timers *timers, int64_t now_ns)
{
    while (timers->length > 0 && timers->heap[1]->due_ns <= now_ns) {
        struct timer *timer = timers->heap[1];

        timers_stop(timers, timer);
        timer->on_due(timer->data);
    }
}

int64_t timers_next_ns(const struct timers *timers)
{
    return timers->length > 0 ? timers->heap[1]->due_ns : INT64_MAX;
}
