/* SPDX-License-Identifier: MIT */
/*
 * worker.h - a test run by a master's orders: Locust's, or ours. What goes over the wire is
 * described in proto/PROTOCOL.md.
 *
 * A worker survives its master: users whose master is silent for a minute stop, and the worker
 * goes back to calling it.
 */
#ifndef RUNNER_WORKER_H
#define RUNNER_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "core/loop.h"
#include "http/transport.h"
#include "runner/link.h"
#include "sim/plan.h"
#include "sim/scenario.h"
#include "sim/sim.h"

struct worker;

struct worker_options {
    const char *master_host;
    int master_port;
    const struct link_curve *curve; /* NULL: no encryption */
    const char *identity;           /* NULL: made of the host's name and chance, as Locust does */
    bool reset_stats;               /* once a ramp is complete; the master may say otherwise */
    int64_t rest_ns; /* between the end of a test and the call for the next, beside what is left of
                        the stop timeout */
    struct plan_options plan; /* its host and tags give way to those the master sends */
    struct sim_options sim;
};

struct worker_events {
    void *data;
    void (*on_ended)(void *data); /* once; worker_exit_code() says how */
    /* A scenario's own option as the master has it; NULL: it has none. The text is borrowed. */
    void (*on_option)(void *data, const char *name, const char *text);
};

/*
 * Starts to call the master. All borrowed until worker_free(). NULL with a sentence if there is no
 * socket to be had.
 */
struct worker *worker_new(struct loop *loop, struct transport *transport,
                          const struct scenarios *scenarios, const struct worker_options *options,
                          const struct worker_events *events, struct err *err);
void worker_free(struct worker *worker);

/* Stops the users, reports the last of them and says good-bye to the master. Again: at once. */
void worker_quit(struct worker *worker);

enum worker_end {
    WORKER_END_NONE,
    WORKER_END_QUIT,      /* the master's wish, or ours */
    WORKER_END_NO_MASTER, /* nobody answered for five minutes */
};
enum worker_end worker_ended_by(const struct worker *worker);

/* Whether a scenario chose the process's exit code, and tasks that crashed in the last test. */
bool worker_exit_code(const struct worker *worker, int *code);
uint64_t worker_exceptions(const struct worker *worker);

#endif
