/* SPDX-License-Identifier: MIT */
/*
 * master.h - a test whose users are with workers: Locust's, ours, or others that speak the
 * protocol. What goes over the wire is described in proto/PROTOCOL.md.
 *
 * Nothing here waits for a worker: whoever is slow, silent or gone delays nobody.
 */
#ifndef RUNNER_MASTER_H
#define RUNNER_MASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/loop.h"
#include "runner/course.h"
#include "runner/link.h"
#include "runner/runner.h"
#include "sim/scenario.h"
#include "stats/stats.h"

/* What is to be dealt out. Workers know what the class does. */
struct master_class {
    const char *name;
    double weight;
    unsigned fixed_count;
};

struct master_options {
    struct course_options course;
    const char *bind_host; /* "*": all interfaces */
    int bind_port;         /* 0: a free one */
    const struct link_curve *curve;
    size_t expect_workers; /* ready ones, before the test starts */
    int64_t expect_workers_max_wait_ns;
    int64_t stop_timeout_ns;
    bool reset_stats;
    const char *host;                              /* for all classes; NULL: each its own */
    const char *const *tags, *const *exclude_tags; /* NULL terminated; may be NULL */
    /*
     * learn: deal out what the workers name in their reports, in place of the classes, which then
     * only give weights; a name that is not among them has weight 1.
     */
    const struct master_class *classes;
    size_t class_count;
    bool learn_classes;
    const char *const *files; /* paths, for workers that ask; NULL terminated */
    /* The value of a scenario's own option; NULL: none. */
    const char *(*option)(const void *data, const char *name);
    const void *option_data;
};

/*
 * Listens at once. All borrowed until the runner is freed, options included. Stopping sends all
 * workers home. NULL with a sentence if the address can't be had.
 */
struct runner *master_new(struct loop *loop, struct stats *stats, const struct scenarios *scenarios,
                          const struct master_options *options, const struct runner_events *events,
                          struct err *err);

int master_port(const struct runner *runner); /* that it listens on */

/* While a test runs, also in the middle of a ramp; nothing otherwise. */
void master_retarget(struct runner *runner, uint32_t users, double spawn_rate);

/* Ends the test but keeps the workers: on_ended comes when they have stopped their users, and the
 * runner can be started again. */
void master_halt(struct runner *runner);

/* Tells all workers to change a user class for new users: {"user_class_name": "A", "host": ...}, as
 * Locust's web page does. False with a sentence if it is no such JSON. */
bool master_update_class(struct runner *runner, const char *json, struct err *err);

#endif
