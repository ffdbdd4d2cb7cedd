/* SPDX-License-Identifier: MIT */
/*
 * watch_private.h - what watch.c (the seconds), watch_generator.c, watch_news.c (what changed) and
 * track.c (one row) share.
 */
#ifndef WATCH_WATCH_PRIVATE_H
#define WATCH_WATCH_PRIVATE_H

#include "watch/lines.h"
#include "watch/recent.h"
#include "watch/track.h"
#include "watch/watch.h"

enum {
    WATCH_USERS = 75,
    WATCH_FAILURES = 500,
    FAILURE_STEP_S = 5,
    WORKER_STEP_S = 2,
    WATCH_SPAN = 10
};

/* How often a kind of failure had occurred, at each of the last seconds. */
struct watched_failure {
    const struct failure *failure;
    uint64_t counts[WATCH_SPAN]; /* a ring */
};

struct watch {
    struct loop *loop;
    struct runner *runner;
    size_t expect_workers;
    void (*on_second)(void *data);
    void *data;
    struct loop_timer timer;

    int64_t stats_start_ns; /* of the statistics that are watched: others are others' */
    int64_t second;         /* Unix: the last one looked at */
    bool settled;           /* nothing more comes */
    size_t ticks;           /* since the statistics began */
    struct track total;
    struct track **tracks; /* in the order of the sorted rows */
    size_t track_count, heat_count;
    struct watch_window before;
    bool before_known;
    uint32_t users[WATCH_USERS], targets[WATCH_USERS]; /* rings, by second */
    struct history_health health[WATCH_USERS];         /* too */
    bool paused[WATCH_USERS];                          /* too */
    int slower_s;

    struct watched_failure *failures;
    size_t failure_count;

    struct generator_facts generator;
    char hottest[256];
    float *loads; /* scratch: CPU shares of the workers */
    size_t load_capacity;
    struct watch_verdict target_verdict, generator_verdict;
    double overloaded_s;

    struct lines failure_lines; /* by the failure's address, cleared with the statistics */
    struct lines worker_lines;  /* by index */

    struct changes changes;
    struct watch_worker *seen; /* by index */
    size_t seen_count;
    unsigned char *workers; /* by index: 0 unknown, 1 there, 2 lost */
    size_t worker_capacity;
};

/* ---- watch_generator.c ---- */

void watch_look_at_generator(struct watch *watch, const struct snapshot *snapshot);

/* ---- watch_lines.c ---- */

void watch_lines_init(struct watch *watch);
void watch_lines_fini(struct watch *watch);
/* Once a second; on: of a test, or soon after. */
void watch_draw_lines(struct watch *watch, const struct snapshot *snapshot, bool on);

/* ---- watch_news.c ---- */

void watch_wait(struct watch *watch); /* the verdicts before anything is known */
void watch_note_verdicts(struct watch *watch, const struct verdict *target,
                         const struct verdict *generator, int64_t now_ns);
void watch_note_failures(struct watch *watch, const struct snapshot *snapshot);
void watch_see_workers(struct watch *watch, const struct snapshot *snapshot);
void watch_forget_workers(struct watch *watch);
void watch_note_workers(struct watch *watch, const struct snapshot *snapshot, bool active);

#endif
