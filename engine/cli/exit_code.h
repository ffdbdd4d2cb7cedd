/* SPDX-License-Identifier: MIT */
/*
 * exit_code.h - what the process tells its caller.
 */
#ifndef CLI_EXIT_CODE_H
#define CLI_EXIT_CODE_H

#include "cli/options.h"
#include "runner/runner.h"

enum {
    EXIT_STARTUP = 1,  /* file not found, unknown class, init hook failed, port busy */
    EXIT_USAGE = 2,    /* wrong options */
    EXIT_INTERNAL = 2, /* an output could not be written */
    EXIT_EMPTY = 4,    /* nothing was tested */
    EXIT_CONFIG_USERS = 255,
    EXIT_ROLES = 255,     /* --master with --worker */
    EXIT_NO_MASTER = 255, /* none answered a worker */
};

/*
 * Highest first: the scenario's own code; --exit-code-on-error after failures or exceptions;
 * EXIT_EMPTY, with a line that says why, when no request was recorded or every user broke down; 0.
 */
int exit_code_of(const struct snapshot *snapshot, const struct options *options,
                 const struct runner *runner);

#endif
