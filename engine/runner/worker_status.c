/* SPDX-License-Identifier: MIT */
#include "runner/worker_status.h"

#include <stdio.h>

#include "base/ensure.h"
#include "runner/worker_private.h"

const char *const worker_state_names[] = {
    "ready", "spawning", "running", "stopping", "resting", "draining", "ended", NULL};
_Static_assert(ARRAY_LEN(worker_state_names) == WORKER_ENDED + 2, "a name per state");

static size_t count_users(const struct worker *worker)
{
    size_t users = 0;

    if (worker->squad) {
        for (size_t i = 0; i < squad_plan(worker->squad)->class_count; i++) {
            users += squad_users(worker->squad, i);
        }
    }
    return users;
}

/* The worst first; "" if all is well. */
static void explain(const struct worker *worker, struct worker_status *status)
{
    const struct worker_options *options = worker->options;
    const char *what = NULL;

    if (worker->state == WORKER_QUITTING || worker->state == WORKER_ENDED) {
        snprintf(status->why, sizeof(status->why), "draining: the worker is about to end");
        return;
    }
    if (!status->connected) {
        what = "there is no connection to the master at";
    } else if (!worker->connected) {
        what = "no answer yet from the master at";
    } else if (worker->recalling) {
        what = "heartbeats are not answered by the master at";
    }
    if (what) {
        snprintf(status->why,
                 sizeof(status->why),
                 "%s %.200s:%d",
                 what,
                 options->master_host,
                 options->master_port);
    }
}

struct worker_status worker_status(struct worker *worker)
{
    const struct entry *total = stats_total(worker->stats);
    struct worker_status status = {
        .state = worker_state_names[worker->state],
        .connected = worker->session,
        .registered = worker->session && worker->connected,
        .users = count_users(worker),
        .requests = worker->requests_before + total->num_requests,
        .failures = worker->failures_before + total->num_failures,
        .health = monitor_health(&worker->monitor),
    };

    explain(worker, &status);
    status.ready = !*status.why;
    return status;
}
