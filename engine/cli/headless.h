/* SPDX-License-Identifier: MIT */
/*
 * headless.h - a test without a web UI, from start to exit code: the run, its outputs, signals and
 * keys.
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
    /* For a master. */
    const struct master_class *classes;
    size_t class_count;
    bool learn_classes; /* from what workers report */
    const char *const *files;
};

/* Returns the exit code of the process. */
int headless_run(const struct options *options, const struct program_parts *parts);

#endif
