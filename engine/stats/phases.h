/* SPDX-License-Identifier: MIT */
/*
 * phases.h - where the time of requests went: how often each step was taken, its sum, its longest,
 * and a histogram. A kept connection takes no step but waiting for the first byte and the download.
 *
 * The histogram's slots are those of hist.h, but coarser: of a microsecond below 32 us, above that
 * at most 1/16 of the value wide, up to 67 s. A step takes 3 KB once it was taken.
 */
#ifndef STATS_PHASES_H
#define STATS_PHASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PHASE_SLOTS = 368 };

/* Of one request. */
struct phase_times {
    bool connected; /* else the next three are not looked at; 0 there: the step was not taken */
    int64_t dns_ns, connect_ns, tls_ns;
    int64_t first_byte_ns; /* since it was sent; negative: no response, and no download */
    int64_t download_ns;
};

struct phase {
    uint64_t count, sum_ns;
    int64_t max_ns;
    uint64_t *slots; /* NULL until the step is taken */
};

/* Zeroed is empty. */
enum { PHASE_DNS, PHASE_CONNECT, PHASE_TLS, PHASE_FIRST_BYTE, PHASE_DOWNLOAD, PHASES };

struct phases {
    struct phase steps[PHASES];
};

void phases_fini(struct phases *phases);
void phases_reset(struct phases *phases); /* keeps the memory */
void phases_add_opening(struct phases *phases, const struct phase_times *times);
void phases_merge(struct phases *phases, const struct phases *other);

/* The value below which that fraction (0..1) of them is, within a slot in proportion; 0 if empty.
 */
int64_t phase_percentile_ns(const struct phase *phase, double fraction);

uint64_t *phase_slots(struct phase *phase); /* made if there are none */

static inline size_t phase_index(int64_t ns)
{
    enum { SIGNIFICANT_BITS = 5, TOP_BITS = 26 };
    uint64_t us = ns > 0 ? (uint64_t)ns / 1000 : 0;

    if (us >> TOP_BITS) {
        us = (UINT64_C(1) << TOP_BITS) - 1;
    }
    unsigned shift = 64u - SIGNIFICANT_BITS - (unsigned)__builtin_clzll(us | 31);

    return ((size_t)shift << (SIGNIFICANT_BITS - 1)) + (size_t)(us >> shift);
}

static inline void phase_add(struct phase *phase, int64_t ns)
{
    uint64_t *slots = __builtin_expect(phase->slots != NULL, 1) ? phase->slots : phase_slots(phase);

    phase->count++;
    phase->sum_ns += (uint64_t)ns;
    if (ns > phase->max_ns) {
        phase->max_ns = ns;
    }
    slots[phase_index(ns)]++;
}

/* Allocates nothing once the steps were taken; inline as it runs for each request. */
static inline void phases_record(struct phases *phases, const struct phase_times *times)
{
    if (times->connected) {
        phases_add_opening(phases, times);
    }
    if (times->first_byte_ns >= 0) {
        phase_add(&phases->steps[PHASE_FIRST_BYTE], times->first_byte_ns);
        phase_add(&phases->steps[PHASE_DOWNLOAD], times->download_ns);
    }
}

#endif
