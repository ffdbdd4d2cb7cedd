/* SPDX-License-Identifier: MIT */
#include "watch/watch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "watch/watch_private.h"

enum {
    TOTAL_ROWS = 7200, /* two hours, second by second */
    NAME_ROWS = 600,
    TOTAL_COLUMNS = 720,
    NAME_COLUMNS = 240,
    LATE_S = 4, /* seconds until all workers have reported one */
    REPORT_S = 3,
};

/* A little after the second is over. */
static const int64_t after_ns = 30 * NS_PER_MS;

/* ---- What is watched ---- */

static void forget_tracks(struct watch *watch)
{
    for (size_t i = 0; i < watch->track_count; i++) {
        track_fini(watch->tracks[i]);
        free(watch->tracks[i]);
    }
    watch->track_count = watch->heat_count = 0;
    track_fini(&watch->total);
    watch->failure_count = 0;
    lines_clear(&watch->failure_lines);
}

static bool active(enum run_state state)
{
    return state == RUN_SPAWNING || state == RUN_RUNNING || state == RUN_STOPPING;
}

static int64_t column_s(const struct snapshot *snapshot)
{
    return snapshot->distributed ? 5 : 1;
}

/* Statistics that were cleared or reset are others, even at the same place. */
void watch_follow(struct watch *watch, const struct snapshot *snapshot)
{
    const struct entry *total = stats_total(snapshot->stats);

    if (total->start_ns == watch->stats_start_ns) {
        return;
    }
    forget_tracks(watch);
    track_init(&watch->total, total, TOTAL_ROWS, TOTAL_COLUMNS, column_s(snapshot));
    watch->stats_start_ns = total->start_ns;
    watch->ticks = 0;
    watch->settled = false;
    watch->before_known = false;
    watch->slower_s = 0;
}

static size_t place_of(const struct watch *watch, const struct entry *entry, size_t hint)
{
    if (hint < watch->track_count && watch->tracks[hint]->entry == entry) {
        return hint;
    }
    for (size_t i = 0; i < watch->track_count; i++) {
        if (watch->tracks[i]->entry == entry) {
            return i;
        }
    }
    return watch->track_count;
}

static struct track *insert(struct watch *watch, const struct snapshot *snapshot,
                            const struct entry *entry, size_t at)
{
    struct track *track = mem_new(sizeof(*track));
    bool heat = watch->heat_count < WATCH_HEATS;

    watch->heat_count += heat;
    track_init(track, entry, NAME_ROWS, heat ? NAME_COLUMNS : 0, column_s(snapshot));
    if (!watch->tracks) {
        watch->tracks = mem_array(WATCH_NAMES, sizeof(struct track *));
    }
    memmove(&watch->tracks[at + 1],
            &watch->tracks[at],
            (watch->track_count - at) * sizeof(struct track *));
    watch->tracks[at] = track;
    watch->track_count++;
    return track;
}

/* Rows stay in their order; new ones come between. */
static void step_rows(struct watch *watch, const struct snapshot *snapshot,
                      const struct track_moment *moment)
{
    const struct entry *const *rows = stats_sorted(snapshot->stats);
    size_t count = stats_count(snapshot->stats);

    for (size_t i = 0, at = 0; i < count; i++) {
        size_t place = place_of(watch, rows[i], at);

        if (place == watch->track_count) {
            if (watch->track_count == WATCH_NAMES) {
                continue;
            }
            place = at;
            insert(watch, snapshot, rows[i], place);
        }
        at = place + 1;
        track_step(watch->tracks[place], moment, (watch->ticks + place) % WATCH_SPAN == 0);
    }
}

/* ---- The target ---- */

/* Nearly as many users as over the last 70 s, so that a ramp is not taken for a slow target. */
static bool same_load(const struct watch *watch)
{
    static const double tolerance = 0.05;
    uint32_t least = UINT32_MAX, most = 0;

    if (watch->ticks < WATCH_USERS) {
        return false;
    }
    for (size_t i = 0; i < WATCH_USERS; i++) {
        least = watch->users[i] < least ? watch->users[i] : least;
        most = watch->users[i] > most ? watch->users[i] : most;
    }
    return (double)most - least <= tolerance * most;
}

