/* SPDX-License-Identifier: MIT */
#include "sim/mix.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/memory.h"
#include "sim/sim_private.h"
#include "stats/table.h"

struct mix {
    const struct plan_task *task;
    uint64_t *starts; /* in the statistics */
    UT_hash_handle hh;
};

void mix_free(struct mix *mix)
{
    struct mix *item, *after;

    HASH_ITER(hh, mix, item, after)
    {
        HASH_DEL(mix, item);
        free(item);
    }
}

static uint64_t *counter_of(const struct user *user, const struct plan_task *task)
{
    struct buf path;

    buf_init(&path, (size_t)2 * TASKS_PATH_MAX);
    buf_puts(&path, user->class->name);
    for (size_t i = 1; i < user->depth; i++) {
        buf_printf(&path, "%s%s", TASKS_JOINT, user->frames[i].set->name);
    }
    buf_printf(&path, "%s%s", TASKS_JOINT, task->name);
    /* A path too long is cut to nothing, which no one is shown. */
    uint64_t *starts =
        tasks_counter(stats_tasks(user->sim->stats), path.failed ? "" : buf_text(&path));

    buf_fini(&path);
    return starts;
}

void mix_note(struct mix **mix, const struct user *user, const struct plan_task *task)
{
    struct mix *item;

    HASH_FIND(hh, *mix, &task, sizeof(struct plan_task *), item);
    if (!item) {
        item = mem_new(sizeof(*item));
        item->task = task;
        item->starts = counter_of(user, task);
        HASH_ADD(hh, *mix, task, sizeof(struct plan_task *), item);
    }
    ++*item->starts;
}
