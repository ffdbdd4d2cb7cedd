/* SPDX-License-Identifier: MIT */
/* user_job.c - one job of a user: a fiber taken, the scenario's code run and blocked, and over. */
#define LOGGER "locust.user.task"
#include <math.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "sim/crash.h"
#include "sim/outcome.h"
#include "sim/sim_private.h"
#include "sim/user_private.h"

enum { REFUSED_BLOCKS_MAX = 1000 };

static const int64_t slow_resume_ns = 100 * NS_PER_MS;
/*
 * A closed port answers within microseconds. Users without a wait would then do nothing but try, as
 * fast as the loop turns; so a second failure on end costs a pause.
 */
static const int64_t back_off_ns = 100 * NS_PER_MS;

/* ---- On the user's stack ---- */

/* The coroutine's body: one job, and the wait that follows a task. */
static void run_job(void *argument)
{
    struct user *user = argument;

    if (user->job != JOB_WAIT) {
        user->run(user);
    }
    bool asks = (user->job == JOB_TASK || user->job == JOB_WAIT) && !user_must_stop(user);
    const struct wait *wait = asks ? user_wait(user) : NULL;

    if (wait) {
        user->wait_asked = true;
        double seconds = wait->next(user, wait);

        user->wait_ns = isnan(seconds) || seconds <= 0 ? 0 : ns_from_seconds(seconds);
    }
}

void user_block(struct user *user, enum user_block block)
{
    user->block = block;
    coro_yield();
}

void user_on_loop(struct user *user, void (*call)(struct user *user, void *data), void *data)
{
    user->call = call;
    user->call_data = data;
    user_block(user, BLOCK_CALL);
}

bool user_may_block(struct user *user)
{
    if (!user->killed) {
        return true;
    }
    if (++user->refused_blocks > REFUSED_BLOCKS_MAX) {
        log_warning("class %s, task %s goes on after the user was stopped, and is cut off; loop "
                    "while user_running(user)",
                    user->class->name,
                    user->task_name);
        coro_leave();
    }
    return false;
}

struct crash_text {
    const char *message, *traceback;
};

static void report_crash(struct user *user, void *data)
{
    const struct crash_text *text = data;
    const struct sim_events *events = &user->sim->events;

    events->on_exception(events->data, text->message, text->traceback);
}

void user_crash(struct user *user, const char *message, const char *traceback)
{
    struct sim *sim = user->sim;

    log_error("class %s, task %s: %s\n%s", user->class->name, user->task_name, message, traceback);
    exceptions_record(stats_exceptions(sim->stats), "local", message, traceback, clock_wall_ns());
    if (sim->events.on_exception) {
        user_on_loop(user, report_crash, &(struct crash_text){message, traceback});
    }
    user->crashed = true;
    coro_leave();
}

struct user *user_running_now(void)
{
    struct coro *coro = coro_current();

    return coro ? ((struct fiber *)((char *)coro - offsetof(struct fiber, coro)))->user : NULL;
}

/* ---- On the loop's stack: running jobs ---- */

/* Sees stack overflows that hit no guard, and now and then looks how deep stacks go. */
static void give_fiber_back(struct user *user)
{
    struct sim *sim = user->sim;
    struct sim_counts *counts = &sim->counts;
    uint64_t n = sim->jobs_ended++;

    if (n < 64 || n % 1024 == 0) {
        size_t touched = stack_touched(user->fiber->stack);
        size_t limit = user->fiber->stack->bytes / 4 * 3;

        if (touched > limit && counts->deepest_stack <= limit) {
            log_warning("class %s, task %s: %zu of %zu KB of its stack are used; consider a "
                        "larger --stack-size",
                        user->class->name,
                        user->task_name,
                        touched / 1024,
                        user->fiber->stack->bytes / 1024);
        }
        if (touched > counts->deepest_stack) {
            counts->deepest_stack = touched;
        }
    }
    if (!fibers_give(sim->fibers, user->fiber)) {
        crash_report_overflow(user);
    }
    user->fiber = NULL;
}

/* The running job blocked: does for it what it asked for. */
static void serve_block(struct user *user)
{
    enum user_block block = user->block;

    user->block = BLOCK_NONE;
    user->blocked = true;
    outcome_commit(user);
    switch (block) {
    case BLOCK_THINK:
        user->block = block;
        user->unanswered = user->think_ns > 0 ? 0 : user->unanswered;
        loop_timer_start(&user->timer, user->think_ns);
        break;
    case BLOCK_REQUESTS:
        user->block = block;
        outcome_start_pending(user);
        break;
    case BLOCK_CALL: /* served in user_resume() */
    case BLOCK_NONE:
        ENSURE(!"a job yielded without a reason");
    }
}

void user_resume(struct user *user)
{
    int64_t before_ns = clock_coarse_ns();

    crash_watch(user);
    do {
        user->block = BLOCK_NONE;
        coro_resume(&user->fiber->coro);
        if (user->block == BLOCK_CALL) {
            user->call(user, user->call_data);
        }
    } while (user->block == BLOCK_CALL);
    crash_watch(NULL);
    int64_t held_ns = clock_coarse_ns() - before_ns;

    if (held_ns > slow_resume_ns && user->sim->counts.slow_resumes++ < 10) {
        log_warning("class %s, task %s held up all users for %.0f ms; long computations don't "
                    "belong into a scenario",
                    user->class->name,
                    user->task_name,
                    (double)held_ns / NS_PER_MS);
    }
    if (user->fiber->coro.done) {
        outcome_commit(user);
        outcome_drop_all(user);
        give_fiber_back(user);
        user_job_ended(user);
    } else {
        serve_block(user);
    }
}

void user_start_job(struct user *user, enum user_job job, task_fn *run, const char *name)
{
    user->fiber = fibers_take(user->sim->fibers, run_job, user);
    if (!user->fiber) {
        log_error("no address space for another stack: user %u ends; use a smaller --stack-size "
                  "or fewer users",
                  user->id);
        user->sim->counts.broken_users++;
        sim_user_ended(user->sim, user);
        return;
    }
    user->fiber->user = user;
    user->job = job;
    user->blocked = false;
    user->run = run;
    user->task_name = name;
    user->wait_asked = false;
    user->wait_ns = 0;
    if (job == JOB_TASK) {
        user->sim->counts.task_runs++;
    }
    user_resume(user);
}

void user_request_done(struct user *user, bool answered)
{
    user->unanswered = answered ? 0 : user->unanswered + 1;
    if (user->in_flight > 0 || user->block != BLOCK_REQUESTS) {
        return;
    }
    if (user->unanswered > 1) {
        loop_timer_start(&user->timer, back_off_ns);
    } else {
        user_resume(user);
    }
}
