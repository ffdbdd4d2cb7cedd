/* SPDX-License-Identifier: MIT */
/*
 * run_health.h - the health port of a headless run, which has no web interface that could be asked.
 */
#ifndef CLI_RUN_HEALTH_H
#define CLI_RUN_HEALTH_H

#include "base/err.h"
#include "cli/options.h"
#include "core/loop.h"
#include "runner/runner.h"

struct run_health;

/* True with *health NULL where none is wanted; false with a sentence if it can't listen. */
bool run_health_open(struct run_health **health, const struct options *options, struct loop *loop,
                     struct runner *runner, struct err *err);
void run_health_free(struct run_health *health); /* NULL is fine */

#endif
