/* SPDX-License-Identifier: MIT */
/*
 * as_worker.h - the process as a worker, from start to exit code.
 */
#ifndef CLI_AS_WORKER_H
#define CLI_AS_WORKER_H

#include "cli/options.h"
#include "sim/plan.h"
#include "sim/scenario.h"

/* The options' scenario values change as the master says. Returns the process's exit code. */
int as_worker(struct options *options, const struct scenarios *scenarios,
              const struct plan_options *plan);

#endif
