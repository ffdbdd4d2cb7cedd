/* SPDX-License-Identifier: MIT */
/*
 * download.h - a worker's scenario from its master: -f -
 */
#ifndef RUNNER_DOWNLOAD_H
#define RUNNER_DOWNLOAD_H

#include "base/err.h"
#include "runner/link.h"

/* At the end of the name of a module, whose bytes go over the wire as base64. */
#define DOWNLOAD_ENCODED ".base64"

struct download {
    char *folder; /* made for it; NULL: none */
    char **paths; /* of the files in it; ends with NULL */
};

/*
 * Asks every second until an answer comes, for at most 300 s; blocks so long. False with a
 * sentence, also for a test in Python, which we can't run.
 */
bool download_scenario(struct download *download, const char *host, int port,
                       const struct link_curve *curve, struct err *err);
void download_fini(struct download *download); /* removes the files; a zeroed one is fine */

#endif
