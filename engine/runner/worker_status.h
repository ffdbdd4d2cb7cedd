/* SPDX-License-Identifier: MIT */
/*
 * worker_status.h - how a worker is doing, for those who keep it running.
 */
#ifndef RUNNER_WORKER_STATUS_H
#define RUNNER_WORKER_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/monitor.h"

enum { WORKER_WHY_MAX = 320 };

struct worker_status {
    bool ready;               /* the master has acknowledged it, and it takes orders */
    char why[WORKER_WHY_MAX]; /* it is not ready; "" if it is */
    const char *state;        /* one of worker_state_names */
    bool connected;           /* the connection to the master is up */
    bool registered;          /* the master has answered on it */
    size_t users;             /* those that are leaving included */
    uint64_t requests;        /* since the process started, failed ones too */
    uint64_t failures;
    struct health health;
};

struct worker;

struct worker_status worker_status(struct worker *worker);

extern const char *const worker_state_names[]; /* ends with NULL */

#endif
