/* SPDX-License-Identifier: MIT */
#include "proto/steps.h"

enum { VERSION = 1 };

void steps_encode(struct buf *out, const struct steps *steps)
{
    buf_putc(out, VERSION);
    for (size_t i = 0; i < STEPS; i++) {
        const struct step *step = &steps->items[i];

        leb_put(out, step->count);
        if (step->count > 0) {
            leb_put(out, step->sum_ns);
            leb_put(out, (uint64_t)step->max_ns);
            leb_put_slots(out, step->slots, step->count, STEP_SLOTS);
        }
    }
}

static void take_step(struct leb *leb, struct step *step, struct arena *arena)
{
    size_t count = (size_t)leb_take(leb, 32);

    if (count > STEP_SLOTS) {
        leb_fail(leb, "there are too many slots");
        return;
    }
    if (count > 0) {
        step->sum_ns = (uint64_t)leb_take(leb, 64);
        step->max_ns = (int64_t)leb_take(leb, 63);
        step->count = count;
        step->slots = arena_alloc(arena, count * sizeof(*step->slots));
        leb_take_slots(leb, step->slots, count, STEP_SLOTS);
    }
}

bool steps_decode(struct steps *steps, struct slice bytes, struct arena *arena, struct err *err)
{
    const unsigned char *start = (const unsigned char *)bytes.bytes;
    struct leb leb = {.at = start, .end = start + bytes.length, .what = "phases", .err = err};

    *steps = (struct steps){0};
    if (bytes.length < 1 || bytes.length > STEPS_MAX_BYTES) {
        return err_set(err, "phases: %zu bytes", bytes.length);
    }
    unsigned version = *leb.at++;

    if (version != VERSION) {
        return err_set(err, "phases: version %u", version);
    }
    for (size_t i = 0; i < STEPS && !leb.failed; i++) {
        take_step(&leb, &steps->items[i], arena);
    }
    if (!leb.failed && leb.at < leb.end) {
        leb_fail(&leb, "bytes follow the end");
    }
    return !leb.failed;
}
