/* SPDX-License-Identifier: MIT */
/*
 * user_private.h - how a user's steps and jobs follow each other; for the user*.c only. A step
 * starts a job, or a timer; a job that is over is followed by a step.
 */
#ifndef SIM_USER_PRIVATE_H
#define SIM_USER_PRIVATE_H

#include <stdbool.h>

#include "sim/user.h"

static inline bool user_must_stop(const struct user *user)
{
    return user->stop_asked || user->stop_self;
}

/* ---- user_job.c; the user may be gone after these two ---- */

/* Takes a fiber and runs the job until it blocks or is over. run: NULL for JOB_WAIT. */
void user_start_job(struct user *user, enum user_job job, task_fn *run, const char *name);
void user_resume(struct user *user); /* the running job goes on */

/* ---- user_step.c ---- */

/* The wait that follows the running task; NULL: none. On either stack. */
const struct wait *user_wait(const struct user *user);

/* Decides what comes next, and starts it. The user may be gone after these two. */
void user_step(struct user *user);
void user_job_ended(struct user *user); /* the fiber was given back */

#endif
