/* SPDX-License-Identifier: MIT */
/* bench_loop.c - what a timer costs with 1 and with 10,000 others armed. */
#include <stdio.h>

#include "base/clock.h"
#include "core/loop.h"

enum { ARMS = 4000000, FIRES = 2000000, MANY = 10000 };

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

static double arm_and_stop(size_t armed)
{
    static struct loop_timer timers[MANY];
    int64_t begin_ns;

    for (size_t i = 0; i < armed; i++) {
        loop_timer_init(&timers[i], loop, on_never, NULL);
        loop_timer_start(&timers[i], (int64_t)(3600 + i) * NS_PER_S);
    }
    begin_ns = clock_mono_ns();
    for (size_t i = 0, at = 0; i < ARMS; i++) {
        loop_timer_start(&timers[at], (int64_t)(3600 + i % MANY) * NS_PER_S);
        at = at + 1 < armed ? at + 1 : 0;
    }
    double each_ns = (double)(clock_mono_ns() - begin_ns) / ARMS;

    for (size_t i = 0; i < armed; i++) {
        loop_timer_stop(&timers[i]);
    }
    return each_ns;
}

static double fire(size_t count)
{
    static struct loop_timer timers[MANY];
    int64_t begin_ns;

    for (size_t i = 0; i < count; i++) {
        loop_timer_init(&timers[i], loop, on_fire, NULL);
        loop_timer_start(&timers[i], 0);
    }
    fires_left = FIRES;
    begin_ns = clock_mono_ns();
    loop_run(loop);
    double each_ns = (double)(clock_mono_ns() - begin_ns) / FIRES;

    for (size_t i = 0; i < count; i++) {
        loop_timer_stop(&timers[i]);
    }
    return each_ns;
}

int main(void)
{
    loop = loop_new();
    printf("timer: arm again, 1 armed            %6.1f ns\n", arm_and_stop(1));
    printf("timer: arm again, 10000 armed        %6.1f ns\n", arm_and_stop(MANY));
    printf("timer: arm and fire, 100             %6.1f ns\n", fire(100));
    printf("timer: arm and fire, 10000           %6.1f ns\n", fire(MANY));
    loop_free(loop);
    return 0;
}
