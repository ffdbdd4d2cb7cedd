/* SPDX-License-Identifier: MIT */
/*
 * rations.h - how many samples of each kind a worker still reports: the first few at once, later
 * one a minute, so that a master whose results were cleared gets new ones. Kinds are told apart by
 * a hash: two that share one share a ration.
 */
#ifndef STATS_RATIONS_H
#define STATS_RATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RATION_KINDS = 200, RATION_FIRST = 5 };

struct ration {
    unsigned hash, taken;
    int64_t last_ns;
};

/* Zeroed: none was taken. */
struct rations {
    struct ration items[RATION_KINDS];
    size_t count;
};

/* Whether one may be taken now; kinds beyond RATION_KINDS get none. */
bool rations_allow(const struct rations *rations, unsigned hash, int64_t now_ns);
void rations_take(struct rations *rations, unsigned hash, int64_t now_ns);

#endif
