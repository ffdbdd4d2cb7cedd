/* SPDX-License-Identifier: MIT */
#include "runner/state.h"

#include "base/ensure.h"

static const char *const names[] = {"ready", "spawning", "running", "stopping", "stopped"};
_Static_assert(ARRAY_LEN(names) == RUN_STATES, "a name per state");

/* Row: from; column: to. An edit of the user count goes back to spawning. */
static const bool follows[RUN_STATES][RUN_STATES] = {
    [RUN_READY] = {[RUN_SPAWNING] = true, [RUN_STOPPING] = true},
    [RUN_SPAWNING] = {[RUN_SPAWNING] = true, [RUN_RUNNING] = true, [RUN_STOPPING] = true},
    [RUN_RUNNING] = {[RUN_SPAWNING] = true, [RUN_STOPPING] = true},
    [RUN_STOPPING] = {[RUN_STOPPED] = true},
    [RUN_STOPPED] = {[RUN_SPAWNING] = true},
};

const char *run_state_name(enum run_state state)
{
    return names[state];
}

bool run_state_may_follow(enum run_state from, enum run_state to)
{
    return follows[from][to];
}

void run_state_enter(enum run_state *state, enum run_state to)
{
    ENSURE(follows[*state][to]);
    *state = to;
}
