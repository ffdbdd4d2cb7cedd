/* SPDX-License-Identifier: MIT */
/*
 * monitor.h - whether the generator itself was the bottleneck: CPU share, memory, loop lag, with a
 * warning when one of them puts the measurements in doubt.
 */
#ifndef RUNNER_MONITOR_H
#define RUNNER_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usage.h"
#include "core/loop.h"

struct health {
    double cpu_percent;     /* of one core, over the last 2 s */
    double cpu_max_percent; /* the highest so far */
    uint64_t rss_bytes;
    struct loop_lag lag;
    bool cpu_warned, lag_warned;
};

struct monitor {
    /* private */
    struct loop *loop;
    struct loop_timer timer;
    struct usage usage;
    struct health health;
    uint64_t late_before;
};

void monitor_start(struct monitor *monitor, struct loop *loop);
void monitor_stop(struct monitor *monitor);
struct health monitor_health(struct monitor *monitor);

#endif
