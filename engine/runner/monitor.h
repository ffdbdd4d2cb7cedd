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
#include "http/transport.h"
#include "runner/ports.h"

enum { MONITOR_LAGS = 6 };

struct health {
    double cpu_percent;     /* of one core, over the last 2 s */
    double cpu_max_percent; /* the highest so far */
    uint64_t rss_bytes;
    struct loop_lag lag;
    double lag_p99_ms;               /* over the last 10 to 12 s */
    int64_t ports_used, ports_limit; /* ports.h; 0, 0: not known */
    bool cpu_warned, lag_warned;
};

struct monitor {
    /* private */
    struct loop *loop;
    struct loop_timer timer;
    struct usage usage;
    struct health health;
    uint64_t late_before;
    struct loop_lag lags[MONITOR_LAGS]; /* a ring, one each two seconds */
    size_t lag_count;
    const struct transport *transport; /* NULL: ports are not looked at */
    struct ports ports;
};

void monitor_start(struct monitor *monitor, struct loop *loop);
/* Whose connections take ports; borrowed until monitor_stop(). */
void monitor_watch_ports(struct monitor *monitor, const struct transport *transport);
void monitor_stop(struct monitor *monitor);
struct health monitor_health(struct monitor *monitor);

#endif
