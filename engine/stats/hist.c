/* SPDX-License-Identifier: MIT */
/* hist.c - the log-linear histogram. A chunk is one power of two cut into 128 equal slots. */
#include "stats/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    HALF_BITS = 7,           /* log2(HIST_CHUNK) */
    LINEAR = 2 * HIST_CHUNK, /* values below have a slot of their own: the first two chunks */
};

static size_t index_of_us(uint64_t us)
{
    /* The number of bits dropped so that 8 significant ones remain. */
    unsigned shift = 63u - HALF_BITS - (unsigned)__builtin_clzll(us | (LINEAR - 1));

    return ((size_t)shift << HALF_BITS) + (size_t)(us >> shift);
}

size_t hist_index(int64_t elapsed_ns)
{
    if (elapsed_ns <= 0) {
        return 0;
    }
    if (elapsed_ns > HIST_MAX_NS) {
        elapsed_ns = HIST_MAX_NS;
    }
    return index_of_us((uint64_t)elapsed_ns / 1000);
}

static unsigned shift_of(size_t index)
{
    return index < LINEAR ? 0 : (unsigned)(index >> HALF_BITS) - 1;
}

int64_t hist_slot_from_ns(size_t index)
{
    unsigned shift = shift_of(index);

    return (int64_t)((index - ((size_t)shift << HALF_BITS)) << shift) * 1000;
}

int64_t hist_slot_to_ns(size_t index)
{
    return hist_slot_from_ns(index) + (INT64_C(1000) << shift_of(index));
}

void hist_init(struct hist *hist)
{
    memset(hist, 0, sizeof(*hist));
}

void hist_fini(struct hist *hist)
{
    for (size_t i = 0; i < HIST_CHUNKS; i++) {
        free(hist->chunks[i]);
    }
    memset(hist, 0, sizeof(*hist));
}

static uint64_t *chunk_of(struct hist *hist, size_t chunk)
{
    if (!hist->chunks[chunk]) {
        hist->chunks[chunk] = mem_array(HIST_CHUNK, sizeof(uint64_t));
    }
    return hist->chunks[chunk];
}

static void widen(struct hist *hist, int64_t min_ns, int64_t max_ns)
{
    if (hist->count == 0 || min_ns < hist->min_ns) {
        hist->min_ns = min_ns;
    }
    if (max_ns > hist->max_ns) {
        hist->max_ns = max_ns;
    }
}

void hist_record_many(struct hist *hist, int64_t elapsed_ns, uint64_t count)
{
    if (count == 0) {
        return;
    }
    if (elapsed_ns < 0) {
        elapsed_ns = 0;
    }
    size_t index = hist_index(elapsed_ns);

    chunk_of(hist, index >> HALF_BITS)[index & (HIST_CHUNK - 1)] += count;
    widen(hist, elapsed_ns, elapsed_ns);
    hist->count += count;
    hist->sum_ns += (hist_sum)(uint64_t)elapsed_ns * count;
    if (elapsed_ns > HIST_MAX_NS) {
        hist->overflows += count;
    }
}

void hist_record(struct hist *hist, int64_t elapsed_ns)
{
    hist_record_many(hist, elapsed_ns, 1);
}

static int64_t clamp(const struct hist *hist, int64_t ns)
{
    return ns < hist->min_ns ? hist->min_ns : ns > hist->max_ns ? hist->max_ns : ns;
}

int64_t hist_percentile_ns(const struct hist *hist, double fraction)
{
    if (hist->count == 0 || fraction >= 1) {
        return hist->max_ns;
    }
    if (!(fraction > 0)) {
        return hist->min_ns;
    }
    /* 0.07 * 100 is a hair above 7 in doubles and must not ask for the eighth value. */
    double wanted = ceil(fraction * (double)hist->count * (1 - 1e-15));
    uint64_t rank = wanted < 1 ? 1 : (uint64_t)wanted;
    uint64_t seen = 0;
    struct hist_slot slot;

    for (size_t position = 0; hist_next(hist, &position, &slot);) {
        seen += slot.count;
        if (seen >= rank) {
            return clamp(hist, slot.from_ns + (slot.to_ns - slot.from_ns) / 2);
        }
    }
    return hist->max_ns;
}

