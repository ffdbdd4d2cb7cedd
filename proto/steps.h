/* SPDX-License-Identifier: MIT */
/*
 * steps.h - where the time of requests went, between two cicada nodes: the bytes under "phases" in
 * a stats entry. A histogram for each step, in the slots and the order of engine/stats/phases.h;
 * this file knows their numbers, not their meaning.
 */
#ifndef PROTO_STEPS_H
#define PROTO_STEPS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "proto/leb.h"
#include "proto/value.h"

/* The bytes suffice for every slot taken and every count beyond 2^63. */
enum { STEPS = 5, STEP_SLOTS = 368, STEPS_MAX_BYTES = 24 << 10 };

struct step {
    uint64_t sum_ns;
    int64_t max_ns;
    struct leb_slot *slots;
    size_t count; /* 0: the step was not taken, and the rest is 0 */
};

struct steps {
    struct step items[STEPS];
};

void steps_encode(struct buf *out, const struct steps *steps);

/* Slots are in the arena. False for anything steps_encode() would not write. */
bool steps_decode(struct steps *steps, struct slice bytes, struct arena *arena, struct err *err);

#endif
