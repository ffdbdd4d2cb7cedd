/* SPDX-License-Identifier: MIT */
#include "stats/phases.h"

static void add_taken(struct phase *phase, int64_t ns)
{
    if (ns > 0) {
        phase_add(phase, ns);
    }
}

void phases_add_opening(struct phases *phases, const struct phase_times *times)
{
    add_taken(&phases->dns, times->dns_ns);
    add_taken(&phases->connect, times->connect_ns);
    add_taken(&phases->tls, times->tls_ns);
}

static void merge(struct phase *phase, const struct phase *other)
{
    phase->count += other->count;
    phase->sum_ns += other->sum_ns;
    if (other->max_ns > phase->max_ns) {
        phase->max_ns = other->max_ns;
    }
}

void phases_merge(struct phases *phases, const struct phases *other)
{
    merge(&phases->dns, &other->dns);
    merge(&phases->connect, &other->connect);
    merge(&phases->tls, &other->tls);
    merge(&phases->first_byte, &other->first_byte);
    merge(&phases->download, &other->download);
}
