/* SPDX-License-Identifier: MIT */
/*
 * spin.h - running a loop until something holds, with a deadline that only a broken program meets.
 */
#ifndef UNIT_RUNNER_SPIN_H
#define UNIT_RUNNER_SPIN_H

#include "base/clock.h"
#include "check.h"
#include "core/loop.h"

static const int64_t spin_deadline_ns = 30 * NS_PER_S;

static inline void spin_over(struct loop_timer *timer)
{
    loop_break(timer->data);
}

static inline void spin(struct loop *loop, int64_t duration_ns)
{
    struct loop_timer timer;

    loop_timer_init(&timer, loop, spin_over, loop);
    loop_timer_start(&timer, duration_ns);
    loop_run(loop);
    loop_timer_stop(&timer);
}

/* The condition is evaluated again after every two milliseconds of the loop. */
#define AWAIT(loop, cond)                                                                          \
    do {                                                                                           \
        int64_t give_up_ns_ = clock_mono_ns() + spin_deadline_ns;                                  \
        while (!(cond)) {                                                                          \
            if (clock_mono_ns() > give_up_ns_) {                                                   \
                fail_msg("%s: %s did not come true", check_row, #cond);                            \
            }                                                                                      \
            spin((loop), 2 * NS_PER_MS);                                                           \
        }                                                                                          \
    } while (0)

#endif
