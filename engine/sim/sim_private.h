/* SPDX-License-Identifier: MIT */
/*
 * sim_private.h - what the files of sim/ share about a sim.
 */
#ifndef SIM_SIM_PRIVATE_H
#define SIM_SIM_PRIVATE_H

#include "base/pool.h"
#include "sim/mix.h"
#include "sim/sim.h"
#include "sim/user.h"

struct sim_class {
    struct list users;    /* not asked to stop, oldest first */
    struct list stopping; /* asked */
    size_t active, stopping_count;
};

struct sim {
    struct loop *loop;
    struct transport *transport;
    struct stats *stats;
    const struct plan *plan;
    const struct scenarios *scenarios;
    const struct sim_options *options;
    struct sim_events events;
    struct fibers *fibers;
    struct pool users;
    struct buf_stock answers;  /* memory for headers and bodies */
    struct sim_class *classes; /* as in the plan */
    struct sim_counts counts;
    struct mix *mix;
    struct list in_flight; /* outcome.link, oldest first */
    uint64_t jobs_ended;
    struct loop_timer trim_timer, stop_test_timer;
    unsigned next_id;
    uint64_t iterations_left;
    bool iterations_limited, iterations_reported;
    bool any_request_hook;
    bool paused;
    int64_t paused_ns; /* monotonic: since then */
};

/* A job of the user's own code is about to run, or did. */
void sim_user_ended(struct sim *sim, struct user *user);

/* Takes one of the -i task runs; false when there is none left. */
bool sim_take_iteration(struct sim *sim);

/* Statistics and the scenarios' request hooks. Returns the failure's row; NULL: none. */
const struct failure *sim_record(struct sim *sim, const struct stats_sample *sample,
                                 const struct sample *hook_sample);

#endif
