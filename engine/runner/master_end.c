/* SPDX-License-Identifier: MIT */
/* master_end.c - the end of a distributed test: workers stop and stay, or are sent home. */
#define LOGGER "locust.runners"
#include "base/clock.h"
#include "base/log.h"
#include "runner/master_private.h"

static const int64_t quit_grace_ns = 3 * NS_PER_S; /* beyond the stop timeout */
static const int64_t stop_grace_ns = 60 * NS_PER_S;

static void warn_of_overload(const struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next_seen(master->roster, peer));) {
        if (peer->cpu_warned) {
            log_warning("CPU usage threshold was exceeded on worker %s (index %lld) during the "
                        "test!",
                        peer->id,
                        (long long)peer->index);
        }
    }
}

static void finish(struct master *master)
{
    if (master->state == RUN_STOPPED) {
        return;
    }
    warn_of_overload(master);
    loop_timer_stop(&master->quit_timer);
    master->state = RUN_STOPPED;
    master->halting = false;
    if (master->testing) {
        master->testing = false;
        master->end_ns = clock_wall_ns();
        scenarios_test_stop(master->scenarios);
    }
    master->events.on_ended(master->events.data);
}

static bool still_there(const struct master *master, const struct peer *peer)
{
    if (peer->state == PEER_MISSING) {
        return false;
    }
    return !master->halting || peer->users > 0 || peer->state != PEER_READY;
}

void master_check_gone(struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (still_there(master, peer)) {
            return;
        }
    }
    finish(master);
}

static void on_quit_timer(struct loop_timer *timer)
{
    struct master *master = timer->data;

    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (still_there(master, peer)) {
            log_warning(
                "worker %s (index %lld) has not said that it stopped; what it did since its last "
                "report is not counted",
                peer->id,
                (long long)peer->index);
        }
    }
    finish(master);
}

static void tell_all_to_quit(struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        master_send_plain(master, peer, MESSAGE_QUIT);
        peer->quitting = true;
    }
}

/*
 * Grace below 0: the stop timeout, which they know already. Workers that are not ours keep to that
 * in any case; and told again, they would take it for the end of another test.
 */
static void tell_all_to_stop(struct master *master, int64_t grace_ns, bool again)
{
    int64_t timeout_ns = master->options->stop_timeout_ns, longest_ns = grace_ns;

    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (!again || peer->can_pause) {
            master_send_stop(master, peer, grace_ns);
        }
        if (!peer->can_pause && timeout_ns > longest_ns) {
            longest_ns = timeout_ns;
        }
        peer->quitting = false;
    }
    master->halt_ns = clock_mono_ns();
    master->grace_ns = grace_ns < 0 ? timeout_ns : longest_ns;
    loop_timer_start(&master->quit_timer, master->grace_ns + stop_grace_ns);
}

/* They have stopped, wait out the stop timeout and would then call a master that is gone. */
static void send_resting_home(struct master *master)
{
    for (struct peer *peer = NULL; (peer = roster_next_seen(master->roster, peer));) {
        if (peer->resting && !peer->present) {
            master_send_plain(master, peer, MESSAGE_QUIT);
        }
    }
}

/* No more users; then the workers are told. */
static void close_test(struct master *master)
{
    loop_timer_stop(&master->wait_timer);
    course_stop(&master->course);
    master_ramp_close(master);
    master->paused_ns = 0;
    master->halt_ns = clock_mono_ns();
    master->halt_users = roster_users(master->roster);
    master->grace_ns = master->options->stop_timeout_ns;
    master->waiting = false;
    master->state = RUN_STOPPING;
}

void master_end_test(struct master *master)
{
    bool over = master->state == RUN_STOPPED && !master->options->keep_workers;

    if (over || (master->state == RUN_STOPPING && !master->halting)) {
        return;
    }
    close_test(master);
    master->halting = false;
    tell_all_to_quit(master);
    send_resting_home(master);
    loop_timer_start(&master->quit_timer, master->options->stop_timeout_ns + quit_grace_ns);
    master_check_gone(master);
}

void master_halt_within(struct runner *runner, int64_t grace_ns)
{
    struct master *master = master_of(runner);

    if (master->waiting) { /* for workers; there is no test yet */
        master->waiting = false;
        loop_timer_stop(&master->wait_timer);
    } else if (master->state == RUN_SPAWNING || master->state == RUN_RUNNING) {
        close_test(master);
        master->halting = true;
        tell_all_to_stop(master, grace_ns, false);
        master_check_gone(master);
    } else if (master->state == RUN_STOPPING && master->halting && grace_ns >= 0) {
        tell_all_to_stop(master, grace_ns, true);
    }
}

void master_halt(struct runner *runner)
{
    master_halt_within(runner, -1);
}

void master_test_over(struct master *master)
{
    if (master->options->keep_workers) {
        master_halt(&master->base);
    } else {
        master_end_test(master);
    }
}

void master_stop(struct runner *runner)
{
    struct master *master = master_of(runner);

    if (master->state == RUN_STOPPING && !master->halting) {
        finish(master);
    } else {
        master_end_test(master);
    }
}

void master_end_init(struct master *master)
{
    loop_timer_init(&master->quit_timer, master->loop, on_quit_timer, master);
}
