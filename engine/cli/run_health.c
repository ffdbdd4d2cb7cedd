/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "cli/run_health.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "web/health_port.h"
#include "web/metrics.h"

struct run_health {
    const struct options *options;
    struct runner *runner;
    struct health_port *port;
};

static bool is_ready(void *data, struct buf *why)
{
    const struct run_health *health = data;
    struct snapshot snapshot = health->runner->ops->snapshot(health->runner);

    return metrics_ready(&snapshot, (size_t)health->options->expect_workers, why);
}

static void write_metrics(void *data, struct buf *out)
{
    const struct run_health *health = data;
    struct snapshot snapshot = health->runner->ops->snapshot(health->runner);

    metrics_write(out, &snapshot, NULL);
}

bool run_health_open(struct run_health **health, const struct options *options, struct loop *loop,
                     struct runner *runner, struct err *err)
{
    *health = NULL;
    if (!options->headless || options->health_port < 0) {
        return true;
    }
    struct run_health *made = mem_new(sizeof(*made));
    struct health_port_options port = {
        .host = options->health_host,
        .port = (uint16_t)options->health_port,
        .data = made,
        .ready = is_ready,
        .metrics = write_metrics,
    };

    made->options = options;
    made->runner = runner;
    made->port = health_port_new(loop, &port, err);
    if (!made->port) {
        free(made);
        return false;
    }
    log_info("health port: %d", health_port_number(made->port));
    *health = made;
    return true;
}

void run_health_free(struct run_health *health)
{
    if (health) {
        health_port_free(health->port);
        free(health);
    }
}
