/* SPDX-License-Identifier: MIT */
/*
 * processes.h - --processes: many worker processes out of one, started before there is any thread,
 * socket or loop, and started again when one crashes.
 */
#ifndef CLI_PROCESSES_H
#define CLI_PROCESSES_H

#include <stdbool.h>
#include <sys/types.h>

/* -1 is one per processor. */
int processes_count(long long asked);

/*
 * Forks so many children and waits until all have ended. True in a child, which goes on as a
 * worker, with *nth its number; false in the parent when it is over, with *code the largest exit
 * code. SIGINT and SIGTERM are passed on to the children; the third time it kills them.
 */
bool processes_supervise(int count, int *nth, int *code);

/*
 * The same in a process of its own, beside a caller that goes on as master. True in a child.
 * *supervisor is its process id in the caller, where SIGINT does not reach the children.
 */
bool processes_start(int count, int *nth, pid_t *supervisor);
/* Tells it to stop, waits for it and gives the largest exit code of the children. */
int processes_end(pid_t supervisor);

#endif
