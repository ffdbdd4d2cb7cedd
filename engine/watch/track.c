/* SPDX-License-Identifier: MIT */
#include "watch/track.h"

#include <math.h>

#include "base/clock.h"

enum { CURRENT_S = 10, BEFORE_S = 60, SLOWER_AFTER_S = 10 };

void track_init(struct track *track, const struct entry *entry, size_t history_rows,
                size_t heat_columns, int64_t heat_column_s)
{
    *track = (struct track){.entry = entry};
    hist_init(&track->current_times);
    history_init(&track->history, history_rows);
    if (heat_columns > 0) {
        heat_init(&track->heat, heat_columns, heat_column_s);
    }
    track->row.current.p50 = track->row.current.p95 = track->row.current.p99 = NAN;
}

void track_fini(struct track *track)
{
    recent_fini(&track->recent);
    hist_fini(&track->current_times);
    history_fini(&track->history);
    heat_fini(&track->heat);
}

static double percentile_ms(const struct hist *times, double fraction)
{
    return times->count > 0 ? (double)hist_percentile_ns(times, fraction) / 1e6 : NAN;
}

void track_look(const struct recent *recent, size_t skip, size_t seconds, struct hist *times,
                struct watch_window *window)
{
    struct recent_view view = {.hist = *times};

    recent_look(recent, skip, seconds, &view);
    *times = view.hist;
    *window = (struct watch_window){
        .requests = view.requests,
        .failures = view.failures,
        .rps = view.seconds > 0 ? (double)view.requests / view.seconds : 0,
        .fails = view.seconds > 0 ? (double)view.failures / view.seconds : 0,
        .p50 = percentile_ms(times, 0.5),
        .p95 = percentile_ms(times, 0.95),
        .p99 = percentile_ms(times, 0.99),
    };
}

static void add_history(struct track *track, const struct track_moment *moment, struct hist *times)
{
    struct series_second second = series_get(&track->entry->seconds, moment->second);
    struct watch_window window;

    track_look(&track->recent, moment->late, moment->of, times, &window);
    struct history_row row = {
        .second = moment->second,
        .rps = (float)second.requests,
        .fails = (float)second.failures,
        .p50 = (float)window.p50,
        .p95 = (float)window.p95,
        .p99 = (float)window.p99,
        .average = (float)entry_average_ms(track->entry),
        .users = moment->users,
        .target = moment->target,
        .health = moment->health,
        .overloaded = moment->overloaded,
        .paused = moment->paused,
    };

    if (second.requests == 0) { /* a gap, not a zero */
        row.p50 = row.p95 = row.p99 = NAN;
    }
    history_add(&track->history, &row);
}

void track_settle(struct track *track, const struct track_moment *moment, bool first)
{
    struct hist times;

    hist_init(&times);
    if (first) {
        recent_step(&track->recent, track->entry, moment->now_ns);
    }
    add_history(track, moment, &times);
    hist_fini(&times);
}

static void add_heat(struct track *track, const struct track_moment *moment, struct hist *times)
{
    struct watch_window window;

    if (track->heat.capacity > 0) {
        track_look(&track->recent, 0, 1, times, &window);
        if (times->count > 0) {
            heat_add(&track->heat, moment->now_ns / NS_PER_S - 1, times);
        }
    }
}

static enum attention judge(const struct track *track)
{
    const struct watch_window *current = &track->row.current;

    if (verdict_name_fails(current->requests, current->failures)) {
        return ATTENTION_FAILING;
    }
    if (current->failures > 0) {
        return ATTENTION_SOME_FAILURES;
    }
    return track->slower_s >= SLOWER_AFTER_S ? ATTENTION_SLOWER : ATTENTION_NONE;
}

void track_step(struct track *track, const struct track_moment *moment, bool refresh_before)
{
    struct hist times;
    struct watch_window before;

    hist_init(&times);
    recent_step(&track->recent, track->entry, moment->now_ns);
    add_history(track, moment, &times);
    add_heat(track, moment, &times);
    track_look(&track->recent, 0, CURRENT_S, &track->current_times, &track->row.current);
    if (refresh_before) {
        track_look(&track->recent, CURRENT_S, BEFORE_S, &times, &before);
        track->before_p95 = before.requests >= VERDICT_NAME_REQUESTS ? before.p95 : 0;
    }
    if (moment->same_load && verdict_is_slower(track->row.current.p95, track->before_p95)) {
        track->slower_s++;
    } else {
        track->slower_s = 0;
    }
    track->row.attention = judge(track);
    hist_fini(&times);
}
