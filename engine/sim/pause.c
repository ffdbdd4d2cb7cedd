/* SPDX-License-Identifier: MIT */
/*
 * pause.c - a sim whose users start nothing for a while.
 *
 * Their timers are stopped and later go on with what was left, rather than firing when the pause is
 * over: everybody's wait would have ended by then, and all would start in one instant.
 */
#include "base/clock.h"
#include "sim/sim_private.h"

void user_step_after(struct user *user, int64_t pause_ns)
{
    if (user->sim->paused) {
        user->parked = true;
        user->parked_ns = pause_ns;
    } else {
        loop_timer_start(&user->timer, pause_ns);
    }
}

/* Between two jobs: one that thinks or waits for an answer is in the middle of a task. */
static void park(struct user *user)
{
    bool leaving = user->stop_self || user->phase == USER_STOPPING;

    if (!user->fiber && !leaving && loop_timer_active(&user->timer)) {
        user->parked = true;
        user->parked_ns = loop_timer_left_ns(&user->timer);
        loop_timer_stop(&user->timer);
    }
}

static void go_on(struct user *user, int64_t since_ns)
{
    if (!user->parked) {
        return;
    }
    if (user->pace_due_ns > since_ns) { /* what it waits for */
        user->pace_due_ns = clock_mono_ns() + user->parked_ns;
    }
    user->parked = false;
    loop_timer_start(&user->timer, user->parked_ns);
}

/* Those that are to stop have been asked and are left alone. */
void sim_pause(struct sim *sim, bool paused)
{
    if (paused == sim->paused) {
        return;
    }
    sim->paused = paused;
    for (size_t i = 0; i < sim->plan->class_count; i++) {
        struct user *user;

        list_for_each (user, &sim->classes[i].users, link) {
            if (paused) {
                park(user);
            } else {
                go_on(user, sim->paused_ns);
            }
        }
    }
    sim->paused_ns = clock_mono_ns();
}
