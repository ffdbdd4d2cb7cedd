/* SPDX-License-Identifier: MIT */
/*
 * phases.h - where the time of requests went: how often each step was taken, its sum and its
 * longest. A kept connection takes no step but waiting for the first byte and the download.
 */
#ifndef STATS_PHASES_H
#define STATS_PHASES_H

#include <stdbool.h>
#include <stdint.h>

/* Of one request. */
struct phase_times {
    bool connected; /* else the next three are not looked at; 0 there: the step was not taken */
    int64_t dns_ns, connect_ns, tls_ns;
    int64_t first_byte_ns; /* since it was sent; negative: no response, and no download */
    int64_t download_ns;
};

struct phase {
    uint64_t count;
    int64_t sum_ns, max_ns;
};

/* Zeroed is empty. */
struct phases {
    struct phase dns, connect, tls, first_byte, download;
};

void phases_add_opening(struct phases *phases, const struct phase_times *times);
void phases_merge(struct phases *phases, const struct phases *other);

static inline void phase_add(struct phase *phase, int64_t ns)
{
    phase->count++;
    phase->sum_ns += ns;
    if (ns > phase->max_ns) {
        phase->max_ns = ns;
    }
}

/* Allocates nothing; inline as it runs for each request. */
static inline void phases_record(struct phases *phases, const struct phase_times *times)
{
    if (times->connected) {
        phases_add_opening(phases, times);
    }
    if (times->first_byte_ns >= 0) {
        phase_add(&phases->first_byte, times->first_byte_ns);
        phase_add(&phases->download, times->download_ns);
    }
}

#endif
