/* SPDX-License-Identifier: MIT */
/*
 * crash.h - says whose code it was when a process dies or hangs in a scenario's code.
 */
#ifndef SIM_CRASH_H
#define SIM_CRASH_H

#include "sim/user.h"

/*
 * Handlers, on a stack of their own, for the signals of crashes, which name class and task and let
 * the process die as it would have; and a watchdog that looks every second whether a task is still
 * running without having yielded since the last look, and names it. While one hangs so, a second
 * SIGINT or SIGTERM ends the process, which would otherwise wait for the loop for ever. Call once.
 */
void crash_install(void);

/* The user whose code runs from now on; NULL: none. */
void crash_watch(const struct user *user);

/* A stack overflowed into its neighbour without a guard noticing: says so and aborts. */
_Noreturn void crash_report_overflow(const struct user *user);

#endif
