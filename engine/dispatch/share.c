/* SPDX-License-Identifier: MIT */
/* share.c - moves what exceeds a share, then puts the stack into serving order. */
#include "dispatch/share.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct load {
    uint32_t have, share;
    uint64_t owed; /* grows by the surplus with each user met; one moves whenever it reaches have */
};

/* Workers below their share, in serving order; filled ones drop out. */
struct takers {
    uint32_t *slots;
    size_t count, turn;
};

static uint32_t take_turn(struct takers *takers, struct load *loads)
{
    uint32_t taker = takers->slots[takers->turn];

    if (++loads[taker].have < loads[taker].share) {
        takers->turn++;
    } else {
        takers->count--;
        memmove(takers->slots + takers->turn,
                takers->slots + takers->turn + 1,
                (takers->count - takers->turn) * sizeof(*takers->slots));
    }
    if (takers->turn >= takers->count) {
        takers->turn = 0;
    }
    return taker;
}

/* Whether this user of a giver is one that goes: they are spaced evenly, so that those that go and
 * those that stay are of about the same mix. A giver's load is not changed by what it gives. */
static bool goes(struct load *load)
{
    if (load->have <= load->share) {
        return false;
    }
    load->owed += load->have - load->share;
    if (load->owed < load->have) {
        return false;
    }
    load->owed -= load->have;
    return true;
}

static struct load *measure(const struct place *stack, uint32_t users, struct crew *crew)
{
    struct load *loads = mem_array(crew_slots(crew), sizeof(*loads));
    const uint32_t *order = crew_order(crew);
    size_t workers = crew_count(crew);

    for (uint32_t i = 0; i < users; i++) {
        loads[stack[i].worker].have++;
    }
    for (size_t i = 0; i < workers; i++) {
        loads[order[i]].share = (uint32_t)(users / workers + (i < users % workers));
    }
    return loads;
}

/*
 * Users of one worker and class are alike, so a place on the stack may be given to any of them.
 * From the top down each place goes to the worker whose turn it is, and to the class that is most
 * behind what the old order of classes asked for so far.
 */
static void put_in_order(struct place *stack, uint32_t users, const uint32_t *counts,
                         size_t class_count, struct crew *crew)
{
    size_t workers = crew_count(crew), cells = crew_slots(crew) * class_count;
    const uint32_t *order = crew_order(crew);
    uint32_t *left = mem_array(cells, sizeof(*left));
    int64_t *due = mem_array(class_count, sizeof(*due));

    memcpy(left, counts, cells * sizeof(*left));
    for (uint32_t i = users; i-- > 0;) {
        uint32_t worker = order[i % workers], best = stack[i].class;
        uint32_t *here = left + worker * class_count;

        due[best]++;
        for (uint32_t c = 0; c < class_count; c++) {
            if (here[c] > 0 && (here[best] == 0 || due[c] > due[best])) {
                best = c;
            }
        }
        due[best]--;
        here[best]--;
        stack[i] = (struct place){worker, best};
    }
    free(due);
    free(left);
}

void share_evenly(struct place *stack, uint32_t users, uint32_t *counts, size_t class_count,
                  struct crew *crew, share_moved_fn *moved, void *data)
{
    struct load *loads = measure(stack, users, crew);
    const uint32_t *order = crew_order(crew);
    struct takers takers = {.slots = mem_array(crew_count(crew), sizeof(*takers.slots))};

    for (size_t i = 0; i < crew_count(crew); i++) {
        if (loads[order[i]].have < loads[order[i]].share) {
            takers.slots[takers.count++] = order[i];
        }
    }
    for (uint32_t i = 0; i < users && takers.count > 0; i++) {
        uint32_t from = stack[i].worker, class = stack[i].class;

        if (goes(&loads[from])) {
            uint32_t to = take_turn(&takers, loads);

            stack[i].worker = to;
            counts[from * class_count + class]--;
            counts[to * class_count + class]++;
            moved(data, class, from, to);
        }
    }
    put_in_order(stack, users, counts, class_count, crew);
    free(takers.slots);
    free(loads);
}
