/* SPDX-License-Identifier: MIT */
/* local_ramp.c - the ramp of a run: who starts and stops when, and who has been stopping too long.
 */
#define LOGGER "locust.runners"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "runner/local_private.h"

/*
 * A step of the ramp may be thousands of users. Started in one go, their first requests would keep
 * the loop from everything else for as long; so a step is carried out bit by bit within this time.
 */
static const int64_t step_spread_ns = 500 * NS_PER_MS;
static const int64_t slice_ns = 2 * NS_PER_MS;
/* The last step has no next one to tell its time: it gets twice what starting its users takes. */
static const int64_t last_step_user_ns = 200 * NS_PER_US;

/* ---- The ramp ---- */

static void log_spawned(struct local *local)
{
    struct buf text;

    buf_init(&text, 64 * 1024);
    for (size_t i = 0; i < local->plan->class_count; i++) {
        buf_printf(&text,
                   "%s\"%s\": %zu",
                   i > 0 ? ", " : "",
                   local->plan->classes[i].name,
                   sim_active_users(local->sim, i));
    }
    log_info("All users spawned: {%s} (%zu total users)", buf_text(&text), sim_users(local->sim));
    buf_fini(&text);
}

bool local_ended_by_itself(const struct local *local)
{
    return (local->state == RUN_RUNNING || local->state == RUN_SPAWNING) &&
           sim_counts(local->sim).started_users > 0 && sim_users(local->sim) == 0 &&
           spread_target(local->spread) > 0 && /* else they were taken away */
           !spread_ramping(local->spread) && !course_shaped(&local->course);
}

static void ramp_complete(struct local *local)
{
    run_state_enter(&local->state, RUN_RUNNING);
    log_spawned(local);
    if (local->options->reset_stats) {
        log_info("Resetting stats");
        stats_reset(local->stats, clock_wall_ns());
        loop_lag_reset(local->loop);
    }
    if (local->events.on_spawned) {
        local->events.on_spawned(local->events.data);
    }
    if (local_ended_by_itself(local)) {
        local_end_test(local, LOCAL_END_NO_USERS, -1);
    }
}

/* How many of the step's changes are to be done by now. */
static size_t changes_due(const struct local *local)
{
    const struct spread_step *step = &local->step;
    int64_t within_ns = (local->step_due_ns - local->step_start_ns) / 2;
    int64_t elapsed_ns = clock_mono_ns() - local->step_start_ns + slice_ns;

    if (within_ns == 0) { /* the last step */
        within_ns = (int64_t)step->change_count * last_step_user_ns;
    }
    if (within_ns > step_spread_ns) {
        within_ns = step_spread_ns;
    }
    if (elapsed_ns >= within_ns) {
        return step->change_count;
    }
    return (size_t)((double)step->change_count * (double)elapsed_ns / (double)within_ns) + 1;
}

/* Carries out a slice of the step; then arms the timer for what comes next. */
static void on_ramp(struct loop_timer *timer)
{
    struct local *local = timer->data;
    struct spread_step *step = &local->step;
    bool graceful = local->options->stop_timeout_ns > 0;

    if (local->paused_ns > 0) {
        local->held_ns = clock_mono_ns();
        return;
    }
    if (local->step_done == step->change_count) { /* the next step is due */
        if (step->last) {
            ramp_complete(local);
            return;
        }
        if (!spread_step(local->spread, step)) {
            return;
        }
        local->step_done = 0;
        local->step_start_ns = local->step_due_ns;
        local->step_due_ns += ns_from_seconds(step->pause_s);
    }
    size_t due = changes_due(local);

    while (local->step_done < due && local->step_done < step->change_count) {
        const struct spread_change *change = &step->changes[local->step_done++];

        for (int32_t d = change->delta; d > 0; d--) {
            sim_start_user(local->sim, change->class);
        }
        for (int32_t d = change->delta; d < 0; d++) {
            /* False: one that should stop has ended by itself. */
            sim_stop_user(local->sim, change->class, graceful);
            if (graceful && !loop_timer_active(&local->stop_timer)) {
                loop_timer_start(&local->stop_timer, local->options->stop_timeout_ns);
            }
        }
    }
    if (local->step_done < step->change_count) {
        loop_timer_start(timer, slice_ns);
    } else {
        loop_timer_start(timer, local->step_due_ns - clock_mono_ns());
    }
}

/* A graceful stop of single users ends when its time is up. */
static void on_stop_timeout(struct loop_timer *timer)
{
    struct local *local = timer->data;
    bool ending = local->state == RUN_STOPPING;
    int64_t next_ns =
        sim_kill_overdue(local->sim, ending ? local->grace_ns : local->options->stop_timeout_ns);

    if (next_ns > 0) {
        loop_timer_start(timer, next_ns);
    }
}

void local_ramp_to(struct local *local, uint32_t users, double rate, const char *const *classes)
{
    if (!course_set_target(local->spread, users, rate, classes)) {
        return;
    }
    run_state_enter(&local->state, RUN_SPAWNING);
    local->spawn_rate = rate;
    /*
     * Where a ramp is under way, the rest of its step still happens: its users are counted as
     * placed already.
     */
    local->step.last = false;
    if (local->step_done == local->step.change_count) {
        local->step_due_ns = clock_mono_ns();
        loop_timer_start(&local->ramp_timer, 0);
    }
}

void local_ramp_pause(struct local *local, bool paused)
{
    if (!paused && local->held_ns > 0) {
        int64_t rested_ns = clock_mono_ns() - local->held_ns;

        local->held_ns = 0;
        local->step_start_ns += rested_ns;
        local->step_due_ns += rested_ns;
        loop_timer_start(&local->ramp_timer, 0);
    }
}

void local_expect_stopped(struct local *local, int64_t grace_ns)
{
    loop_timer_start(&local->stop_timer, grace_ns);
}

void local_ramp_init(struct local *local)
{
    loop_timer_init(&local->ramp_timer, local->loop, on_ramp, local);
    loop_timer_init(&local->stop_timer, local->loop, on_stop_timeout, local);
}

void local_ramp_stop(struct local *local)
{
    loop_timer_stop(&local->ramp_timer);
    local->held_ns = 0;
}
