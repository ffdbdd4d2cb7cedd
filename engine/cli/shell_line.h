/* SPDX-License-Identifier: MIT */
/*
 * shell_line.h - the command that would run a test again, on one line for a shell: the options from
 * all places they came from. Secrets, and passwords within URLs, show as ***.
 */
#ifndef CLI_SHELL_LINE_H
#define CLI_SHELL_LINE_H

#include "cli/options.h"

char *shell_line(const struct options *options); /* owned by the caller */

#endif
