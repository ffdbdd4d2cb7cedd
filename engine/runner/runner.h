/* SPDX-License-Identifier: MIT */
/*
 * runner.h - a test under way, wherever its users are: in this process (local.h), or in those of
 * workers (master.h). Consoles, signals and web pages speak to this.
 */
#ifndef RUNNER_RUNNER_H
#define RUNNER_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/snapshot.h"

struct runner;

struct runner_ops {
    void (*start)(struct runner *runner);
    /* A new target while the test runs. Ignored with a warning while a ramp is under way. */
    void (*edit)(struct runner *runner, int64_t change, double rate);
    /* Ends the test: graceful within the stop timeout. Again: what is under way is cut short. */
    void (*stop)(struct runner *runner);
    /* Whether something decided over the process's exit code: a scenario, or a failed start. */
    bool (*exit_code)(const struct runner *runner, int *code);
    /* Borrowed, until the loop's next round. */
    struct snapshot (*snapshot)(struct runner *runner);
    void (*free)(struct runner *runner);
};

struct runner {
    const struct runner_ops *ops;
};

struct runner_events {
    void *data;
    void (*on_spawned)(void *data); /* each time a ramp is complete; may be NULL */
    void (*on_ended)(void *data);   /* the last user is gone and test_stop hooks ran */
};

#endif
