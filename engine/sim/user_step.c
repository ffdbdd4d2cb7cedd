/* SPDX-License-Identifier: MIT */
/* user_step.c - what a user does next: the flags the last job left decide, and its task sets. */
#define LOGGER "locust.user.task"
#include "base/clock.h"
#include "base/log.h"
#include "sim/mix.h"
#include "sim/sim_private.h"
#include "sim/task.h"
#include "sim/user_private.h"

/* Of the innermost set that has one; a task that leaves its set is followed by what surrounds it.
 */
const struct wait *user_wait(const struct user *user)
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
        user->frames[user->depth - 1].entered = false; /* user_step() runs its on_stop first */
        pause_ns = 0;
    } else if (interrupt) {
        log_warning("class %s, task %s: user_interrupt() outside a task set has no effect",
                    user->class->name,
                    user->task_name);
    }
    user->unanswered = pause_ns > 0 ? 0 : user->unanswered;
    if (pause_ns == 0 && user->blocked && !user->sim->paused) {
        /* The others had their turn meanwhile, and all of this user is in the cache now. */
        user_step(user);
    } else {
        user_step_after(user, pause_ns);
    }
}

/* After a job: the flags it left decide. */
void user_job_ended(struct user *user)
{
    enum user_job job = user->job;
    bool crashed = user->crashed, skip_wait = user->skip_wait, wait_asked = user->wait_asked;

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
    if (user_must_stop(user) || user->phase == USER_STOPPING) {
        loop_timer_start(&user->timer, 0);
    } else if (wait_due && user_wait(user)) {
        user_start_job(user, JOB_WAIT, NULL, user->task_name);
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
    user_start_job(user, JOB_SET_STOP, set->on_stop, set->name);
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
            user_start_job(user, JOB_ON_STOP, class->source->on_stop, "on_stop");
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
            user_start_job(user, JOB_TASK, task->run, task->name);
            return;
        }
        top = &user->frames[user->depth++];
        *top = (struct frame){.set = task->set, .entered = true};
        if (task->set->on_start) {
            user_start_job(user, JOB_SET_START, task->set->on_start, task->set->name);
            return;
        }
    }
}

void user_step(struct user *user)
{
    if (user_must_stop(user) && user->phase != USER_STOPPING) {
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
            user_start_job(user, JOB_ON_START, user->class->source->on_start, "on_start");
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
