/* SPDX-License-Identifier: MIT */
#include "web/worker_metrics.h"

#include <string.h>

#include "base/clock.h"
#include "web/prom.h"

static void write_state(struct buf *out, const struct worker_status *status)
{
    prom_help(out, "cicada_generator_state", "gauge", "1 for the state this worker is in.");
    for (const char *const *name = worker_state_names; *name; name++) {
        buf_printf(out,
                   "cicada_generator_state{state=\"%s\"} %d\n",
                   *name,
                   strcmp(*name, status->state) == 0);
    }
}

static void write_loop(struct buf *out, const struct loop_lag *lag)
{
    prom_help(out,
              "cicada_loop_lag_seconds",
              "summary",
              "How late the event loop's timers are, since the test began.");
    buf_puts(out, "cicada_loop_lag_seconds_sum");
    prom_number(out, seconds_from_ns(lag->sum_ns));
    buf_puts(out, "cicada_loop_lag_seconds_count");
    prom_number(out, (double)lag->samples);
    prom_plain(out,
               "cicada_loop_lag_max_seconds",
               "gauge",
               "The most of it.",
               seconds_from_ns(lag->max_ns));
}

void worker_metrics_write(struct buf *out, const struct worker_status *status)
{
    const struct {
        const char *name, *type, *text;
        double value;
    } rows[] = {
        {"cicada_generator_ready", "gauge", "Whether /readyz says so.", status->ready},
        {"cicada_master_connected",
         "gauge",
         "Whether the connection to the master is up.",
         status->connected},
        {"cicada_master_registered",
         "gauge",
         "Whether the master has acknowledged this worker on it.",
         status->registered},
        {"cicada_generator_users", "gauge", "Users running here.", (double)status->users},
        {"cicada_generator_requests_total",
         "counter",
         "Requests finished here, failed ones too.",
         (double)status->requests},
        {"cicada_generator_request_failures_total",
         "counter",
         "Requests that failed here.",
         (double)status->failures},
        {"cicada_process_cpu_ratio",
         "gauge",
         "CPU of this process, 1 is a whole core.",
         status->health.cpu_percent / 100},
        {"cicada_process_resident_bytes",
         "gauge",
         "Memory of this process.",
         (double)status->health.rss_bytes},
    };

    prom_build_info(out);
    write_state(out, status);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        prom_plain(out, rows[i].name, rows[i].type, rows[i].text, rows[i].value);
    }
    write_loop(out, &status->health.lag);
}
