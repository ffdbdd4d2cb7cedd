/* SPDX-License-Identifier: MIT */
/*
 * load.h - the scenarios of a run, from where the options say.
 */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include <stdbool.h>

#include "base/err.h"
#include "cli/options.h"
#include "sim/scenario.h"

/*
 * The comma list of -f, or what a worker's master hands out; without one, ./locustfile.c, and
 * without that, everything built in. *files: the list's paths, for workers that ask for them;
 * NULL-terminated and the caller's, or NULL. False with a sentence if one can't be loaded.
 */
bool load_scenarios(struct scenarios *scenarios, char ***files, const struct options *options,
                    struct err *err);

#endif
