/* SPDX-License-Identifier: MIT */
/* local_snapshot.c - what is shown of a run. */
#include "base/clock.h"
#include "base/ensure.h"
#include "runner/local_private.h"

static const char *why_ended(const struct local *local)
{
    static const char *const words[] = {NULL,
                                        "Run time reached",
                                        "The load shape is over",
                                        "All iterations are done",
                                        "Every user has ended by itself",
                                        "Stopped"};
    _Static_assert(ARRAY_LEN(words) == LOCAL_ENDS, "a sentence per end");

    if (local->state != RUN_STOPPED && local->state != RUN_STOPPING) {
        return NULL;
    }
    return local->end == LOCAL_END_ASKED && local->scenario_asked ? "Stopped by the scenario"
                                                                  : words[local->end];
}

struct snapshot local_snapshot(struct runner *runner)
{
    struct local *local = local_of(runner);

    int64_t left_ns = local->stop_ns + local->grace_ns - clock_mono_ns();
    size_t count = local->plan->class_count;
    const char **names = snapshot_array(&local->snapshots, count, sizeof(*names));
    size_t *users = snapshot_array(&local->snapshots, count, sizeof(*users));

    for (size_t i = 0; i < count; i++) {
        names[i] = snapshot_text(&local->snapshots, local->plan->classes[i].name);
        users[i] = sim_active_users(local->sim, i);
    }
    struct sim_counts counts = sim_counts(local->sim);

    return (struct snapshot){
        .now_ns = clock_wall_ns(),
        .start_ns = local->start_ns,
        .end_ns = local->end_ns,
        .state = local->state,
        .paused_ns = local->paused_ns,
        .can_pause = true,
        .stopping_users = local->stop_users,
        .stopping_left_ns = left_ns > 0 ? left_ns : 0,
        .why_ended = why_ended(local),
        .host = snapshot_text(&local->snapshots, local->options->host),
        .stats = local->stats,
        .class_names = names,
        .class_users = users,
        .class_count = count,
        .users = sim_users(local->sim),
        .target_users = spread_target(local->spread),
        .spawn_rate = local->spawn_rate,
        .health = monitor_health(&local->monitor),
        .waiting_known = true,
        .waiting_users = counts.waiting_users,
        .oldest_wait_ns = counts.oldest_wait_ns,
        .sim = counts,
        .http = *local->transport->ops->counts(local->transport),
    };
}
