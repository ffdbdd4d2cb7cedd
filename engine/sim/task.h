/* SPDX-License-Identifier: MIT */
/*
 * task.h - which task comes next: by weight, in order, or by a Markov chain.
 */
#ifndef SIM_TASK_H
#define SIM_TASK_H

#include "base/rng.h"
#include "sim/user.h"

/* Advances the frame. Its set must have a task. */
const struct plan_task *task_next(struct frame *frame, struct rng *rng);

#endif
