/* SPDX-License-Identifier: MIT */
/*
 * ending.h - why a test ended, as a person is told: "Stopped by hand after 4:10".
 */
#ifndef WATCH_ENDING_H
#define WATCH_ENDING_H

#include <stddef.h>

#include "runner/snapshot.h"

enum { ENDING_SIZE = 160 };

/* Without a full stop. NULL while no test has ended; else text. Until the last user has gone, it is
 * said without the time. */
const char *ending_text(const struct snapshot *snapshot, char text[ENDING_SIZE]);

#endif
