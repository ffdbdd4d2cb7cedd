/* SPDX-License-Identifier: MIT */
/* watch_news.c - what changed, in words. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stats/plain.h"
#include "watch/ending.h"
#include "watch/watch_private.h"

enum { KINDS_A_SECOND = 3 };

static void __attribute__((format(printf, 3, 4)))
tell(struct change *change, const char *brief, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(change->text, sizeof(change->text), format, arguments);
    va_end(arguments);
    snprintf(change->short_text, sizeof(change->short_text), "%s", brief);
}

/* ---- What was asked for ---- */

void watch_wait(struct watch *watch)
{
    struct target_facts nothing = {0};

    watch->target_verdict.verdict = verdict_target(&nothing);
    watch->generator_verdict.verdict = verdict_generator(&watch->generator);
    watch->target_verdict.since_ns = watch->generator_verdict.since_ns = clock_wall_ns();
}

void watch_started(struct watch *watch, uint32_t users, double rate)
{
    struct change *change;
    char brief[40];

    changes_clear(&watch->changes);
    watch_forget_workers(watch);
    watch_wait(watch);
    change = changes_add(&watch->changes, clock_wall_ns(), "start");
    snprintf(brief, sizeof(brief), "%u users", users);
    tell(change, brief, "Started: %u users, %g per second", users, rate);
}

void watch_edited(struct watch *watch, uint32_t users, double rate)
{
    struct change *change = changes_add(&watch->changes, clock_wall_ns(), "load");
    uint32_t before = watch->targets[watch->second % WATCH_USERS];
    char brief[40];

    snprintf(brief, sizeof(brief), "%u users", users);
    tell(change, brief, "Load changed from %u to %u users, %g per second", before, users, rate);
}

void watch_spawned(struct watch *watch)
{
    struct snapshot snapshot = watch->runner->ops->snapshot(watch->runner);
    struct change *change = changes_add(&watch->changes, snapshot.now_ns, "ramped");

    tell(change, "full load", "All %zu users are running", snapshot.users);
}

void watch_paused(struct watch *watch)
{
    struct change *change = changes_add(&watch->changes, clock_wall_ns(), "pause");

    tell(change, "paused", "Paused: no new tasks start");
}

void watch_resumed(struct watch *watch, int64_t since_ns)
{
    int64_t now_ns = clock_wall_ns();
    struct change *change = changes_add(&watch->changes, now_ns, "resume");
    long long took = now_ns > since_ns ? (now_ns - since_ns) / NS_PER_S : 0;

    tell(change, "resumed", "Resumed after %lld:%02lld", took / 60, took % 60);
}

void watch_ended(struct watch *watch)
{
    struct snapshot snapshot = watch->runner->ops->snapshot(watch->runner);
    struct change *change = changes_add(&watch->changes, snapshot.now_ns, "stop");

    char text[ENDING_SIZE];
    const char *why = ending_text(&snapshot, text);

    tell(change, "stopped", "%s", why ? why : "Stopped");
}

void watch_cleared(struct watch *watch)
{
    struct change *change = changes_add(&watch->changes, clock_wall_ns(), "clear");

    tell(change, "cleared", "Results cleared");
}

/* ---- Verdicts ---- */

static bool take(struct watch_verdict *known, const struct verdict *verdict, int64_t now_ns)
{
    bool changed = known->since_ns == 0 || known->verdict.kind != verdict->kind ||
                   strcmp(known->verdict.word, verdict->word) != 0;

    known->verdict = *verdict;
    if (changed) {
        known->since_ns = now_ns;
    }
    return changed;
}

static void note_target(struct watch *watch, enum verdict_kind before, const struct verdict *target,
                        int64_t now_ns)
{
    struct change *change;

    if (target->kind == TARGET_SLOWER) {
        change = changes_add(&watch->changes, now_ns, "slower");
        tell(change, "slower", "Slower: %s", target->detail);
    } else if (target->kind == TARGET_OK &&
               (before == TARGET_SLOWER || before == TARGET_NAME_FAILING ||
                before == TARGET_FAILING || before == TARGET_SOME_FAILURES)) {
        change = changes_add(&watch->changes, now_ns, "recovered");
        tell(change, "recovered", "Recovered: %s", target->detail);
    }
}

