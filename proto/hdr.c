/* SPDX-License-Identifier: MIT */
/* hdr.c - one histogram is some hundred slots of neighbours with small counts: two bytes each. */
#include "proto/hdr.h"

#include "base/ensure.h"
#include "proto/leb.h"

enum { VERSION = 1 };

/* ---- Writing --------------------------------------------------------------------------------- */

static void put_histogram(struct buf *out, const struct hdr_histogram *histogram)
{
    ENSURE(histogram->min_ns >= 0 && histogram->min_ns <= histogram->max_ns);
    leb_put(out, histogram->overflows);
    leb_put(out, (uint64_t)histogram->min_ns);
    leb_put(out, (uint64_t)(histogram->max_ns - histogram->min_ns));
    leb_put(out, histogram->sum_ns);
    leb_put(out, histogram->count);
    leb_put_slots(out, histogram->slots, histogram->count, HDR_SLOTS);
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

/* ---- Reading ----------------------------------------------------------------------------------
 */

static void take_histogram(struct leb *leb, struct hdr_histogram *histogram, struct arena *arena)
{
    histogram->overflows = (uint64_t)leb_take(leb, 64);
    histogram->min_ns = (int64_t)leb_take(leb, 63);
    uint64_t range_ns = (uint64_t)leb_take(leb, 63);

    if (range_ns > (uint64_t)(INT64_MAX - histogram->min_ns)) {
        leb_fail(leb, "the maximum is too large");
        return;
    }
    histogram->max_ns = histogram->min_ns + (int64_t)range_ns;
    histogram->sum_ns = leb_take(leb, 128);
    histogram->count = (size_t)leb_take(leb, 32);
    if (histogram->count > HDR_SLOTS) {
        leb_fail(leb, "there are too many slots");
        return;
    }
    histogram->slots = arena_alloc(arena, histogram->count * sizeof(*histogram->slots));
    leb_take_slots(leb, histogram->slots, histogram->count, HDR_SLOTS);
}

bool hdr_decode(struct hdr *hdr, struct slice bytes, struct arena *arena, struct err *err)
{
    const unsigned char *start = (const unsigned char *)bytes.bytes;
    struct leb leb = {.at = start, .end = start + bytes.length, .what = "hdr", .err = err};

    *hdr = (struct hdr){.has_intended = false};
    if (bytes.length < 2 || bytes.length > HDR_MAX_BYTES) {
        return err_set(err, "hdr: %zu bytes", bytes.length);
    }
    unsigned version = *leb.at++, histograms = *leb.at++;

    if (version != VERSION || histograms < 1 || histograms > 2) {
        return err_set(err, "hdr: version %u with %u histograms", version, histograms);
    }
    hdr->has_intended = histograms == 2;
    take_histogram(&leb, &hdr->service, arena);
    if (hdr->has_intended) {
        take_histogram(&leb, &hdr->intended, arena);
    }
    if (!leb.failed && leb.at < leb.end) {
        leb_fail(&leb, "bytes follow the end");
    }
    return !leb.failed;
}
