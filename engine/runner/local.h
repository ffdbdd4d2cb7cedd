/* SPDX-License-Identifier: MIT */
/*
 * local.h - a test run by this process alone: ramp, run time, load shape, stop.
 */
#ifndef RUNNER_LOCAL_H
#define RUNNER_LOCAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "core/loop.h"
#include "dispatch/ramp.h"
#include "http/transport.h"
#include "runner/snapshot.h"

struct local;

struct local_options {
    uint32_t users;
    double spawn_rate;         /* users per second, > 0 */
    int64_t run_time_ns;       /* from the start, ramp included; 0: no limit */
    int64_t stop_timeout_ns;   /* for tasks under way when users are stopped */
    bool reset_stats;          /* once the ramp is done */
    const struct ramp *stages; /* --stages; NULL: none. A shape exported by a scenario wins */
    const char *host;          /* given for all classes, for showing; NULL: none */
    struct sim_options sim;
};

enum local_end {
    LOCAL_END_NONE, /* still on */
    LOCAL_END_RUN_TIME,
    LOCAL_END_SHAPE,      /* the load shape is over */
    LOCAL_END_ITERATIONS, /* -i */
    LOCAL_END_NO_USERS,   /* the last user ended by itself */
    LOCAL_END_ASKED,      /* local_stop(), or the scenario's cicada_stop_test() */
    LOCAL_ENDS,
};

struct local_events {
    void *data;
    void (*on_spawned)(void *data); /* each time a ramp is complete */
    void (*on_ended)(void *data);   /* the last user is gone and test_stop hooks ran */
};

/* All borrowed until local_free(), options included. NULL with a sentence if the plan can't run. */
struct local *local_new(struct loop *loop, struct transport *transport, struct stats *stats,
                        const struct plan *plan, const struct scenarios *scenarios,
                        const struct local_options *options, const struct local_events *events,
                        struct err *err);
void local_free(struct local *local);

void local_start(struct local *local);

/* A new target while the test runs. Ignored with a warning while a ramp is under way. */
void local_edit(struct local *local, int64_t change, double rate);

/* Ends the test: graceful within the stop timeout. Again: what is under way is cut short. */
void local_stop(struct local *local);

enum local_end local_ended_by(const struct local *local);
enum run_state local_state(const struct local *local);
bool local_exit_code(const struct local *local, int *code); /* one set by the scenario */

struct snapshot local_snapshot(struct local *local);

#endif
