/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h - a read-only picture of the run. Every output is made from one, so that they can't
 * disagree. It borrows what it shows and is good until the loop's next round.
 */
#ifndef RUNNER_SNAPSHOT_H
#define RUNNER_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "http/transport.h"
#include "runner/monitor.h"
#include "runner/state.h"
#include "sim/sim.h"
#include "stats/stats.h"

struct snapshot {
    int64_t now_ns;   /* wall clock */
    int64_t start_ns; /* wall clock, when the test started; 0: not yet */
    int64_t end_ns;   /* wall clock, when its last user stopped; 0: not yet */
    enum run_state state;
    const char *host; /* of all classes; NULL: each its own */

    struct stats *stats; /* for reading; sorting rows is why it is not const */

    const struct plan *plan;
    const size_t *class_users; /* running now, as in the plan */
    size_t users;              /* their sum */
    size_t target_users;
    double spawn_rate;

    struct health health;
    struct sim_counts sim;
    struct transport_counts http;
};

#endif
