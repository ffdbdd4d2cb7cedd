/* SPDX-License-Identifier: MIT */
/*
 * buckets.c - rounding and percentiles as Locust does them (locust/stats.py: log_response_time,
 * calculate_response_time_percentile, median_from_dict).
 *
 * Dense slots: 0..99 are 0..99 ms, 100..189 are 100..990 ms, 190..279 are 1,000..9,900 ms. A slot
 * is therefore the rounded quotient plus an offset, and a time that rounds up into the next decade
 * lands on that decade's first slot by itself.
 */
#include "stats/buckets.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

enum { TENS = 90, HUNDREDS = 180 }; /* offsets of the second and third decade */

/* Nearest integer to ns / unit, ties to even. */
static inline int64_t divide_even(int64_t ns, int64_t unit)
{
    int64_t quotient = ns / unit, twice = 2 * (ns % unit);

    return quotient + (twice > unit || (twice == unit && (quotient & 1)));
}

/* Slot below BUCKETS_DENSE, or BUCKETS_DENSE for a key of 10 s or more. */
static inline int64_t slot_of_ns(int64_t ns)
{
    if (ns < 100 * NS_PER_MS) {
        return divide_even(ns, NS_PER_MS);
    }
    if (ns < 1000 * NS_PER_MS) {
        return TENS + divide_even(ns, 10 * NS_PER_MS);
    }
    if (ns < 10000 * NS_PER_MS) {
        return HUNDREDS + divide_even(ns, 100 * NS_PER_MS);
    }
    return BUCKETS_DENSE;
}

static int64_t key_of_slot(size_t slot)
{
    return slot < 100   ? (int64_t)slot
           : slot < 190 ? ((int64_t)slot - TENS) * 10
                        : ((int64_t)slot - HUNDREDS) * 100;
}

/* The dense slot of a key, or -1 if it is off the grid or at 10 s and above. */
static int slot_of_key(int64_t key_ms)
{
    if (key_ms >= 10000) {
        return -1;
    }
    if (key_ms < 100) {
        return (int)key_ms;
    }
    if (key_ms < 1000) {
        return key_ms % 10 ? -1 : (int)(TENS + key_ms / 10);
    }
    return key_ms % 100 ? -1 : (int)(HUNDREDS + key_ms / 100);
}

void buckets_init(struct buckets *buckets)
{
    memset(buckets, 0, sizeof(*buckets));
}

void buckets_fini(struct buckets *buckets)
{
    free(buckets->sparse);
    memset(buckets, 0, sizeof(*buckets));
}

void buckets_reset(struct buckets *buckets)
{
    memset(buckets->dense, 0, sizeof(buckets->dense));
    buckets->sparse_count = 0;
}

static int64_t long_key_ms(int64_t ns)
{
    return 1000 * divide_even(ns, NS_PER_S);
}

int64_t buckets_key_ms(int64_t elapsed_ns)
{
    int64_t ns = elapsed_ns > 0 ? elapsed_ns : 0;
    int64_t slot = slot_of_ns(ns);

    if (slot < BUCKETS_DENSE) {
        return key_of_slot((size_t)slot);
    }
    return ns < 10 * NS_PER_S ? 10000 : long_key_ms(ns);
}

