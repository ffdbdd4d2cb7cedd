/* SPDX-License-Identifier: MIT */
/*
 * snapshot.h - a read-only picture of the run. Every output is made from one, so that they can't
 * disagree. It is good until the loop's next round, however many others are made meanwhile; its
 * statistics are the live ones.
 */
#ifndef RUNNER_SNAPSHOT_H
#define RUNNER_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/loop.h"
#include "http/transport.h"
#include "runner/monitor.h"
#include "runner/state.h"
#include "sim/sim.h"
#include "stats/stats.h"

struct snapshot_worker {
    const char *id;
    int64_t index;     /* in the order of first contact */
    const char *state; /* "ready", "spawning", "running", "missing", or what it says itself */
    size_t users;
    double cpu_percent;              /* of one core */
    int64_t rss_bytes;               /* -1: it does not say */
    double lag_p99_ms;               /* of its loop; negative: it does not say */
    int64_t connections;             /* open ones; -1: it does not say */
    int64_t ports_used, ports_limit; /* ports.h; 0, 0: it does not say */
    double rps;                      /* by its last report; negative: it has sent none */
    int64_t up_ns;                   /* since it registered */
    int64_t seen_ns;                 /* since its last message */
};

struct snapshot {
    int64_t now_ns;        /* wall clock */
    int64_t start_ns;      /* wall clock, when the test started; 0: not yet */
    int64_t end_ns;        /* wall clock, when its last user stopped; 0: not yet */
    const char *why_ended; /* a sentence without its full stop; NULL: no test has ended */
    enum run_state state;
    int64_t paused_ns;        /* wall clock: no new tasks since then; 0: it is not paused */
    bool can_pause;           /* all workers can */
    size_t stopping_users;    /* RUN_STOPPING: how many there were when it began */
    int64_t stopping_left_ns; /* and how long it may still take; 0: it is due */
    const char *host;         /* of all classes; NULL: each its own */

    struct stats *stats; /* for reading; sorting rows is why it is not const */

    const char *const *class_names; /* sorted */
    const size_t *class_users;      /* running now */
    size_t class_count;
    size_t users; /* their sum */
    size_t target_users;
    double spawn_rate;

    bool waiting_known;     /* workers of other makes don't say */
    size_t waiting_users;   /* with a request under way */
    int64_t oldest_wait_ns; /* how long the oldest of those requests has been; 0: there is none */

    struct health health;  /* of this process */
    struct sim_counts sim; /* of its own users */
    struct transport_counts http;

    bool distributed; /* the users are with workers */
    const struct snapshot_worker *workers;
    size_t worker_count;
    /* Above 90 % of a core at some time; those that are gone count too. */
    size_t workers_overloaded;
};

/* ---- For runners ---- */

/* What the lists and texts of snapshots live in. It is emptied when the loop is about to wait; a
 * handler that holds one snapshot may thus cause others. */
struct snapshot_memory {
    /* private */
    struct arena arena;
    struct loop_prepare prepare;
};

void snapshot_memory_init(struct snapshot_memory *memory, struct loop *loop);
void snapshot_memory_fini(struct snapshot_memory *memory); /* zeroed is fine */

void *snapshot_array(struct snapshot_memory *memory, size_t count, size_t size); /* zeroed */
const char *snapshot_text(struct snapshot_memory *memory, const char *text); /* NULL gives NULL */

#endif
