/* SPDX-License-Identifier: MIT */
/* hdr.c - one histogram is some hundred slots of neighbours with small counts: two bytes each. */
#include "proto/hdr.h"

#include "base/ensure.h"

enum { VERSION = 1 };

/* ---- Writing --------------------------------------------------------------------------------- */

static void put(struct buf *out, hdr_sum number)
{
    for (; number >= 0x80; number >>= 7) {
        buf_putc(out, (char)(number | 0x80));
    }
    buf_putc(out, (char)number);
}

static void put_histogram(struct buf *out, const struct hdr_histogram *histogram)
{
    uint32_t next = 0;

    ENSURE(histogram->min_ns >= 0 && histogram->min_ns <= histogram->max_ns);
    put(out, histogram->overflows);
    put(out, (uint64_t)histogram->min_ns);
    put(out, (uint64_t)(histogram->max_ns - histogram->min_ns));
    put(out, histogram->sum_ns);
    put(out, histogram->count);
    for (size_t i = 0; i < histogram->count; i++) {
        const struct hdr_slot *slot = &histogram->slots[i];

        ENSURE(slot->index >= next && slot->index < HDR_SLOTS && slot->count > 0);
        put(out, slot->index - next);
        put(out, slot->count);
        next = slot->index + 1;
    }
}

void hdr_encode(struct buf *out, const struct hdr *hdr)
{
    buf_putc(out, VERSION);
    buf_putc(out, hdr->has_intended ? 2 : 1);
    put_histogram(out, &hdr->service);
    if (hdr->has_intended) {
        put_histogram(out, &hdr->intended);
    }
}

/* ---- Reading; the first failure is kept ------------------------------------------------------ */

struct cursor {
    const unsigned char *at, *end;
    struct err *err;
    bool failed;
};

static hdr_sum fail(struct cursor *cursor, const char *why)
{
    if (!cursor->failed) {
        err_set(cursor->err, "hdr: %s", why);
        cursor->failed = true;
    }
    return 0;
}

/* A number of so many bits, in as few bytes as it takes. */
static hdr_sum take(struct cursor *cursor, unsigned bits)
{
    hdr_sum number = 0;

    for (unsigned shift = 0; !cursor->failed; shift += 7) {
        if (cursor->at == cursor->end) {
            return fail(cursor, "the bytes end too early");
        }
        unsigned byte = *cursor->at++, seven = byte & 0x7f;

        if (shift >= bits || (bits - shift < 7 && seven >> (bits - shift) != 0)) {
            return fail(cursor, "a number is too large");
        }
        number |= (hdr_sum)seven << shift;
        if (byte < 0x80) {
            return byte == 0 && shift > 0 ? fail(cursor, "a number is longer than need be")
                                          : number;
        }
    }
    return 0;
}

static void take_slots(struct cursor *cursor, struct hdr_histogram *histogram)
{
    uint64_t next = 0;

    for (size_t i = 0; i < histogram->count; i++) {
        uint64_t index = next + (uint64_t)take(cursor, 32);
        uint64_t count = (uint64_t)take(cursor, 64);

        if (index >= HDR_SLOTS) {
            fail(cursor, "a slot lies beyond the last one");
        }
        if (count == 0) {
            fail(cursor, "a slot is empty");
        }
        if (cursor->failed) {
            return;
        }
        histogram->slots[i] = (struct hdr_slot){(uint32_t)index, count};
        next = index + 1;
    }
}

static void take_histogram(struct cursor *cursor, struct hdr_histogram *histogram,
                           struct arena *arena)
{
    histogram->overflows = (uint64_t)take(cursor, 64);
    histogram->min_ns = (int64_t)take(cursor, 63);
    uint64_t range_ns = (uint64_t)take(cursor, 63);

    if (range_ns > (uint64_t)(INT64_MAX - histogram->min_ns)) {
        fail(cursor, "the maximum is too large");
        return;
    }
    histogram->max_ns = histogram->min_ns + (int64_t)range_ns;
    histogram->sum_ns = take(cursor, 128);
    histogram->count = (size_t)take(cursor, 32);
    if (histogram->count > HDR_SLOTS) {
        fail(cursor, "there are too many slots");
        return;
    }
    histogram->slots = arena_alloc(arena, histogram->count * sizeof(*histogram->slots));
    take_slots(cursor, histogram);
}

bool hdr_decode(struct hdr *hdr, struct slice bytes, struct arena *arena, struct err *err)
{
    const unsigned char *start = (const unsigned char *)bytes.bytes;
    struct cursor cursor = {.at = start, .end = start + bytes.length, .err = err};

    *hdr = (struct hdr){.has_intended = false};
    if (bytes.length < 2 || bytes.length > HDR_MAX_BYTES) {
        return err_set(err, "hdr: %zu bytes", bytes.length);
    }
    unsigned version = *cursor.at++, histograms = *cursor.at++;

    if (version != VERSION || histograms < 1 || histograms > 2) {
        return err_set(err, "hdr: version %u with %u histograms", version, histograms);
    }
    hdr->has_intended = histograms == 2;
    take_histogram(&cursor, &hdr->service, arena);
    if (hdr->has_intended) {
        take_histogram(&cursor, &hdr->intended, arena);
    }
    if (!cursor.failed && cursor.at < cursor.end) {
        fail(&cursor, "bytes follow the end");
    }
    return !cursor.failed;
}
