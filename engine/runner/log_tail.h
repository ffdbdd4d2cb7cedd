/* SPDX-License-Identifier: MIT */
/*
 * log_tail.h - the last lines of the log, for the master to show. One per process.
 */
#ifndef RUNNER_LOG_TAIL_H
#define RUNNER_LOG_TAIL_H

#include <stddef.h>
#include <stdint.h>

enum { LOG_TAIL_LINES = 500 };

void log_tail_start(void); /* watches every line from now on; again: nothing more */
void log_tail_stop(void);

uint64_t log_tail_total(void);           /* lines seen since the start */
uint64_t log_tail_warnings(void);        /* of them: WARNING and above */
size_t log_tail_count(void);             /* lines kept */
const char *log_tail_line(size_t index); /* 0: the oldest kept; borrowed until the next line */

#endif
