/* SPDX-License-Identifier: MIT */
/*
 * runner.h - a test under way, wherever its users are: in this process (local.h), or in those of
 * workers (master.h). Consoles, signals and web pages speak to this.
 */
#ifndef RUNNER_RUNNER_H
#define RUNNER_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "runner/snapshot.h"
#include "sim/plan.h"

struct runner;

/* What a test is to be. Texts are copied. */
struct runner_order {
    uint32_t users;
    double spawn_rate;          /* > 0 */
    int64_t run_time_ns;        /* from now; 0: no limit; below 0: as it was */
    int64_t stop_timeout_ns;    /* below 0: as it was */
    const char *host;           /* for all classes; NULL: each its own */
    const char *const *classes; /* only these; ends with NULL. NULL: all, or those of the test that
                                   runs */
};

typedef void runner_log_fn(void *data, const char *worker_id, const char *line);

struct runner_ops {
    void (*start)(struct runner *runner);
    /*
     * Starts a test by the order, after one that was stopped or in place of start(); statistics
     * begin anew. While one runs, changes it: its classes and its start stay. False with a sentence
     * if that can't be, and nothing has happened then.
     */
    bool (*order)(struct runner *runner, const struct runner_order *order, struct err *err);
    /* A new target while the test runs. Ignored with a warning while a ramp is under way. */
    void (*edit)(struct runner *runner, int64_t change, double rate);
    /* Ends the test: graceful within the stop timeout. Again: what is under way is cut short. */
    void (*stop)(struct runner *runner);
    /*
     * The same, but the runner may be given another order once on_ended has come: workers stay.
     * Tasks under way get so much time, 0: none at all; below 0: the stop timeout. While the test
     * is stopping, a time given counts from now.
     */
    void (*halt)(struct runner *runner, int64_t grace_ns);
    /*
     * Paused, users start no task; those under way end, the run time goes on, and a ramp rests.
     * Resumed, the same users go on. False with a sentence where no test runs, or a worker can't.
     */
    bool (*pause)(struct runner *runner, bool paused, struct err *err);
    /* Forgets what was counted so far, failures and exceptions too; the test goes on. */
    void (*reset)(struct runner *runner);
    /*
     * Changes a user class: its host and tasks for users that start from now on, its weights from
     * the next test on. json is the same as the web page sent it, for workers.
     */
    bool (*update_class)(struct runner *runner, const struct plan_override *change,
                         const char *json, struct err *err);
    /* Whether something decided over the process's exit code: a scenario, or a failed start. */
    bool (*exit_code)(const struct runner *runner, int *code);
    /* Borrowed, until the loop's next round. */
    struct snapshot (*snapshot)(struct runner *runner);
    /* The last lines of the logs of workers, gone ones too, each worker's together. */
    void (*worker_logs)(struct runner *runner, runner_log_fn *take, void *data);
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
