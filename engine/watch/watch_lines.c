/* SPDX-License-Identifier: MIT */
/* watch_lines.c - how often each kind of failure occurred lately, and how busy each worker was. */
#include <string.h>

#include "watch/watch_private.h"

static uint64_t key_of_failure(const struct failure *failure)
{
    return (uint64_t)(uintptr_t)failure;
}

void watch_lines_init(struct watch *watch)
{
    lines_init(&watch->failure_lines, FAILURE_STEP_S, WATCH_FAILURES);
    lines_init(&watch->worker_lines, WORKER_STEP_S, WATCH_WORKERS);
}

void watch_lines_fini(struct watch *watch)
{
    lines_fini(&watch->failure_lines);
    lines_fini(&watch->worker_lines);
}

static void draw_failures(struct watch *watch, const struct snapshot *snapshot)
{
    struct failures *failures = stats_failures(snapshot->stats);
    const struct failure *const *sorted = failures_sorted(failures);

    for (size_t i = 0; i < failures_count(failures); i++) {
        struct line *line = lines_row(&watch->failure_lines, key_of_failure(sorted[i]));
        uint64_t occurrences = sorted[i]->occurrences;

        if (line) {
            lines_add(&watch->failure_lines,
                      line,
                      occurrences > line->counted ? (double)(occurrences - line->counted) : 0);
            line->counted = occurrences;
        }
    }
}

static void draw_workers(struct watch *watch, const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->worker_count; i++) {
        const struct snapshot_worker *worker = &snapshot->workers[i];
        struct line *line = strcmp(worker->state, "missing") == 0
                                ? NULL
                                : lines_row(&watch->worker_lines, (uint64_t)worker->index);

        if (line) {
            lines_raise(&watch->worker_lines, line, worker->cpu_percent);
        }
    }
}

void watch_draw_lines(struct watch *watch, const struct snapshot *snapshot, bool on)
{
    lines_reach(&watch->failure_lines, watch->second);
    lines_reach(&watch->worker_lines, watch->second);
    if (on) {
        draw_failures(watch, snapshot);
    }
    draw_workers(watch, snapshot);
}

const struct lines *watch_failure_lines(const struct watch *watch)
{
    return &watch->failure_lines;
}

const struct lines *watch_worker_lines(const struct watch *watch)
{
    return &watch->worker_lines;
}

const struct line *watch_failure_line(const struct watch *watch, const struct failure *failure)
{
    return lines_find(&watch->failure_lines, key_of_failure(failure));
}
