/* SPDX-License-Identifier: MIT */
/*
 * usage.h - what this process costs: CPU share and resident memory.
 */
#ifndef BASE_USAGE_H
#define BASE_USAGE_H

#include <stdint.h>

struct usage {
    int64_t mono_ns, cpu_ns; /* private: the last sample */
};

void usage_init(struct usage *usage);

/* CPU use since the last call, in percent of one core; at least 1 ms must lie between, else 0. */
double usage_cpu_percent(struct usage *usage);

uint64_t usage_rss_bytes(void); /* 0 where /proc is missing */

#endif
