/* SPDX-License-Identifier: MIT */
/*
 * evidence.h - what was sent and came back where a request failed, kept with the failure without
 * its secrets. Private to sim/.
 */
#ifndef SIM_EVIDENCE_H
#define SIM_EVIDENCE_H

#include "sim/outcome.h"

/* If more of the kind is wanted. */
void evidence_keep(const struct outcome *outcome, const struct failure *kind, const char *error,
                   int64_t wall_ns);

#endif
