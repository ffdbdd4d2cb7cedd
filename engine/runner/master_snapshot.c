/* SPDX-License-Identifier: MIT */
/* master_snapshot.c - the workers and their users as they are now. */
#include "base/clock.h"
#include "runner/master_private.h"

static size_t overloaded_workers(const struct master *master)
{
    size_t count = 0;

    for (struct peer *peer = NULL; (peer = roster_next_seen(master->roster, peer));) {
        count += peer->cpu_warned;
    }
    return count;
}

static void show_workers(struct master *master, struct snapshot *snapshot)
{
    size_t most = roster_count(master->roster), count = 0;
    struct snapshot_worker *workers = snapshot_array(&master->snapshots, most, sizeof(*workers));
    int64_t now_ns = clock_coarse_ns();

    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        workers[count++] = (struct snapshot_worker){
            .id = peer->id,
            .index = peer->index,
            .state = snapshot_text(&master->snapshots, peer_state_text(peer)),
            .users = peer->users,
            .cpu_percent = peer->cpu_percent,
            .rss_bytes = peer->memory_bytes,
            .lag_p99_ms = peer->condition.lag_p99_ms,
            .connections = peer->condition.connections,
            .ports_used = peer->condition.ports_used,
            .ports_limit = peer->condition.ports_limit,
            .rps = peer->rps,
            .up_ns = now_ns - peer->since_ns,
            .seen_ns = now_ns - peer->heard_ns,
        };
    }
    snapshot->workers = workers;
    snapshot->worker_count = count;
}

/* Known if every worker with users says so. */
static void show_waiting(const struct master *master, struct snapshot *snapshot)
{
    snapshot->waiting_known = true;
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        const struct peer_condition *condition = &peer->condition;

        if (peer->state == PEER_MISSING || (peer->users == 0 && !condition->waiting_told)) {
            continue;
        }
        snapshot->waiting_known = snapshot->waiting_known && condition->waiting_told;
        snapshot->waiting_users += condition->waiting_users;
        if (condition->oldest_wait_ns > snapshot->oldest_wait_ns) {
            snapshot->oldest_wait_ns = condition->oldest_wait_ns;
        }
    }
}

static void show_classes(struct master *master, struct snapshot *snapshot)
{
    size_t count = master->spread ? spread_class_count(master->spread) : 0;
    const char **names = snapshot_array(&master->snapshots, count, sizeof(*names));
    size_t *users = snapshot_array(&master->snapshots, count, sizeof(*users));

    for (size_t i = 0; i < count; i++) {
        names[i] = snapshot_text(&master->snapshots, spread_class_name(master->spread, i));
        for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
            users[i] += peer_class_users(peer, names[i]);
        }
    }
    snapshot->class_names = names;
    snapshot->class_users = users;
    snapshot->class_count = count;
}

static int64_t stopping_left_ns(const struct master *master)
{
    int64_t left_ns = master->halt_ns + master->grace_ns - clock_mono_ns();

    return left_ns > 0 ? left_ns : 0;
}

struct snapshot master_snapshot(struct runner *runner)
{
    struct master *master = master_of(runner);
    const struct peer *other;
    struct snapshot snapshot = {
        .now_ns = clock_wall_ns(),
        .start_ns = master->start_ns,
        .end_ns = master->end_ns,
        .state = master->state,
        .paused_ns = master->paused_ns,
        .can_pause = master->paused_ns > 0 || master_can_pause(master, &other),
        .stopping_users = master->halt_users,
        .stopping_left_ns = stopping_left_ns(master),
        .why_ended = master->testing || !master->why_ended ? NULL : master->why_ended,
        .host = snapshot_text(&master->snapshots, master->options->host),
        .stats = master->stats,
        .users = roster_users(master->roster),
        .target_users = master->spread ? spread_target(master->spread) : 0,
        .spawn_rate = master->spawn_rate,
        .health = monitor_health(&master->monitor),
        .distributed = true,
        .workers_overloaded = overloaded_workers(master),
    };

    show_workers(master, &snapshot);
    show_waiting(master, &snapshot);
    show_classes(master, &snapshot);
    return snapshot;
}
