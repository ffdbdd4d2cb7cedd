/* SPDX-License-Identifier: MIT */
/*
 * local_private.h - what local.c (start and end), local_ramp.c (who starts and stops when),
 * local_order.c (what is asked of a run) and local_snapshot.c (what is shown of it) share.
 */
#ifndef RUNNER_LOCAL_PRIVATE_H
#define RUNNER_LOCAL_PRIVATE_H

#include "base/arena.h"
#include "dispatch/spread.h"
#include "runner/class_changes.h"
#include "runner/local.h"
#include "runner/monitor.h"

/* What an order made of the options: users that started before a change still follow older plans.
 */
struct local_plan {
    struct plan plan;
    struct local_plan *older;
};

struct local {
    struct runner base;
    struct loop *loop;
    struct transport *transport;
    struct stats *stats;
    const struct plan *plan; /* the newest */
    const struct scenarios *scenarios;
    const struct local_options *options; /* &own_options */
    struct local_options own_options;
    struct local_plan *own_plans; /* newest first */
    struct class_changes *changes;
    struct arena order_texts; /* of the order at hand */
    const char *const *order_classes;
    struct runner_events events;
    struct sim *sim;
    struct monitor monitor;
    enum run_state state;
    enum local_end end;
    bool scenario_asked; /* for the end */

    struct spread *spread;
    struct spread_step step; /* being carried out */
    size_t step_done;        /* of its changes */
    int64_t step_start_ns;   /* when it was due */
    int64_t step_due_ns;     /* when the next one is */
    struct loop_timer ramp_timer, stop_timer;
    int64_t held_ns; /* when a pause made the ramp rest; 0: it does not */
    double spawn_rate;
    struct course course;

    int64_t stop_ns, grace_ns; /* when the end was asked for, and how long it may take; monotonic */
    size_t stop_users;         /* there were then */
    int64_t paused_ns;         /* wall; 0: it is not */

    int64_t start_ns, end_ns; /* wall */
    struct snapshot_memory snapshots;
    bool exit_code_set;
    int exit_code;
};

static inline struct local *local_of(struct runner *runner)
{
    return (struct local *)((char *)runner - offsetof(struct local, base));
}

/* ---- local.c ---- */

void local_begin(struct local *local); /* by the options as they are */
/* Nothing if it ends already. Tasks under way get so much time; below 0: the stop timeout. */
void local_end_test(struct local *local, enum local_end end, int64_t grace_ns);
void local_make_sim(struct local *local);

/* ---- local_ramp.c ---- */

void local_ramp_init(struct local *local);
void local_ramp_stop(struct local *local);
void local_ramp_to(struct local *local, uint32_t users, double rate, const char *const *classes);
void local_ramp_pause(struct local *local, bool paused);          /* it rests meanwhile */
void local_expect_stopped(struct local *local, int64_t grace_ns); /* asked users, by then */
bool local_ended_by_itself(const struct local *local);

/* ---- local_order.c ---- */

struct spread *local_make_spread(const struct plan *plan, struct err *err);
void local_free_plans(struct local_plan *plan);
bool local_order(struct runner *runner, const struct runner_order *order, struct err *err);
bool local_update_class(struct runner *runner, const struct plan_override *change, const char *json,
                        struct err *err);

/* ---- local_snapshot.c ---- */

struct snapshot local_snapshot(struct runner *runner);

#endif
