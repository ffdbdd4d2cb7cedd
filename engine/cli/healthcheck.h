/* SPDX-License-Identifier: MIT */
/*
 * healthcheck.h - "cicada healthcheck": asks the cicada that runs beside it how it is, for
 * containers, whose images have nothing else that could.
 *
 *     cicada healthcheck [live|ready] [options of the other]
 *
 * It reads the same options, files and environment, LOCUST_MODE (master or worker) too, and asks
 * the health port of a worker or a headless run (8090 if none is given), or the web interface of
 * anything else.
 */
#ifndef CLI_HEALTHCHECK_H
#define CLI_HEALTHCHECK_H

#include "cli/options.h"

bool healthcheck_asked(const struct option_inputs *inputs);

/* One line that says why, and the process's exit code: 0 or 1. */
int healthcheck(struct options *options, const struct option_inputs *inputs);

#endif
