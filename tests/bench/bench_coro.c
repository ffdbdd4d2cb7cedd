/* SPDX-License-Identifier: MIT */
/* bench_coro.c - what it costs to give a user a stack, and to go to it and back. */
#include <stdio.h>

#include "base/clock.h"
#include "core/coro.h"

enum { SWITCHES = 10000000, STARTS = 2000000, MANY = 5000 };

static void yield_for_ever(void *argument)
{
    (void)argument;
    for (;;) {
        coro_yield();
    }
}

static void leave_at_once(void *argument)
{
    (void)argument;
}

/* There and back again, over so many coroutines in turn: 5,000 are more than the caches hold. */
static double round_trip(struct stacks *stacks, size_t count)
{
    static struct coro coros[MANY];
    static struct stack *taken[MANY];
    int64_t begin_ns;

    for (size_t i = 0; i < count; i++) {
        taken[i] = stacks_take(stacks);
        coro_init(&coros[i], taken[i], yield_for_ever, NULL);
        coro_resume(&coros[i]);
    }
    begin_ns = clock_mono_ns();
    for (size_t i = 0, at = 0; i < SWITCHES; i++) {
        coro_resume(&coros[at]);
        at = at + 1 < count ? at + 1 : 0;
    }
    double each_ns = (double)(clock_mono_ns() - begin_ns) / SWITCHES;

    for (size_t i = 0; i < count; i++) {
        stacks_give(stacks, taken[i]);
    }
    return each_ns;
}

static double start(struct stacks *stacks)
{
    int64_t begin_ns = clock_mono_ns();

    for (int i = 0; i < STARTS; i++) {
        struct coro coro;
        struct stack *stack = stacks_take(stacks);

        coro_init(&coro, stack, leave_at_once, NULL);
        coro_resume(&coro);
        stacks_give(stacks, stack);
    }
    return (double)(clock_mono_ns() - begin_ns) / STARTS;
}

int main(void)
{
    struct stacks *stacks = stacks_new(64 * 1024);

    printf("coroutine: resume and yield, 1       %6.1f ns\n", round_trip(stacks, 1));
    printf("coroutine: resume and yield, 5000    %6.1f ns\n", round_trip(stacks, MANY));
    printf("coroutine: take a stack, run, return %6.1f ns\n", start(stacks));
    stacks_free(stacks);
    return 0;
}
