/* SPDX-License-Identifier: MIT */
/* watch_generator.c - whether this process, or the workers, keep up. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "watch/watch_private.h"

static int compare_loads(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;

    return (a > b) - (a < b);
}

/* Ascending, of workers that are there, or of the process itself. */
static size_t collect_loads(struct watch *watch, const struct snapshot *snapshot)
{
    size_t count = 0, most = snapshot->distributed ? snapshot->worker_count : 1;

    if (most > watch->load_capacity) {
        watch->load_capacity = most + 16;
        watch->loads = mem_resize(watch->loads, watch->load_capacity, sizeof(*watch->loads));
    }
    if (!snapshot->distributed) {
        watch->loads[count++] = (float)snapshot->health.cpu_percent;
    }
    for (size_t i = 0; i < most && snapshot->distributed; i++) {
        if (strcmp(snapshot->workers[i].state, "missing") != 0) {
            watch->loads[count++] = (float)snapshot->workers[i].cpu_percent;
        }
    }
    if (count > 1) {
        qsort(watch->loads, count, sizeof(*watch->loads), compare_loads);
    }
    return count;
}

static void note_health(struct watch *watch, const struct snapshot *snapshot)
{
    size_t count = collect_loads(watch, snapshot);
    double lag_ms = watch->generator.lag_p99_ms;

    watch->health[snapshot->now_ns / NS_PER_S % WATCH_USERS] = (struct history_health){
        .cpu_max = count > 0 ? watch->loads[count - 1] : NAN,
        .cpu_median = count > 0 ? watch->loads[count / 2] : NAN,
        .cpu_min = count > 0 ? watch->loads[0] : NAN,
        .lag_p99_ms = lag_ms < 0 ? NAN : (float)lag_ms,
        .workers = (uint32_t)count,
    };
}

static void look_at_ports(struct generator_facts *facts, int64_t used, int64_t limit)
{
    double percent = limit > 0 ? 100 * (double)used / (double)limit : -1;

    if (percent > facts->ports_percent) {
        facts->ports_percent = percent;
        facts->ports_used = used;
        facts->ports_limit = limit;
    }
}

/* The worst of the workers that are there. */
static void look_at_workers(struct watch *watch, const struct snapshot *snapshot)
{
    struct generator_facts *facts = &watch->generator;

    facts->wanted = watch->expect_workers;
    for (size_t i = 0; i < snapshot->worker_count; i++) {
        const struct snapshot_worker *worker = &snapshot->workers[i];
        bool there = strcmp(worker->state, "missing") != 0;

        facts->workers += there;
        if (!there) {
            continue;
        }
        if (worker->cpu_percent > facts->cpu_percent) {
            facts->cpu_percent = worker->cpu_percent;
            snprintf(watch->hottest, sizeof(watch->hottest), "%s", worker->id);
            facts->hottest = watch->hottest;
        }
        if (worker->lag_p99_ms > facts->lag_p99_ms) {
            facts->lag_p99_ms = worker->lag_p99_ms;
        }
        look_at_ports(facts, worker->ports_used, worker->ports_limit);
    }
}

void watch_look_at_generator(struct watch *watch, const struct snapshot *snapshot)
{
    struct generator_facts *facts = &watch->generator;

    *facts = (struct generator_facts){.lag_p99_ms = -1, .ports_percent = -1};
    if (snapshot->distributed) {
        look_at_workers(watch, snapshot);
    } else {
        facts->cpu_percent = snapshot->health.cpu_percent;
        facts->lag_p99_ms = snapshot->health.lag_p99_ms;
        look_at_ports(facts, snapshot->health.ports_used, snapshot->health.ports_limit);
    }
    note_health(watch, snapshot);
    watch->overloaded_s = verdict_over_limit(facts) ? watch->overloaded_s + 1 : 0;
    facts->overloaded_s = watch->overloaded_s;
}
