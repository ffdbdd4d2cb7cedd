/* SPDX-License-Identifier: MIT */
/*
 * state.h - the states of a test, as Locust names them, and which may follow which.
 */
#ifndef RUNNER_STATE_H
#define RUNNER_STATE_H

#include <stdbool.h>

enum run_state {
    RUN_READY,    /* nothing ran yet */
    RUN_SPAWNING, /* on the way to the target */
    RUN_RUNNING,  /* there */
    RUN_STOPPING, /* users are finishing */
    RUN_STOPPED,
    RUN_STATES,
};

const char *run_state_name(enum run_state state); /* "ready", as the wire and the web show it */

bool run_state_may_follow(enum run_state from, enum run_state to);

/* Moves on; a step that may not follow is a bug. */
void run_state_enter(enum run_state *state, enum run_state to);

#endif
