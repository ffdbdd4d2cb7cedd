/* SPDX-License-Identifier: MIT */
#include "sim/task.h"

#include "base/ensure.h"

/* The task that owns the ticket when each holds as many as its weight. */
static const struct plan_task *by_ticket(const struct plan_set *set, uint64_t ticket)
{
    const struct plan_task *task = set->tasks;

    while (ticket >= task->weight) {
        ticket -= task->weight;
        task++;
    }
    return task;
}

static const struct plan_task *along_chain(struct frame *frame, struct rng *rng)
{
    const struct plan_task *task = &frame->set->tasks[frame->position];
    uint32_t ticket = rng_below(rng, task->next_total);
    const struct plan_next *next = task->next;

    while (ticket >= next->weight) {
        ticket -= next->weight;
        next++;
    }
    frame->position = next->target;
    return task;
}

const struct plan_task *task_next(struct frame *frame, struct rng *rng)
{
    const struct plan_set *set = frame->set;

    ENSURE(set->task_count > 0);
    switch (set->order) {
    case ORDER_SEQUENTIAL: {
        const struct plan_task *task = by_ticket(set, frame->position);

        frame->position = (frame->position + 1) % set->total_weight;
        return task;
    }
    case ORDER_MARKOV:
        return along_chain(frame, rng);
    case ORDER_RANDOM:
        break;
    }
    return by_ticket(set, rng_below(rng, set->total_weight));
}
