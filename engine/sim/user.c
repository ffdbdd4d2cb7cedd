/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.user.task"
#include "sim/user.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"
#include "sim/crash.h"
#include "sim/headers.h"
#include "sim/mix.h"
#include "sim/outcome.h"
#include "sim/sim_private.h"
#include "sim/task.h"

enum { REFUSED_BLOCKS_MAX = 1000 };

static const int64_t slow_resume_ns = 100 * NS_PER_MS;
/*
 * A closed port answers within microseconds. Users without a wait would then do nothing but try, as
 * fast as the loop turns; so a second failure on end costs a pause.
 */
static const int64_t back_off_ns = 100 * NS_PER_MS;

static void step(struct user *user);

static void on_timer(struct loop_timer *timer);

struct user *user_new(struct sim *sim, size_t class_index, unsigned id)
{
    struct user *user = pool_take(&sim->users);
    const struct plan_class *class = &sim->plan->classes[class_index];

    user->magic = USER_MAGIC;
    user->id = id;
    user->sim = sim;
    user->class = class;
    user->class_index = class_index;
    list_init(&user->link);
    rng_seed(&user->rng, sim->options->seed + id);
    user->frames = mem_array(class->depth, sizeof(*user->frames));
    user->frames[0] = (struct frame){.set = &class->root, .entered = true};
    user->depth = 1;
    if (class->source->data_size > 0) {
        user->data = mem_new(class->source->data_size);
    }
    loop_timer_init(&user->timer, sim->loop, on_timer, user);
    user_step_after(user, 0);
    return user;
}

void user_free(struct user *user)
{
    loop_timer_stop(&user->timer);
    if (user->fiber) { /* dropped in the middle of a job */
        outcome_cancel_all(user);
        outcome_drop_all(user);
        fibers_give(user->sim->fibers, user->fiber);
    }
    if (user->client) {
        user->sim->transport->ops->client_free(user->client);
    }
    headers_free(user->headers);
    free(user->auth_name);
    free(user->auth_password);
    free(user->frames);
    free(user->data);
    user->magic = 0;
    pool_give(&user->sim->users, user);
}

/* ---- On the user's stack ---- */

static bool must_stop(const struct user *user)
{
    return user->stop_asked || user->stop_self;
}

/* Of the innermost set that has one; a task that leaves its set is followed by what surrounds it.
 */
static const struct wait *wait_of(const struct user *user)
{
    const struct wait *wait = &user->class->root.wait;
    size_t depth = user->depth;

    if (user->interrupt && depth > 1) {
        if (user->interrupt_reschedule) {
            return NULL;
        }
        depth--;
    }
    for (size_t i = 0; i < depth; i++) {
        if (user->frames[i].set->wait.next) {
            wait = &user->frames[i].set->wait;
        }
    }
    return wait->next ? wait : NULL;
}

/* The coroutine's body: one job, and the wait that follows a task. */
static void run_job(void *argument)
{
    struct user *user = argument;

    if (user->job != JOB_WAIT) {
        user->run(user);
    }
    bool asks = (user->job == JOB_TASK || user->job == JOB_WAIT) && !must_stop(user);
    const struct wait *wait = asks ? wait_of(user) : NULL;

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

static void job_ended(struct user *user);

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
    case BLOCK_CALL: /* served in resume() */
    case BLOCK_NONE:
        ENSURE(!"a job yielded without a reason");
    }
}

static void resume(struct user *user)
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
        job_ended(user);
    } else {
        serve_block(user);
    }
}

static void start_job(struct user *user, enum user_job job, task_fn *run, const char *name)
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
    resume(user);
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
        resume(user);
    }
}

static void on_timer(struct loop_timer *timer)
{
    struct user *user = timer->data;

    MAGIC_CHECK(user, (unsigned)USER_MAGIC);
    if (user->fiber) {
        resume(user);
    } else {
        step(user);
    }
}

/* ---- On the loop's stack: what comes next ---- */

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

/* The job is over and the user lives: what comes next comes after a pause. */
static void go_on(struct user *user, enum user_job job, int64_t pause_ns)
{
    bool interrupt = user->interrupt;

    user->interrupt = false;
    if (job == JOB_SET_STOP) {
        interrupt = false; /* it is being left already */
        pause_ns = user->leave_wait_ns;
    }
    if (interrupt && user->depth > 1) {
        user->leave_wait_ns = user->interrupt_reschedule ? 0 : pause_ns;
        user->frames[user->depth - 1].entered = false; /* step() runs its on_stop first */
        pause_ns = 0;
    } else if (interrupt) {
        log_warning("class %s, task %s: user_interrupt() outside a task set has no effect",
                    user->class->name,
                    user->task_name);
    }
    user->unanswered = pause_ns > 0 ? 0 : user->unanswered;
    if (pause_ns == 0 && user->blocked && !user->sim->paused) {
        /* The others had their turn meanwhile, and all of this user is in the cache now. */
        step(user);
    } else {
        user_step_after(user, pause_ns);
    }
}

