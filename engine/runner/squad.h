/* SPDX-License-Identifier: MIT */
/*
 * squad.h - the users a worker runs: told absolute numbers per class, it starts and stops users
 * until they are right, from test start to test stop.
 */
#ifndef RUNNER_SQUAD_H
#define RUNNER_SQUAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/loop.h"
#include "http/transport.h"
#include "sim/plan.h"
#include "sim/scenario.h"
#include "sim/sim.h"
#include "stats/stats.h"

struct squad;

struct squad_events {
    void *data;
    void (*on_adjusted)(void *data); /* the numbers are right, and who had to leave has left */
    void (*on_stopped)(void *data);  /* after squad_stop(): the last user is gone */
    /* As in sim_events; any may be NULL. */
    void (*on_exception)(void *data, const char *message, const char *traceback);
    void (*on_stop_test)(void *data);
    void (*on_exit_code)(void *data, int code);
};

/*
 * All borrowed until squad_free(), the texts in plan too. Calls the test_start hooks. NULL with a
 * sentence if the plan makes no sense.
 */
struct squad *squad_new(struct loop *loop, struct transport *transport, struct stats *stats,
                        const struct scenarios *scenarios, const struct plan_options *plan,
                        const struct sim_options *sim, const struct squad_events *events,
                        struct err *err);
void squad_free(struct squad *squad); /* users still there are dropped */

/* For users that start from now on. On false nothing changes. */
bool squad_change_plan(struct squad *squad, const struct plan_options *plan, struct err *err);

/* How long users that are asked to stop may finish their tasks; 0: not at all. Counts for those too
 * that are finishing already. */
void squad_set_stop_timeout(struct squad *squad, int64_t timeout_ns);

/* Notes how many users of the class there shall be; false if there is no such class. */
bool squad_want(struct squad *squad, const char *name, size_t length, size_t users);

/* Goes for what was noted; an adjustment under way is replaced and not reported. */
void squad_adjust(struct squad *squad);

/* See sim_pause(). */
void squad_pause(struct squad *squad, bool paused);

/* Stops everybody; again: at once. The test_stop hooks are called after the last one left. */
void squad_stop(struct squad *squad);

const struct plan *squad_plan(const struct squad *squad);
size_t squad_users(const struct squad *squad, size_t class); /* those that are leaving included */
struct sim_counts squad_counts(const struct squad *squad);

#endif