static void look_at_names(const struct watch *watch, struct target_facts *facts, char *name,
                          size_t size)
{
    for (size_t i = 0; i < watch->track_count; i++) {
        const struct track *track = watch->tracks[i];
        const struct watch_window *current = &track->row.current;
        double percent =
            100 * (double)current->failures / (double)(current->requests ? current->requests : 1);

        if (track->row.attention != ATTENTION_FAILING) {
            continue;
        }
        facts->failing_names++;
        if (percent > facts->failing_percent || facts->failing_names == 1) {
            facts->failing_percent = percent > 100 ? 100 : percent;
            snprintf(name,
                     size,
                     "%s%s%s",
                     track->entry->method,
                     *track->entry->method ? " " : "",
                     track->entry->name);
        }
    }
}

static struct verdict judge_target(struct watch *watch, const struct snapshot *snapshot,
                                   bool overloaded)
{
    const struct entry *total = stats_total(snapshot->stats);
    const struct watch_window *current = &watch->total.row.current;
    int64_t silent_ns = total->last_request_ns ? snapshot->now_ns - total->last_request_ns : 0;
    char name[256] = "";
    struct target_facts facts = {
        .ever = total->num_requests > 0,
        .overloaded = overloaded,
        .paused = snapshot->paused_ns > 0,
        .requests = current->requests,
        .failures = current->failures,
        .failing_name = name,
        .slower = watch->total.slower_s >= WATCH_SPAN,
        .p95_ms = current->p95,
        .before_ms = watch->total.before_p95,
    };

    if (snapshot->distributed) {
        silent_ns -= REPORT_S * NS_PER_S; /* a report may be that old */
    }
    facts.silent_s = seconds_from_ns(silent_ns);
    look_at_names(watch, &facts, name, sizeof(name));
    return verdict_target(&facts);
}

/* ---- Each second ---- */

static void look_back(struct watch *watch)
{
    enum { CURRENT_S = 10, BEFORE_S = 60 };
    struct hist times;

    hist_init(&times);
    track_look(&watch->total.recent, CURRENT_S, BEFORE_S, &times, &watch->before);
    watch->before_known = watch->before.requests > 0 && watch->ticks >= 2 * CURRENT_S;
    hist_fini(&times);
}

static void look(struct watch *watch, const struct snapshot *snapshot)
{
    bool overloaded = watch->generator_verdict.verdict.kind == GENERATOR_OVERLOADED &&
                      watch->generator_verdict.since_ns > 0;
    size_t late = snapshot->distributed ? LATE_S : 1;
    int64_t second = snapshot->now_ns / NS_PER_S;
    size_t then = (size_t)(second - (int64_t)late + 1) % WATCH_USERS;

    watch->users[second % WATCH_USERS] = (uint32_t)snapshot->users;
    watch->targets[second % WATCH_USERS] = (uint32_t)snapshot->target_users;
    watch->paused[second % WATCH_USERS] = snapshot->paused_ns > 0;
    struct track_moment moment = {
        .now_ns = snapshot->now_ns,
        .second = second - (int64_t)late,
        .late = 0,
        .of = snapshot->distributed ? REPORT_S : 1,
        .users = watch->users[then],
        .target = watch->targets[then],
        .health = watch->health[then],
        .overloaded = overloaded,
        .paused = watch->paused[then],
        .same_load = same_load(watch),
    };

    track_step(&watch->total, &moment, true);
    step_rows(watch, snapshot, &moment);
    look_back(watch);
    watch_note_failures(watch, snapshot);
    watch->ticks++;
}

static void on_timer(struct loop_timer *timer)
{
    struct watch *watch = timer->data;
    struct snapshot snapshot = watch->runner->ops->snapshot(watch->runner);
    int64_t second = snapshot.now_ns / NS_PER_S;
    /* Workers' last reports come after the end. */
    bool on = active(snapshot.state) ||
              (snapshot.end_ns > 0 && snapshot.now_ns - snapshot.end_ns < LATE_S * NS_PER_S);

    loop_timer_start(timer, NS_PER_S - snapshot.now_ns % NS_PER_S + after_ns);
    if (second == watch->second) {
        return;
    }
    watch->second = second;
    watch_follow(watch, &snapshot);
    watch_look_at_generator(watch, &snapshot);
    watch_note_workers(watch, &snapshot, active(snapshot.state));
    if (active(snapshot.state)) {
        watch_see_workers(watch, &snapshot);
    }
    if (on && !watch->settled) {
        look(watch, &snapshot);
    }
    watch_draw_lines(watch, &snapshot, on && !watch->settled);
    struct verdict generator = verdict_generator(&watch->generator);

    if (active(snapshot.state)) {
        struct verdict target =
            judge_target(watch, &snapshot, generator.kind == GENERATOR_OVERLOADED);

        watch_note_verdicts(watch, &target, &generator, snapshot.now_ns);
    }
    if (watch->on_second) {
        watch->on_second(watch->data);
    }
}

