/* SPDX-License-Identifier: MIT */
/*
 * table.h - uthash as the statistics use it: a hash that reads eight bytes at a time, because the
 * keys are some 20 to 60 bytes and looked up for every request, and our answer to running out of
 * memory.
 *
 * Names come from scenarios and, on a master, from workers. Somebody who makes them collide slows
 * down the statistics of a test they take part in, among at most some thousand rows.
 */
#ifndef STATS_TABLE_H
#define STATS_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ensure.h"

static inline unsigned table_hash(const void *key, size_t length)
{
    const unsigned char *p = key;
    uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) ^ length;
    uint64_t word;

    /* Unsigned multiplication wraps; the shifts bring high bits down to where the next one acts. */
    for (; length >= 8; p += 8, length -= 8) {
        memcpy(&word, p, 8);
        hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, p, length);
    hash = (hash ^ word) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (unsigned)(hash ^ hash >> 32);
}

#define HASH_FUNCTION(key, length, hash) ((hash) = table_hash((key), (length)))
#define uthash_fatal(text) out_of_memory(text)

#include <uthash.h>

#endif
