/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.runners"
#include "runner/monitor.h"

#include "base/clock.h"
#include "base/log.h"

static const int64_t interval_ns = 2 * NS_PER_S;
static const double cpu_threshold_percent = 90;

static void look_at_lag(struct monitor *monitor)
{
    struct loop_lag none = {0};
    size_t count = monitor->lag_count;
    const struct loop_lag *newest = count ? &monitor->lags[(count - 1) % MONITOR_LAGS] : &none;
    const struct loop_lag *oldest =
        count < MONITOR_LAGS ? &none : &monitor->lags[count % MONITOR_LAGS];

    monitor->health.lag = loop_lag_get(monitor->loop);
    if (monitor->health.lag.samples < newest->samples) { /* it was reset */
        monitor->lag_count = 0;
        oldest = &none;
    }
    monitor->health.lag_p99_ms = loop_lag_percentile_ms(oldest, &monitor->health.lag, 0.99);
}

static void look_at_ports(struct monitor *monitor)
{
    struct ports *ports = &monitor->ports;

    ports_look(ports, monitor->transport->ops->counts(monitor->transport), ports_waiting());
    monitor->health.ports_used = ports->used;
    monitor->health.ports_limit = ports->limit;
}

static void on_timer(struct loop_timer *timer)
{
    struct monitor *monitor = timer->data;
    struct health *health = &monitor->health;

    health->cpu_percent = usage_cpu_percent(&monitor->usage);
    if (health->cpu_percent > health->cpu_max_percent) {
        health->cpu_max_percent = health->cpu_percent;
    }
    look_at_lag(monitor);
    monitor->lags[monitor->lag_count++ % MONITOR_LAGS] = health->lag;
    if (monitor->transport) {
        look_at_ports(monitor);
    }
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

void monitor_watch_ports(struct monitor *monitor, const struct transport *transport)
{
    monitor->transport = transport;
    ports_init(&monitor->ports);
    look_at_ports(monitor);
}

void monitor_stop(struct monitor *monitor)
{
    loop_timer_stop(&monitor->timer);
}

struct health monitor_health(struct monitor *monitor)
{
    monitor->health.rss_bytes = usage_rss_bytes();
    look_at_lag(monitor);
    return monitor->health;
}
