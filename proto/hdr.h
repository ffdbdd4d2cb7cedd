/* SPDX-License-Identifier: MIT */
/*
 * hdr.h - exact histograms in a stats entry, between two cicada nodes: the bytes under "hdr".
 *
 * The slots are those of engine/stats/hist.h, 0 .. HDR_SLOTS - 1; this file knows their numbers,
 * not their meaning. Format: a version byte, then LEB128 numbers; see PROTOCOL.md.
 */
#ifndef PROTO_HDR_H
#define PROTO_HDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "proto/leb.h"
#include "proto/value.h"

/* The bytes suffice for two histograms with every slot taken and every count beyond 2^63. */
enum { HDR_SLOTS = 3328, HDR_MAX_BYTES = 80 << 10 };

struct hdr_histogram {
    uint64_t overflows;
    int64_t min_ns, max_ns; /* 0 <= min <= max */
    leb_number sum_ns;
    struct leb_slot *slots;
    size_t count;
};

struct hdr {
    struct hdr_histogram service;
    struct hdr_histogram intended;
    bool has_intended;
};

void hdr_encode(struct buf *out, const struct hdr *hdr);

/* Slots are in the arena. False for anything hdr_encode() would not write. */
bool hdr_decode(struct hdr *hdr, struct slice bytes, struct arena *arena, struct err *err);

#endif
