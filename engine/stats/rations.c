/* SPDX-License-Identifier: MIT */
#include "stats/rations.h"

#include "base/clock.h"

static const int64_t pause_ns = 60 * NS_PER_S;

static size_t place_of(const struct rations *rations, unsigned hash)
{
    size_t i = 0;

    while (i < rations->count && rations->items[i].hash != hash) {
        i++;
    }
    return i;
}

bool rations_allow(const struct rations *rations, unsigned hash, int64_t now_ns)
{
    size_t place = place_of(rations, hash);

    if (place == rations->count) {
        return place < RATION_KINDS;
    }
    return rations->items[place].taken < RATION_FIRST ||
           now_ns - rations->items[place].last_ns >= pause_ns;
}

void rations_take(struct rations *rations, unsigned hash, int64_t now_ns)
{
    size_t place = place_of(rations, hash);

    if (place < RATION_KINDS) {
        rations->count += place == rations->count;
        rations->items[place].hash = hash;
        rations->items[place].taken++;
        rations->items[place].last_ns = now_ns;
    }
}
