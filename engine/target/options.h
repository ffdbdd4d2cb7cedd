/* SPDX-License-Identifier: MIT */
/* options.h - the command line of cicada-target. */
#ifndef TARGET_OPTIONS_H
#define TARGET_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct options {
    const char *host; /* texts point into argv */
    uint16_t port;    /* 0: any free one */
    bool faults;
    uint16_t fault_port;
    const char *tls_cert, *tls_key; /* file names; both or neither */
    bool quiet, help, version;
};

/* On false the sentence says which option is wrong, and how. */
bool options_parse(struct options *options, int argc, char **argv, struct err *err);

extern const char options_help[];

#endif
