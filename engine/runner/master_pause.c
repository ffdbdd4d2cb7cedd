/* SPDX-License-Identifier: MIT */
/*
 * master_pause.c - a test whose users start no new tasks for a while.
 *
 * Only workers of ours can. They say in each heartbeat whether they are paused, so that one that
 * missed the order, or came later, is told then.
 */
#define LOGGER "locust.runners"
#include "base/clock.h"
#include "base/log.h"
#include "runner/master_private.h"

bool master_can_pause(const struct master *master, const struct peer **who_can_not)
{
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (!peer->can_pause && peer->state != PEER_MISSING) {
            *who_can_not = peer;
            return false;
        }
    }
    return true;
}

static bool under_way(const struct master *master)
{
    return master->state == RUN_SPAWNING || master->state == RUN_RUNNING;
}

/* Who came while it was paused, and had no part in it. */
static void let_in(struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (peer->state != PEER_MISSING) {
            master_ramp_join(master, peer);
        }
    }
}

bool master_pause(struct runner *runner, bool paused, struct err *err)
{
    struct master *master = master_of(runner);
    const struct peer *other = NULL;

    if (!under_way(master)) {
        return err_set(err, "there is no test that could be %s", paused ? "paused" : "resumed");
    }
    if (paused && !master_can_pause(master, &other)) {
        return err_set(
            err, "worker %s can't pause: it is none of cicada's, or has just come", other->id);
    }
    if (paused == (master->paused_ns > 0)) {
        return true;
    }
    master->paused_ns = paused ? clock_wall_ns() : 0;
    log_info(paused ? "Test paused: no new tasks start" : "Test resumed");
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (peer->can_pause) {
            master_send_pause(master, peer, paused);
        }
    }
    if (!paused) {
        let_in(master);
        master_ramp_resume(master);
    }
    return true;
}

void master_pause_heard(struct master *master, struct peer *peer, enum flag paused)
{
    bool shall = master->paused_ns > 0, new_one = !peer->can_pause;

    if (paused == FLAG_UNSAID) {
        return;
    }
    peer->can_pause = true;
    if (!under_way(master)) {
        return;
    }
    if (new_one && shall) { /* its part of the test says that it is paused */
        master_ramp_join(master, peer);
    } else if (shall != (paused == FLAG_YES) && peer_active(peer) && peer->state != PEER_READY) {
        master_send_pause(master, peer, shall);
    }
}

bool master_pause_keeps_out(const struct master *master, const struct peer *peer)
{
    return master->paused_ns > 0 && !peer->can_pause;
}
