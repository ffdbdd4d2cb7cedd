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
#include "http/transport.h"
#include "runner/course.h"
#include "runner/runner.h"

struct local_options {
    struct course_options course;
    int64_t stop_timeout_ns; /* for tasks under way when users are stopped */
    bool reset_stats;        /* once the ramp is done */
    const char *host;        /* given for all classes, for showing; NULL: none */
    struct sim_options sim;
};

enum local_end {
    LOCAL_END_NONE, /* still on */
    LOCAL_END_RUN_TIME,
    LOCAL_END_SHAPE,      /* the load shape is over */
    LOCAL_END_ITERATIONS, /* -i */
    LOCAL_END_NO_USERS,   /* the last user ended by itself */
    LOCAL_END_ASKED,      /* asked from outside, or by a scenario's cicada_stop_test() */
    LOCAL_ENDS,
};

/*
 * All borrowed until the runner is freed, options included. NULL with a sentence if the plan can't
 * run.
 */
struct runner *local_new(struct loop *loop, struct transport *transport, struct stats *stats,
                         const struct plan *plan, const struct scenarios *scenarios,
                         const struct local_options *options, const struct runner_events *events,
                         struct err *err);

enum local_end local_ended_by(const struct runner *runner);

#endif
