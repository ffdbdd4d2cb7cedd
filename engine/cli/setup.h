/* SPDX-License-Identifier: MIT */
/*
 * setup.h - what every role of the program sets up the same way.
 */
#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/options.h"
#include "runner/link.h"
#include "sim/sim.h"

/*
 * As many descriptors as the system allows; each of wanted things (users, workers) needs one.
 * False, logged, if there are too few to run at all; a warning if there are fewer than wanted.
 */
bool raise_descriptor_limit(uint64_t wanted, const char *things);

/* Texts are borrowed from the options. */
struct sim_options sim_options_of(const struct options *options);

/* A scenario's own option, as options_custom(), for those who know no struct options. */
const char *look_up_option(const void *options, const char *name);

/* Keys from the options; *curve is NULL where none are given. Free with curve_keys_fini(). */
struct curve_keys {
    char secret[41], public[41];
    struct link_curve link;
    const struct link_curve *curve; /* &link, or NULL */
};
bool curve_keys_init(struct curve_keys *keys, const struct options *options, struct err *err);
void curve_keys_fini(struct curve_keys *keys); /* wipes the secret */

/* A TCP port that nobody listens on at the moment; 0 if there is none. */
int free_port(void);

int print_curve_key(void); /* the process's exit code */

#endif
