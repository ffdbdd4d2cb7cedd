/* SPDX-License-Identifier: MIT */
/*
 * watch.h - looks at the run once a second and remembers: the last ten seconds and the minute
 * before, the history, the heat map, the verdicts and what changed. Memory is bounded: the first
 * 500 names, the first 100 with a heat map.
 *
 * Workers report every three seconds, so seconds of a distributed test are known four seconds late,
 * and their percentiles are those of three seconds.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/loop.h"
#include "runner/runner.h"
#include "watch/changes.h"
#include "watch/heat.h"
#include "watch/history.h"
#include "watch/lines.h"
#include "watch/verdict.h"

enum { WATCH_NAMES = 500, WATCH_HEATS = 100, WATCH_WORKERS = 1000 };

struct watch;

struct watch_window {
    uint64_t requests, failures;
    double rps, fails;    /* per second */
    double p50, p95, p99; /* ms; NaN: no response */
};

/* Locust's page has no word for them. */
enum attention { ATTENTION_NONE, ATTENTION_SLOWER, ATTENTION_SOME_FAILURES, ATTENTION_FAILING };

/* How one row, or the total, went lately. */
struct watch_row {
    struct watch_window current; /* the last ten seconds */
    enum attention attention;
};

struct watch_verdict {
    struct verdict verdict;
    int64_t since_ns; /* wall: said so since then */
};

/* What a worker was seen to do since the test began; those that are gone too. */
struct watch_worker {
    char id[128];
    bool lost;
    size_t users;                      /* at most */
    double rps, cpu_percent;           /* at most; rps negative: not known */
    double lag_p99_ms;                 /* at most; negative: not known */
    int64_t connections, ports_used;   /* at most; -1: not known */
    int64_t rss_bytes, up_ns, seen_ns; /* as last heard; rss -1: not known; seen: wall */
};

/* on_second is called once a second, after everything is up to date; may be NULL. */
struct watch *watch_new(struct loop *loop, struct runner *runner, size_t expect_workers,
                        void (*on_second)(void *data), void *data);
void watch_free(struct watch *watch); /* NULL is fine */

/* Forgets what it knows if the statistics have begun anew since the last second. */
void watch_follow(struct watch *watch, const struct snapshot *snapshot);

/* ---- News ---- */

void watch_started(struct watch *watch, uint32_t users, double rate);
void watch_edited(struct watch *watch, uint32_t users, double rate);
void watch_spawned(struct watch *watch);
void watch_ended(struct watch *watch);
void watch_paused(struct watch *watch);
void watch_resumed(struct watch *watch, int64_t since_ns); /* wall: when it was paused */
void watch_cleared(struct watch *watch);

/* Takes the seconds in that are not over or were still awaited: for a report after the end. */
void watch_settle(struct watch *watch);

/* ---- What is known; borrowed until the next second ---- */

const struct watch_row *watch_total(const struct watch *watch);
/* NULL: not among those watched. hint: where it stands in the sorted rows. */
const struct watch_row *watch_row_of(const struct watch *watch, const struct entry *entry,
                                     size_t hint);
/* The minute before the last ten seconds; NULL: not known. */
const struct watch_window *watch_before(const struct watch *watch);
uint64_t watch_failures_10s(const struct watch *watch, const struct failure *failure);

const struct watch_verdict *watch_target_verdict(const struct watch *watch);
const struct watch_verdict *watch_generator_verdict(const struct watch *watch);
const struct generator_facts *watch_generator(const struct watch *watch);
const struct changes *watch_changes(const struct watch *watch);

/* Occurrences over five minutes; NULL: not among the first 500 kinds. */
const struct lines *watch_failure_lines(const struct watch *watch);
const struct line *watch_failure_line(const struct watch *watch, const struct failure *failure);
/* CPU in percent of a core over two minutes, by the workers' indexes; the first WATCH_WORKERS. */
const struct lines *watch_worker_lines(const struct watch *watch);

/* By first contact; the first WATCH_WORKERS. */
const struct watch_worker *watch_workers(const struct watch *watch, size_t *count);

/* Of the total: method and name NULL. NULL: not known. */
const struct history *watch_history(const struct watch *watch, const char *method,
                                    const char *name);
const struct heat *watch_heat(const struct watch *watch, const char *method, const char *name);
const struct hist *watch_current_times(const struct watch *watch, const char *method,
                                       const char *name);

#endif
