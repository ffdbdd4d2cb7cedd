/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.runners"
#include "runner/monitor.h"

#include "base/clock.h"
#include "base/log.h"

static const int64_t interval_ns = 2 * NS_PER_S;
static const double cpu_threshold_percent = 90;

static void on_timer(struct loop_timer *timer)
{
    struct monitor *monitor = timer->data;
    struct health *health = &monitor->health;

    health->cpu_percent = usage_cpu_percent(&monitor->usage);
    if (health->cpu_percent > health->cpu_max_percent) {
        health->cpu_max_percent = health->cpu_percent;
    }
    health->lag = loop_lag_get(monitor->loop);
    if (health->cpu_percent > cpu_threshold_percent && !health->cpu_warned) {
        health->cpu_warned = true;
        log_warning("CPU usage above 90%%! This may constrain your throughput and may even give "
                    "inconsistent response time measurements! Spread the load over more processes "
                    "or machines.");
    }
    if (health->lag.over_100ms > monitor->late_before && !health->lag_warned) {
        health->lag_warned = true;
        log_warning("event loop lag of %.0f ms: response times measured meanwhile are too long by "
                    "up to that; the machine is overloaded or a task computes for too long",
                    (double)health->lag.max_ns / NS_PER_MS);
    }
    monitor->late_before = health->lag.over_100ms;
}

void monitor_start(struct monitor *monitor, struct loop *loop)
{
    *monitor = (struct monitor){.loop = loop};
    usage_init(&monitor->usage);
    loop_lag_start(loop);
    loop_timer_init(&monitor->timer, loop, on_timer, monitor);
    loop_timer_repeat(&monitor->timer, interval_ns);
}

void monitor_stop(struct monitor *monitor)
{
    loop_timer_stop(&monitor->timer);
}

struct health monitor_health(struct monitor *monitor)
{
    monitor->health.rss_bytes = usage_rss_bytes();
    monitor->health.lag = loop_lag_get(monitor->loop);
    return monitor->health;
}