/*
 * Rows for the seconds up to the last request, all of whose reports have come by now. What is left
 * of recent counts is one span, whose percentiles stand for all of its seconds.
 */
void watch_settle(struct watch *watch)
{
    struct snapshot snapshot = watch->runner->ops->snapshot(watch->runner);

    watch_follow(watch, &snapshot);
    if (watch->settled) {
        return;
    }
    size_t known;
    const struct history_row *rows = history_rows(&watch->total.history, &known);
    int64_t first =
        known > 0 ? rows[known - 1].second + 1 : stats_total(snapshot.stats)->start_ns / NS_PER_S;
    int64_t last = stats_total(snapshot.stats)->last_request_ns / NS_PER_S;
    struct track_moment moment = {
        .now_ns = snapshot.now_ns,
        .of = snapshot.distributed ? REPORT_S : 1,
        .overloaded = watch->generator_verdict.verdict.kind == GENERATOR_OVERLOADED,
    };

    watch->settled = true;
    if (!active(snapshot.state)) {
        for (moment.second = first; moment.second <= last; moment.second++) {
            size_t then = (size_t)(moment.second + 1) % WATCH_USERS;

            moment.users = watch->users[then];
            moment.target = watch->targets[then];
            moment.paused = watch->paused[then];
            track_settle(&watch->total, &moment, moment.second == first);
        }
    }
}

/* ---- What is known ---- */

const struct watch_worker *watch_workers(const struct watch *watch, size_t *count)
{
    *count = watch->seen_count;
    return watch->seen;
}

const struct watch_row *watch_total(const struct watch *watch)
{
    return &watch->total.row;
}

const struct watch_row *watch_row_of(const struct watch *watch, const struct entry *entry,
                                     size_t hint)
{
    size_t place = place_of(watch, entry, hint);

    return place < watch->track_count ? &watch->tracks[place]->row : NULL;
}

const struct watch_window *watch_before(const struct watch *watch)
{
    return watch->before_known ? &watch->before : NULL;
}

const struct watch_verdict *watch_target_verdict(const struct watch *watch)
{
    return &watch->target_verdict;
}

const struct watch_verdict *watch_generator_verdict(const struct watch *watch)
{
    return &watch->generator_verdict;
}

const struct generator_facts *watch_generator(const struct watch *watch)
{
    return &watch->generator;
}

const struct changes *watch_changes(const struct watch *watch)
{
    return &watch->changes;
}

static const struct track *find(const struct watch *watch, const char *method, const char *name)
{
    if (!name) {
        return &watch->total;
    }
    for (size_t i = 0; i < watch->track_count; i++) {
        const struct track *track = watch->tracks[i];

        if (strcmp(track->entry->name, name) == 0 &&
            strcmp(track->entry->method, method ? method : "") == 0) {
            return track;
        }
    }
    return NULL;
}

const struct history *watch_history(const struct watch *watch, const char *method, const char *name)
{
    const struct track *track = find(watch, method, name);

    return track ? &track->history : NULL;
}

const struct heat *watch_heat(const struct watch *watch, const char *method, const char *name)
{
    const struct track *track = find(watch, method, name);

    return track && track->heat.capacity > 0 ? &track->heat : NULL;
}

const struct hist *watch_current_times(const struct watch *watch, const char *method,
                                       const char *name)
{
    const struct track *track = find(watch, method, name);

    return track ? &track->current_times : NULL;
}

/* ---- Start and end ---- */

struct watch *watch_new(struct loop *loop, struct runner *runner, size_t expect_workers,
                        void (*on_second)(void *data), void *data)
{
    struct watch *watch = mem_new(sizeof(*watch));

    watch->loop = loop;
    watch->runner = runner;
    watch->expect_workers = expect_workers;
    watch->on_second = on_second;
    watch->data = data;
    watch->generator.lag_p99_ms = watch->generator.ports_percent = -1;
    watch_lines_init(watch);
    watch_wait(watch);
    loop_timer_init(&watch->timer, loop, on_timer, watch);
    loop_timer_start(&watch->timer, 0);
    return watch;
}

void watch_free(struct watch *watch)
{
    if (!watch) {
        return;
    }
    loop_timer_stop(&watch->timer);
    forget_tracks(watch);
    watch_lines_fini(watch);
    free(watch->tracks);
    free(watch->failures);
    free(watch->workers);
    free(watch->seen);
    free(watch->loads);
    free(watch);
}
