/* SPDX-License-Identifier: MIT */
/* bench_coro.c - what it costs to give a user a stack, and to go to it and back. */
#include "base/clock.h"
#include "core/coro.h"
#include "bench.h"

enum { MANY = 5000 };

static struct stacks *stacks;

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
static double round_trip(size_t count, long switches)
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
    size_t at = 0;

    for (long i = 0; i < switches; i++) {
        coro_resume(&coros[at]);
        at = at + 1 < count ? at + 1 : 0;
    }
    double each_ns = (double)(clock_mono_ns() - begin_ns) / (double)switches;

    for (size_t i = 0; i < count; i++) {
        stacks_give(stacks, taken[i]);
    }
    return each_ns;
}

static double start(long starts)
{
    int64_t begin_ns = clock_mono_ns();

    for (long i = 0; i < starts; i++) {
        struct coro coro;
        struct stack *stack = stacks_take(stacks);

        coro_init(&coro, stack, leave_at_once, NULL);
        coro_resume(&coro);
        stacks_give(stacks, stack);
    }
    return (double)(clock_mono_ns() - begin_ns) / (double)starts;
}

static double switch_one(long switches)
{
    return round_trip(1, switches);
}

static double switch_many(long switches)
{
    return round_trip(MANY, switches);
}

static const struct bench_case cases[] = {
    {"coroutine: resume and yield, 1", switch_one, 10000000},
    {"coroutine: resume and yield, 5000", switch_many, 10000000},
    {"coroutine: take a stack, run, return", start, 2000000},
};

int main(int argc, char **argv)
{
    stacks = stacks_new(64 * 1024);
    int code = bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));

    stacks_free(stacks);
    return code;
}
