/* SPDX-License-Identifier: MIT */
/* master_reports.c - what workers measured, and what is odd about it. */
#define LOGGER "locust.runners"
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runner/master_private.h"

static void note_clock(struct peer *peer, const struct message_stats *report)
{
    static const int64_t resolution_ns = NS_PER_S;
    static const int64_t soon_ns = 2 * NS_PER_S; /* they are sent every three */
    int64_t now_ns = clock_wall_ns();

    /* Reports that were held up arrive together. All began after the last one before the delay;
     * measured by each other, the clock would seem to be behind by as much. */
    if (now_ns - peer->report_ns >= soon_ns) {
        peer->report_due_ns = peer->report_ns;
    }
    int64_t ahead_ns = wire_clock_ahead_ns(report, peer->report_due_ns, now_ns);
    int64_t change_ns = ahead_ns - peer->clock_ahead_ns;

    if (change_ns > resolution_ns || change_ns < -resolution_ns) {
        peer->clock_ahead_ns = ahead_ns;
    }
    peer->report_ns = now_ns;
    if (ahead_ns != 0 && !peer->clock_warned) {
        peer->clock_warned = true;
        log_warning("the clock of worker %s is %.1f s %s ours; its times are put right by that",
                    peer->id,
                    seconds_from_ns(llabs(ahead_ns)),
                    ahead_ns > 0 ? "ahead of" : "behind");
    }
}

/* A worker that lacks a class of the test never reports that it is done. */
static void note_classes(const struct master *master, struct peer *peer)
{
    if (!master->spread || peer->class_warned || !peer->classes_known) {
        return;
    }
    for (size_t i = 0; i < spread_class_count(master->spread); i++) {
        const char *name = spread_class_name(master->spread, i);
        bool found = false;

        for (size_t k = 0; k < peer->class_count; k++) {
            found = found || strcmp(peer->classes[k].name, name) == 0;
        }
        if (!found && peer->class_count > 0) {
            peer->class_warned = true;
            log_warning("worker %s does not know the user class %s of this test", peer->id, name);
        }
    }
}

/* A worker that has just begun reports over less time than one that reports every three seconds. */
static void note_rate(struct peer *peer, const struct message_stats *report)
{
    double seconds = seconds_from_ns(clock_wall_ns() - peer->report_ns);
    static const double interval_s = 3;

    if (peer->report_ns == 0 || seconds > 2 * interval_s || seconds < 0.5) {
        seconds = interval_s;
    }
    peer->rps = (double)report->total.num_requests / seconds;
}

/* Whatever else it reports counts. */
static void note_oddity(struct peer *peer, const struct err *err)
{
    if (!peer->oddity_warned) {
        peer->oddity_warned = true;
        log_warning("parts of what worker %s reports make no sense and are left out: %s",
                    peer->id,
                    err->text);
    }
}

void master_take_stats(struct master *master, struct peer *peer, const struct message_stats *report)
{
    struct err err;

    note_rate(peer, report);
    note_clock(peer, report);
    arena_reset(&master->scratch);
    if (!wire_merge_stats(master->merge,
                          master->stats,
                          report,
                          peer->id,
                          peer->clock_ahead_ns,
                          &master->scratch,
                          &err)) {
        note_oddity(peer, &err);
    }
    if (peer->present && peer->state != PEER_MISSING) {
        peer_set_classes(peer, &report->classes);
        note_classes(master, peer);
        master_ramp_reported(master);
    }
}

void master_take_exception(struct master *master, const struct peer *peer,
                           const struct message_exception *exception)
{
    arena_reset(&master->scratch);
    exceptions_record(
        stats_exceptions(master->stats),
        peer->id,
        arena_strndup(&master->scratch, exception->message.bytes, exception->message.length),
        arena_strndup(&master->scratch, exception->traceback.bytes, exception->traceback.length),
        clock_wall_ns());
}
