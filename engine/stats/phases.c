/* SPDX-License-Identifier: MIT */
#include "stats/phases.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { LINEAR = 32, HALF_BITS = 4 };

uint64_t *phase_slots(struct phase *phase)
{
    if (!phase->slots) {
        phase->slots = mem_array(PHASE_SLOTS, sizeof(*phase->slots));
    }
    return phase->slots;
}

void phases_fini(struct phases *phases)
{
    for (size_t i = 0; i < PHASES; i++) {
        free(phases->steps[i].slots);
    }
    *phases = (struct phases){0};
}

void phases_reset(struct phases *phases)
{
    for (size_t i = 0; i < PHASES; i++) {
        struct phase *phase = &phases->steps[i];

        if (phase->count > 0) {
            memset(phase->slots, 0, PHASE_SLOTS * sizeof(*phase->slots));
        }
        *phase = (struct phase){.slots = phase->slots};
    }
}

static void add_taken(struct phase *phase, int64_t ns)
{
    if (ns > 0) {
        phase_add(phase, ns);
    }
}

void phases_add_opening(struct phases *phases, const struct phase_times *times)
{
    add_taken(&phases->steps[PHASE_DNS], times->dns_ns);
    add_taken(&phases->steps[PHASE_CONNECT], times->connect_ns);
    add_taken(&phases->steps[PHASE_TLS], times->tls_ns);
}

static void merge(struct phase *phase, const struct phase *other)
{
    uint64_t *slots = phase_slots(phase);

    phase->count += other->count;
    phase->sum_ns += other->sum_ns;
    if (other->max_ns > phase->max_ns) {
        phase->max_ns = other->max_ns;
    }
    for (size_t i = 0; i < PHASE_SLOTS; i++) {
        slots[i] += other->slots[i];
    }
}

void phases_merge(struct phases *phases, const struct phases *other)
{
    for (size_t i = 0; i < PHASES; i++) {
        if (other->steps[i].count > 0) {
            merge(&phases->steps[i], &other->steps[i]);
        }
    }
}

static int64_t slot_from_ns(size_t index)
{
    unsigned shift = index < LINEAR ? 0 : (unsigned)(index >> HALF_BITS) - 1;

    return (int64_t)((index - ((size_t)shift << HALF_BITS)) << shift) * 1000;
}

int64_t phase_percentile_ns(const struct phase *phase, double fraction)
{
    double wanted = fraction * (double)phase->count, seen = 0;

    for (size_t i = 0; i < PHASE_SLOTS && phase->count > 0; i++) {
        double count = (double)phase->slots[i];

        if (count > 0 && seen + count >= wanted) {
            int64_t from_ns = slot_from_ns(i), wide_ns = slot_from_ns(i + 1) - from_ns;
            int64_t ns = from_ns + (int64_t)((double)wide_ns * (wanted - seen) / count);

            return ns < phase->max_ns ? ns : phase->max_ns;
        }
        seen += count;
    }
    return phase->max_ns;
}
