/* SPDX-License-Identifier: MIT */
/*
 * fault.h - a second, small HTTP server whose answers are wrong on purpose: cut, late, endless,
 * malformed. It writes raw bytes, which a proper HTTP library would not let it.
 *
 * Like the server proper it has no thread: the loop waits for fault_fd() to be readable and then
 * calls fault_run(); waits are in the shared timers.
 */
#ifndef TARGET_FAULT_H
#define TARGET_FAULT_H

#include "target/timer.h"

struct fault;

/* The listening socket is the fault server's from here on. The timers must outlive it. */
struct fault *fault_new(int listen_fd, unsigned max_connections, struct timers *timers);
void fault_free(struct fault *fault);

int fault_fd(const struct fault *fault);
void fault_run(struct fault *fault);

#endif