/* Index of the first sparse key >= key_ms. */
static size_t sparse_lower(const struct buckets *buckets, int64_t key_ms)
{
    size_t low = 0, high = buckets->sparse_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (buckets->sparse[middle].key_ms < key_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void sparse_add(struct buckets *buckets, int64_t key_ms, uint64_t count)
{
    size_t at = sparse_lower(buckets, key_ms);

    if (at < buckets->sparse_count && buckets->sparse[at].key_ms == key_ms) {
        buckets->sparse[at].count += count;
        return;
    }
    if (buckets->sparse_count == BUCKETS_SPARSE_MAX) {
        buckets->sparse[at ? at - 1 : 0].count += count;
        return;
    }
    if (buckets->sparse_count == buckets->sparse_capacity) {
        buckets->sparse_capacity = buckets->sparse_capacity ? 2 * buckets->sparse_capacity : 16;
        buckets->sparse =
            mem_resize(buckets->sparse, buckets->sparse_capacity, sizeof(struct bucket));
    }
    memmove(buckets->sparse + at + 1,
            buckets->sparse + at,
            (buckets->sparse_count - at) * sizeof(struct bucket));
    buckets->sparse[at] = (struct bucket){key_ms, count};
    buckets->sparse_count++;
}

void buckets_record(struct buckets *buckets, int64_t elapsed_ns)
{
    int64_t ns = elapsed_ns > 0 ? elapsed_ns : 0;
    int64_t slot = slot_of_ns(ns);

    if (slot < BUCKETS_DENSE) {
        buckets->dense[slot]++;
    } else {
        sparse_add(buckets, buckets_key_ms(ns), 1);
    }
}

void buckets_add(struct buckets *buckets, int64_t key_ms, uint64_t count)
{
    int slot = slot_of_key(key_ms > 0 ? key_ms : 0);

    if (count == 0) {
        return;
    }
    if (slot >= 0) {
        buckets->dense[slot] += count;
    } else {
        sparse_add(buckets, key_ms, count);
    }
}

void buckets_merge(struct buckets *buckets, const struct buckets *other)
{
    for (size_t i = 0; i < BUCKETS_DENSE; i++) {
        buckets->dense[i] += other->dense[i];
    }
    for (size_t i = 0; i < other->sparse_count; i++) {
        sparse_add(buckets, other->sparse[i].key_ms, other->sparse[i].count);
    }
}

uint64_t buckets_count(const struct buckets *buckets, int64_t key_ms)
{
    int slot = key_ms < 0 ? -1 : slot_of_key(key_ms);

    if (slot >= 0) {
        return buckets->dense[slot];
    }
    size_t at = sparse_lower(buckets, key_ms);

    return at < buckets->sparse_count && buckets->sparse[at].key_ms == key_ms
               ? buckets->sparse[at].count
               : 0;
}

/* *position is the next dense slot in its low half, the next sparse index in its high half. */
bool buckets_next(const struct buckets *buckets, size_t *position, struct bucket *bucket)
{
    size_t slot = *position & 0xffff, at = *position >> 16;

    while (slot < BUCKETS_DENSE && buckets->dense[slot] == 0) {
        slot++;
    }
    bool dense = slot < BUCKETS_DENSE, sparse = at < buckets->sparse_count;

    if (dense && (!sparse || key_of_slot(slot) < buckets->sparse[at].key_ms)) {
        *bucket = (struct bucket){key_of_slot(slot), buckets->dense[slot]};
        slot++;
    } else if (sparse) {
        *bucket = buckets->sparse[at++];
    } else {
        return false;
    }
    *position = at << 16 | slot;
    return true;
}

uint64_t buckets_total(const struct buckets *buckets)
{
    uint64_t total = 0;
    struct bucket bucket;

    for (size_t position = 0; buckets_next(buckets, &position, &bucket);) {
        total += bucket.count;
    }
    return total;
}

/* int(n * p) of Python; an n that large would not be exact there either. */
static uint64_t allowed_below(uint64_t n, double fraction)
{
    double product = (double)n * fraction;

    return product >= 1 ? (uint64_t)product : 0;
}

int64_t buckets_percentile_ms(const struct buckets *buckets, uint64_t n, double fraction)
{
    uint64_t allowed = allowed_below(n, fraction), above = 0, total = buckets_total(buckets);
    int64_t found = 0;
    struct bucket bucket;

    /*
     * Locust walks downwards and takes the first key with n - (counts from that key up) <= allowed.
     * Upwards that is the last key for which it holds.
     */
    for (size_t position = 0; buckets_next(buckets, &position, &bucket);) {
        uint64_t from_here = total - above;

        if (n > from_here && n - from_here > allowed) {
            break;
        }
        found = bucket.key_ms;
        above += bucket.count;
    }
    return found;
}

int64_t bucket_list_percentile_ms(const struct bucket *list, size_t length, uint64_t n,
                                  double fraction)
{
    uint64_t allowed = allowed_below(n, fraction), counted = 0;

    for (size_t i = length; i-- > 0;) {
        counted += list[i].count;
        if (n <= counted || n - counted <= allowed) {
            return list[i].key_ms;
        }
    }
    return 0;
}

int64_t buckets_median_ms(const struct buckets *buckets, uint64_t n)
{
    /* Locust's position (n - 1) / 2 ends in a half for even n; here everything is doubled. */
    uint64_t position2 = n ? n - 1 : 0;
    int64_t last = 0;
    struct bucket bucket;

    for (size_t position = 0; buckets_next(buckets, &position, &bucket);) {
        last = bucket.key_ms;
        if (position2 < 2 * bucket.count) {
            break;
        }
        position2 -= 2 * bucket.count;
    }
    return last;
}

size_t buckets_distinct(const struct buckets *buckets)
{
    size_t distinct = buckets->sparse_count;

    for (size_t i = 0; i < BUCKETS_DENSE; i++) {
        distinct += buckets->dense[i] != 0;
    }
    return distinct;
}

size_t buckets_list(const struct buckets *buckets, struct bucket *list)
{
    struct bucket bucket;
    size_t length = 0;

    for (size_t position = 0; buckets_next(buckets, &position, &bucket);) {
        list[length++] = bucket;
    }
    return length;
}