/* After a job: the flags it left decide. */
static void job_ended(struct user *user)
{
    enum user_job job = user->job;
    bool crashed = user->crashed, skip_wait = user->skip_wait, wait_asked = user->wait_asked;

    outcome_commit(user);
    outcome_drop_all(user);
    give_fiber_back(user);
    user->job = JOB_NONE;
    user->crashed = user->skip_wait = false;
    if (crashed && job == JOB_ON_START) {
        /* As with Locust, the user ends there, without its on_stop. */
        user->sim->counts.broken_users++;
        sim_user_ended(user->sim, user);
        return;
    }
    if (crashed && user->stop_self && user->phase != USER_STOPPING) {
        user->sim->counts.broken_users++;
    }
    if (job == JOB_ON_START) {
        user->phase = USER_RUNNING;
    }
    /* What did not come to its wait and is followed by one. */
    bool wait_due = !wait_asked && !skip_wait &&
                    ((crashed && (job == JOB_TASK || job == JOB_SET_START)) ||
                     (user->interrupt && job == JOB_SET_START));

    if (crashed && job == JOB_SET_START) {
        user->depth--; /* as with Locust, it never got in, so that its on_stop does not run */
        user->interrupt = false;
    }
    if (must_stop(user) || user->phase == USER_STOPPING) {
        loop_timer_start(&user->timer, 0);
    } else if (wait_due && wait_of(user)) {
        start_job(user, JOB_WAIT, NULL, user->task_name);
    } else if (crashed && wait_asked) {
        go_on(user, job, NS_PER_S); /* the wait itself crashed: don't let it spin */
    } else {
        go_on(user, job, skip_wait ? 0 : user->wait_ns);
    }
}

/* Leaves the innermost set; true when its on_stop was started. */
static bool leave_set(struct user *user)
{
    const struct plan_set *set = user->frames[--user->depth].set;

    if (!set->on_stop) {
        return false;
    }
    start_job(user, JOB_SET_STOP, set->on_stop, set->name);
    return true;
}

static void step_stopping(struct user *user)
{
    const struct plan_class *class = user->class;

    while (user->depth > 1) {
        if (leave_set(user)) {
            return;
        }
    }
    if (user->depth == 1) {
        user->depth = 0;
        if (class->source->on_stop) {
            start_job(user, JOB_ON_STOP, class->source->on_stop, "on_stop");
            return;
        }
    }
    sim_user_ended(user->sim, user);
}

static void step_running(struct user *user)
{
    struct frame *top = &user->frames[user->depth - 1];

    if (user->depth > 1 && !top->entered) { /* interrupted */
        if (!leave_set(user)) {
            user->unanswered = user->leave_wait_ns > 0 ? 0 : user->unanswered;
            loop_timer_start(&user->timer, user->leave_wait_ns);
        }
        return;
    }
    for (;;) {
        if (top->set->task_count == 0) {
            user->stop_self = true;
            user->sim->counts.broken_users++;
            loop_timer_start(&user->timer, 0);
            return;
        }
        const struct plan_task *task = task_next(top, &user->rng);

        if (!task->set) {
            if (!sim_take_iteration(user->sim)) {
                user->stop_self = true;
                loop_timer_start(&user->timer, 0);
                return;
            }
            mix_note(&user->sim->mix, user, task);
            start_job(user, JOB_TASK, task->run, task->name);
            return;
        }
        top = &user->frames[user->depth++];
        *top = (struct frame){.set = task->set, .entered = true};
        if (task->set->on_start) {
            start_job(user, JOB_SET_START, task->set->on_start, task->set->name);
            return;
        }
    }
}

static void step(struct user *user)
{
    if (must_stop(user) && user->phase != USER_STOPPING) {
        /* One that never started has nothing to stop. */
        bool untouched = user->phase == USER_STARTING;

        user->phase = USER_STOPPING;
        user->killed = false;
        if (untouched) {
            sim_user_ended(user->sim, user);
            return;
        }
    }
    switch (user->phase) {
    case USER_STARTING:
        if (user->class->source->on_start) {
            start_job(user, JOB_ON_START, user->class->source->on_start, "on_start");
            return;
        }
        user->phase = USER_RUNNING;
        step_running(user);
        return;
    case USER_RUNNING:
        step_running(user);
        return;
    case USER_STOPPING:
        step_stopping(user);
        return;
    case USER_PHASES:
        break;
    }
}

/* ---- Stopping ---- */

void user_kill(struct user *user)
{
    if (user->killed || !user->fiber || user->phase == USER_STOPPING) {
        return;
    }
    user->killed = true;
    if (user->block == BLOCK_REQUESTS) {
        outcome_cancel_all(user);
    }
    if (user->block != BLOCK_NONE) {
        loop_timer_start(&user->timer, 0);
    }
}

void user_ask_to_stop(struct user *user, bool graceful)
{
    user->stop_asked = true;
    user->asked_ns = clock_mono_ns();
    if (!user->fiber) {
        loop_timer_start(&user->timer, 0);
    } else if (!graceful) {
        user_kill(user);
    }
}
