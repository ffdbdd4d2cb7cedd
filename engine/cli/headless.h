/* SPDX-License-Identifier: MIT */
/*
 * headless.h - a test without a web UI, from start to exit code: the run, its outputs, signals and
 * keys.
 */
#ifndef CLI_HEADLESS_H
#define CLI_HEADLESS_H

#include "cli/options.h"
#include "sim/plan.h"
#include "sim/scenario.h"

/* Returns the exit code of the process. */
int headless_run(const struct options *options, const struct scenarios *scenarios,
                 const struct plan *plan);

#endif