static void note_generator(struct watch *watch, enum verdict_kind before,
                           const struct verdict *generator, int64_t now_ns)
{
    struct change *change;

    if (generator->kind == GENERATOR_OVERLOADED) {
        change = changes_add(&watch->changes, now_ns, "overloaded");
        tell(change, "overloaded", "The generator is overloaded: %s", generator->detail);
    } else if (before == GENERATOR_OVERLOADED) {
        change = changes_add(&watch->changes, now_ns, "fit");
        tell(change, "fit again", "The generator is fit again: %s", generator->detail);
    } else {
        return;
    }
    snprintf(change->link, sizeof(change->link), "%s", generator->link);
}

void watch_note_verdicts(struct watch *watch, const struct verdict *target,
                         const struct verdict *generator, int64_t now_ns)
{
    enum verdict_kind target_before = watch->target_verdict.verdict.kind;
    enum verdict_kind generator_before = watch->generator_verdict.verdict.kind;

    if (take(&watch->target_verdict, target, now_ns)) {
        note_target(watch, target_before, target, now_ns);
    }
    if (take(&watch->generator_verdict, generator, now_ns)) {
        note_generator(watch, generator_before, generator, now_ns);
    }
}

/* ---- Failures ---- */

static struct watched_failure *find(const struct watch *watch, const struct failure *failure)
{
    for (size_t i = 0; i < watch->failure_count; i++) {
        if (watch->failures[i].failure == failure) {
            return &watch->failures[i];
        }
    }
    return NULL;
}

static void note_kind(struct watch *watch, const struct failure *failure, int64_t now_ns)
{
    struct change *change = changes_add(&watch->changes, now_ns, "failure");
    struct buf plain;

    buf_init(&plain, 64 * 1024);
    plain_failure(&plain, failure->text);
    const char *text = buf_text(&plain);

    if (strspn(text, "0123456789") == 3) { /* a status */
        char mark[16];

        snprintf(mark, sizeof(mark), "first %.3s", text);
        tell(change, mark, "First %.3s on %.60s %.80s", text, failure->method, failure->name);
    } else {
        tell(change,
             "first failure",
             "First failure of %.60s %.80s: %.80s",
             failure->method,
             failure->name,
             text);
    }
    buf_fini(&plain);
    snprintf(change->link, sizeof(change->link), "?tab=failures");
}

void watch_note_failures(struct watch *watch, const struct snapshot *snapshot)
{
    struct failures *failures = stats_failures(snapshot->stats);
    const struct failure *const *sorted = failures_sorted(failures);
    int told = 0;

    if (!watch->failures) {
        watch->failures = mem_array(WATCH_FAILURES, sizeof(*watch->failures));
    }
    for (size_t i = 0; i < failures_count(failures); i++) {
        struct watched_failure *known = find(watch, sorted[i]);

        if (!known && watch->failure_count < WATCH_FAILURES) {
            known = &watch->failures[watch->failure_count++];
            *known = (struct watched_failure){.failure = sorted[i]};
            if (told++ < KINDS_A_SECOND) {
                note_kind(watch, sorted[i], snapshot->now_ns);
            }
        }
        if (known) {
            known->counts[watch->ticks % WATCH_SPAN] = sorted[i]->occurrences;
        }
    }
}

uint64_t watch_failures_10s(const struct watch *watch, const struct failure *failure)
{
    const struct watched_failure *known = find(watch, failure);
    uint64_t before = known ? known->counts[watch->ticks % WATCH_SPAN] : 0; /* the oldest */

    return failure->occurrences > before ? failure->occurrences - before : 0;
}

/* ---- Workers ---- */

enum { WORKER_UNKNOWN, WORKER_THERE, WORKER_LOST, WORKER_SEEN = 4 };

static void make_place(struct watch *watch, size_t index)
{
    if (index >= watch->worker_capacity) {
        size_t capacity = 2 * index + 64;

        watch->workers = mem_resize(watch->workers, capacity, 1);
        memset(watch->workers + watch->worker_capacity, 0, capacity - watch->worker_capacity);
        watch->worker_capacity = capacity;
    }
}

