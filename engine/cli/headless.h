/* SPDX-License-Identifier: MIT */
/*
 * headless.h - tests from start to exit code: the run, its outputs, signals and keys. With
 * --headless one test; without it as many as are asked for by the web interface (with_web.h).
 */
#ifndef CLI_HEADLESS_H
#define CLI_HEADLESS_H

#include "cli/options.h"
#include "runner/master.h"
#include "sim/plan.h"
#include "sim/scenario.h"

/* What main.c made of the options. All borrowed. */
struct program_parts {
    const struct scenarios *scenarios;
    const struct plan *plan;
    const struct plan_options *plan_options; /* what the plan was made of */
    /* For a master. */
    const struct master_class *classes;
    size_t class_count;
    bool learn_classes; /* from what workers report */
    const char *const *files;
};

/* Returns the exit code of the process. */
int headless_run(struct options *options, const struct program_parts *parts);

#endif
