/* SPDX-License-Identifier: MIT */
/*
 * sim.h - the users of this process: started and stopped by the runner, counted in the statistics.
 *
 * A sim knows no run time, no spawn rate and no outputs; it holds as many users of each class as it
 * was last told to start, less those that ended by themselves.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/loop.h"
#include "core/stack.h"
#include "http/transport.h"
#include "sim/plan.h"
#include "stats/stats.h"

struct sim;

/*
 * From the command line: what is given here replaces what a class says. Zero members leave it to
 * the class, and then to the defaults that cicada.h names. Borrowed for the sim's life.
 */
struct sim_options {
    size_t stack_bytes; /* 0: 64 KB */
    uint64_t seed;      /* of the first user's random numbers; the others follow from it */
    double timeout, connect_timeout; /* seconds */
    size_t max_body_bytes;
    bool insecure, http2;
    const char *proxy, *ca_file;
    uint64_t iterations; /* task runs in all; 0: no limit */
};

/* News for the runner; any may be NULL. Called on the loop's stack. */
struct sim_events {
    void *data;
    void (*on_user_gone)(void *data, size_t class_index); /* stopped or ended by itself */
    void (*on_iterations_done)(void *data);               /* once, when the last one was started */
    void (*on_stop_test)(void *data);                     /* a scenario asked for the end */
    void (*on_exit_code)(void *data, int code);
    /* A task crashed; it stands in the statistics' exceptions already. Texts are borrowed. */
    void (*on_exception)(void *data, const char *message, const char *traceback);
};

/* All borrowed, and needed until sim_free(). The scenarios' request hooks are called from here. */
struct sim *sim_new(struct loop *loop, struct transport *transport, struct stats *stats,
                    const struct plan *plan, const struct scenarios *scenarios,
                    const struct sim_options *options, const struct sim_events *events);
void sim_free(struct sim *sim); /* users still there are dropped without their on_stop */

/*
 * Users that start from now on follow another plan, of the same classes in the same order. Both
 * plans are needed until sim_free(), as older users keep theirs.
 */
void sim_change_plan(struct sim *sim, const struct plan *plan);

/* A class by its index in the plan. The user's first code runs in a later round of the loop. */
void sim_start_user(struct sim *sim, size_t class_index);

/*
 * Asks the newest user of the class that was not asked yet. One that waits ends at once, by its
 * on_stop. One that runs a task may finish it if graceful; otherwise its blocking calls return and
 * the requests in flight are given up, counted as interrupted. False when there is no such user.
 */
bool sim_stop_user(struct sim *sim, size_t class_index, bool graceful);

/*
 * Pausing, users start no task and no other user's life begins; tasks under way end. Time stands
 * still for users that wait: what was left of a wait is left when they go on.
 */
void sim_pause(struct sim *sim, bool paused);

/* Users that were asked and are still busy with a task are cut short. */
void sim_kill_stopping(struct sim *sim);

/* The same for those that were asked so long ago; how long until the next ones are due, 0: none. */
int64_t sim_kill_overdue(struct sim *sim, int64_t timeout_ns);

size_t sim_users(const struct sim *sim);                            /* on_stop runs included */
size_t sim_active_users(const struct sim *sim, size_t class_index); /* not asked to stop */
size_t sim_class_users(const struct sim *sim, size_t class_index);  /* those too that were */

struct sim_counts {
    uint64_t started_users, ended_users; /* since sim_new() */
    uint64_t broken_users;               /* ended by a crash in on_start, or for want of a host */
    uint64_t task_runs;
    uint64_t requests_started;
    size_t waiting_users;   /* with a request under way */
    int64_t oldest_wait_ns; /* how long the oldest of those requests has been; 0: there is none */
    uint64_t interrupted;   /* requests given up at the stop: in no statistics */
    uint64_t slow_resumes;  /* times a task held the loop for over 100 ms */
    struct stacks_count stacks;
    size_t deepest_stack; /* bytes touched, seen by samples */
};
struct sim_counts sim_counts(const struct sim *sim);

#endif