double hist_mean_ns(const struct hist *hist)
{
    return hist->count ? (double)hist->sum_ns / (double)hist->count : 0;
}

static bool is_empty(const uint64_t *chunk)
{
    uint64_t any = 0;

    for (size_t i = 0; i < HIST_CHUNK; i++) {
        any |= chunk[i];
    }
    return any == 0;
}

/* A histogram that is used again keeps the chunks of all that it ever held; those that are empty
 * now are not to cost memory here. */
void hist_merge(struct hist *hist, const struct hist *other)
{
    if (other->count == 0) {
        return;
    }
    for (size_t i = 0; i < HIST_CHUNKS; i++) {
        if (!other->chunks[i] || is_empty(other->chunks[i])) {
            continue;
        }
        uint64_t *into = chunk_of(hist, i);

        for (size_t j = 0; j < HIST_CHUNK; j++) {
            into[j] += other->chunks[i][j];
        }
    }
    widen(hist, other->min_ns, other->max_ns);
    hist->count += other->count;
    hist->overflows += other->overflows;
    hist->sum_ns += other->sum_ns;
}

/* After slots have lost counts: count, minimum and maximum from what is left. */
static void recount(struct hist *hist)
{
    int64_t low = hist->min_ns, high = hist->max_ns;
    struct hist_slot slot;

    hist->count = 0;
    hist->min_ns = hist->max_ns = 0;
    for (size_t position = 0; hist_next(hist, &position, &slot);) {
        if (hist->count == 0) {
            hist->min_ns = slot.from_ns > low ? slot.from_ns : low;
        }
        /* The top slot also holds what is longer than its end. */
        hist->max_ns = slot.to_ns < high && !hist->overflows ? slot.to_ns : high;
        hist->count += slot.count;
    }
}

void hist_subtract(struct hist *hist, const struct hist *older)
{
    for (size_t i = 0; i < HIST_CHUNKS; i++) {
        uint64_t *from = hist->chunks[i];
        const uint64_t *less = older->chunks[i];

        for (size_t j = 0; from && less && j < HIST_CHUNK; j++) {
            from[j] -= less[j] < from[j] ? less[j] : from[j];
        }
    }
    hist->sum_ns -= older->sum_ns < hist->sum_ns ? older->sum_ns : hist->sum_ns;
    hist->overflows -= older->overflows < hist->overflows ? older->overflows : hist->overflows;
    recount(hist);
}

void hist_copy(struct hist *hist, const struct hist *other)
{
    if (hist != other) {
        hist_reset(hist);
        hist_merge(hist, other);
    }
}

void hist_reset(struct hist *hist)
{
    for (size_t i = 0; i < HIST_CHUNKS; i++) {
        if (hist->chunks[i]) {
            memset(hist->chunks[i], 0, HIST_CHUNK * sizeof(uint64_t));
        }
    }
    hist->count = hist->overflows = 0;
    hist->min_ns = hist->max_ns = 0;
    hist->sum_ns = 0;
}

bool hist_next(const struct hist *hist, size_t *position, struct hist_slot *slot)
{
    for (size_t i = *position; i < HIST_SLOTS; i++) {
        const uint64_t *chunk = hist->chunks[i >> HALF_BITS];

        if (!chunk) {
            i |= HIST_CHUNK - 1;
            continue;
        }
        uint64_t count = chunk[i & (HIST_CHUNK - 1)];

        if (count) {
            *slot = (struct hist_slot){hist_slot_from_ns(i), hist_slot_to_ns(i), count};
            *position = i + 1;
            return true;
        }
    }
    *position = HIST_SLOTS;
    return false;
}