static void say_workers(struct watch *watch, size_t count, const char *kind, const char *verb,
                        int64_t now_ns)
{
    struct change *change;
    char brief[40];

    if (count == 0) {
        return;
    }
    change = changes_add(&watch->changes, now_ns, kind);
    snprintf(brief, sizeof(brief), "%zu %s", count, verb);
    tell(change, brief, "%zu worker%s %s", count, count == 1 ? "" : "s", verb);
    snprintf(change->link, sizeof(change->link), "?tab=workers");
}

void watch_note_workers(struct watch *watch, const struct snapshot *snapshot, bool active)
{
    size_t joined = 0, lost = 0;

    for (size_t i = 0; i < snapshot->worker_count; i++) {
        size_t index = (size_t)snapshot->workers[i].index;

        make_place(watch, index);
        if (strcmp(snapshot->workers[i].state, "missing") != 0) {
            joined += watch->workers[index] != WORKER_THERE;
            watch->workers[index] = WORKER_THERE | WORKER_SEEN;
        }
    }
    for (size_t i = 0; i < watch->worker_capacity; i++) {
        if (watch->workers[i] == WORKER_THERE) {
            watch->workers[i] = WORKER_LOST;
            lost++;
        }
        watch->workers[i] &= (unsigned char)~WORKER_SEEN;
    }
    if (active) { /* between tests they come and go as they like */
        say_workers(watch, lost, "lost", "lost", snapshot->now_ns);
        say_workers(watch, joined, "joined", "joined", snapshot->now_ns);
    }
}

void watch_forget_workers(struct watch *watch)
{
    watch->seen_count = 0;
}

/* A place for it; NULL: there are too many. */
static struct watch_worker *place_of(struct watch *watch, const char *id)
{
    for (size_t i = 0; i < watch->seen_count; i++) {
        if (strcmp(watch->seen[i].id, id) == 0) {
            return &watch->seen[i];
        }
    }
    if (watch->seen_count == WATCH_WORKERS) {
        return NULL;
    }
    if (!watch->seen) {
        watch->seen = mem_array(WATCH_WORKERS, sizeof(*watch->seen));
    }
    struct watch_worker *seen = &watch->seen[watch->seen_count++];

    *seen = (struct watch_worker){
        .rss_bytes = -1, .rps = -1, .lag_p99_ms = -1, .connections = -1, .ports_used = -1};
    snprintf(seen->id, sizeof(seen->id), "%s", id);
    return seen;
}

void watch_see_workers(struct watch *watch, const struct snapshot *snapshot)
{
    for (size_t i = 0; i < watch->seen_count; i++) {
        watch->seen[i].lost = true; /* unless it is among them */
    }
    for (size_t i = 0; i < snapshot->worker_count; i++) {
        const struct snapshot_worker *worker = &snapshot->workers[i];
        bool there = strcmp(worker->state, "missing") != 0;
        char id[sizeof(watch->seen->id)];

        snprintf(id, sizeof(id), "%s", worker->id);
        struct watch_worker *seen = place_of(watch, id);

        if (!seen) {
            return;
        }
        seen->lost = !there;
        seen->users = worker->users > seen->users ? worker->users : seen->users;
        seen->rps = worker->rps > seen->rps ? worker->rps : seen->rps;
        seen->cpu_percent = fmax(worker->cpu_percent, seen->cpu_percent);
        seen->lag_p99_ms = fmax(worker->lag_p99_ms, seen->lag_p99_ms);
        seen->connections =
            worker->connections > seen->connections ? worker->connections : seen->connections;
        if (worker->ports_limit > 0 && worker->ports_used > seen->ports_used) {
            seen->ports_used = worker->ports_used;
        }
        seen->rss_bytes = worker->rss_bytes >= 0 ? worker->rss_bytes : seen->rss_bytes;
        seen->up_ns = worker->up_ns;
        seen->seen_ns = snapshot->now_ns - worker->seen_ns;
    }
}
