/* SPDX-License-Identifier: MIT */
/* builtin.h - the scenarios the program carries: those it runs when no -f is given. */
#ifndef SCENARIOS_BUILTIN_H
#define SCENARIOS_BUILTIN_H

struct scenario;

struct builtin_scenario {
    const char *name; /* of the source file, without .c */
    const struct scenario *scenario;
};

extern const struct builtin_scenario builtin_scenarios[]; /* ends with a zero entry */

#endif
