/* SPDX-License-Identifier: MIT */
/* bench_loop.c - what a timer costs with 1 and with 10,000 others armed. */
#include "base/clock.h"
#include "core/loop.h"
#include "bench.h"

enum { MANY = 10000 };

static struct loop *loop;
static long fires_left;

static void on_never(struct loop_timer *timer)
{
    (void)timer;
}

/* Users that wait for nothing: armed for now, fired in the coming round. */
static void on_fire(struct loop_timer *timer)
{
    if (--fires_left > 0) {
        loop_timer_start(timer, 0);
    } else {
        loop_break(loop);
    }
}

static double arm_and_stop(size_t armed, long arms)
{
    static struct loop_timer timers[MANY];
    int64_t begin_ns;

    for (size_t i = 0; i < armed; i++) {
        loop_timer_init(&timers[i], loop, on_never, NULL);
        loop_timer_start(&timers[i], (int64_t)(3600 + i) * NS_PER_S);
    }
    begin_ns = clock_mono_ns();
    size_t at = 0;

    for (long i = 0; i < arms; i++) {
        loop_timer_start(&timers[at], (int64_t)(3600 + i % MANY) * NS_PER_S);
        at = at + 1 < armed ? at + 1 : 0;
    }
    double each_ns = (double)(clock_mono_ns() - begin_ns) / (double)arms;

    for (size_t i = 0; i < armed; i++) {
        loop_timer_stop(&timers[i]);
    }
    return each_ns;
}

static double fire(size_t count, long fires)
{
    static struct loop_timer timers[MANY];
    int64_t begin_ns;

    for (size_t i = 0; i < count; i++) {
        loop_timer_init(&timers[i], loop, on_fire, NULL);
        loop_timer_start(&timers[i], 0);
    }
    fires_left = fires;
    begin_ns = clock_mono_ns();
    loop_run(loop);
    double each_ns = (double)(clock_mono_ns() - begin_ns) / (double)fires;

    for (size_t i = 0; i < count; i++) {
        loop_timer_stop(&timers[i]);
    }
    return each_ns;
}

static double arm_one(long arms)
{
    return arm_and_stop(1, arms);
}

static double arm_many(long arms)
{
    return arm_and_stop(MANY, arms);
}

static double fire_some(long fires)
{
    return fire(100, fires);
}

static double fire_many(long fires)
{
    return fire(MANY, fires);
}

static const struct bench_case cases[] = {
    {"timer: arm again, 1 armed", arm_one, 4000000},
    {"timer: arm again, 10000 armed", arm_many, 4000000},
    {"timer: arm and fire, 100", fire_some, 2000000},
    {"timer: arm and fire, 10000", fire_many, 2000000},
};

int main(int argc, char **argv)
{
    loop = loop_new();
    int code = bench_main(argc, argv, cases, sizeof(cases) / sizeof(cases[0]));

    loop_free(loop);
    return code;
}
