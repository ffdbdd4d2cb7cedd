/* SPDX-License-Identifier: MIT */
/*
 * track.h - one row of statistics over time: its last seconds, its history, its heat map.
 */
#ifndef WATCH_TRACK_H
#define WATCH_TRACK_H

#include "watch/recent.h"
#include "watch/watch.h"

struct track {
    const struct entry *entry; /* never followed after the statistics were cleared */
    struct watch_row row;
    struct recent recent;
    struct hist current_times; /* of the last ten seconds */
    double before_p95;         /* of the minute before; 0: not known */
    int slower_s;
    struct history history;
    struct heat heat; /* capacity 0: none */
};

/* When, and how much of it a second of the row is. */
struct track_moment {
    int64_t now_ns;  /* wall */
    int64_t second;  /* Unix: the one that is complete */
    size_t late, of; /* seconds of recent that make its percentiles, and how many newer ones */
    uint32_t users, target;
    struct history_health health;
    bool overloaded, paused;
    bool same_load; /* as a minute ago */
};

void track_init(struct track *track, const struct entry *entry, size_t history_rows,
                size_t heat_columns, int64_t heat_column_s);
void track_fini(struct track *track); /* zeroed is fine */

/* refresh_before: looks at the minute before too, which takes six times as long. */
void track_step(struct track *track, const struct track_moment *moment, bool refresh_before);

/* A second whose counts came late; first: of several. */
void track_settle(struct track *track, const struct track_moment *moment, bool first);

/* The window's rates and percentiles. */
void track_look(const struct recent *recent, size_t skip, size_t seconds, struct hist *times,
                struct watch_window *window);

#endif
