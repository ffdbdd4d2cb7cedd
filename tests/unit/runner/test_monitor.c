/* SPDX-License-Identifier: MIT */
#include "runner/monitor.h"

#include "base/clock.h"
#include "base/log.h"
#include "check.h"

static char warned[2048];

static void observe(void *data, enum log_level level, const char *line)
{
    (void)data;
    CHECK_EQ(level, LOG_WARNING);
    strncat(warned, line, sizeof(warned) - strlen(warned) - 1);
}

static void on_busy(struct loop_timer *timer)
{
    int64_t until_ns = clock_mono_ns() + 130 * NS_PER_MS;

    (void)timer;
    while (clock_mono_ns() < until_ns) {
    }
}

static void on_end(struct loop_timer *timer)
{
    loop_break(timer->data);
}

/* The monitor looks every two seconds; its timer is moved up rather than waited for. */
static void look(struct monitor *monitor, struct loop *loop)
{
    struct loop_timer end;

    loop_timer_init(&end, loop, on_end, loop);
    loop_timer_start(&monitor->timer, 160 * NS_PER_MS);
    loop_timer_start(&end, 180 * NS_PER_MS);
    loop_run(loop);
    loop_timer_stop(&end);
}

static void a_late_loop_is_warned_about_once(void **state)
{
    struct loop *loop = loop_new();
    struct loop_timer busy;
    struct monitor monitor;
    struct err err;

    (void)state;
    CHECK(log_to_file("/dev/null", &err));
    log_set_observer(observe, NULL);
    monitor_start(&monitor, loop);
    CHECK(monitor_health(&monitor).rss_bytes > 0);
    CHECK(!monitor_health(&monitor).lag_warned);
    loop_timer_init(&busy, loop, on_busy, NULL);
    loop_timer_start(&busy, NS_PER_MS);
    look(&monitor, loop);
    struct health health = monitor_health(&monitor);

    CHECK(health.lag_warned);
    CHECK(health.lag.max_ns > 100 * NS_PER_MS);
    CHECK(health.lag_p99_ms > 60);
    CHECK_EQ(health.ports_limit, 0);
    CHECK(health.cpu_percent > 0 && health.cpu_max_percent >= health.cpu_percent);
    CHECK(strstr(warned, "event loop lag of ") != NULL);
    loop_lag_reset(loop);
    CHECK_NEAR(monitor_health(&monitor).lag_p99_ms, 0, 0);
    warned[0] = '\0';
    loop_timer_start(&busy, NS_PER_MS);
    look(&monitor, loop);
    CHECK(strstr(warned, "event loop lag of ") == NULL);
    monitor_stop(&monitor);
    monitor_stop(&monitor);
    log_set_observer(NULL, NULL);
    log_close();
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_late_loop_is_warned_about_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
