/* SPDX-License-Identifier: MIT */
#include "proto/leb.h"

#include "base/ensure.h"

void leb_put(struct buf *out, leb_number number)
{
    for (; number >= 0x80; number >>= 7) {
        buf_putc(out, (char)(number | 0x80));
    }
    buf_putc(out, (char)number);
}

void leb_put_slots(struct buf *out, const struct leb_slot *slots, size_t count, uint32_t most)
{
    uint32_t next = 0;

    for (size_t i = 0; i < count; i++) {
        ENSURE(slots[i].index >= next && slots[i].index < most && slots[i].count > 0);
        leb_put(out, slots[i].index - next);
        leb_put(out, slots[i].count);
        next = slots[i].index + 1;
    }
}

leb_number leb_fail(struct leb *leb, const char *why)
{
    if (!leb->failed) {
        err_set(leb->err, "%s: %s", leb->what, why);
        leb->failed = true;
    }
    return 0;
}

leb_number leb_take(struct leb *leb, unsigned bits)
{
    leb_number number = 0;

    for (unsigned shift = 0; !leb->failed; shift += 7) {
        if (leb->at == leb->end) {
            return leb_fail(leb, "the bytes end too early");
        }
        unsigned byte = *leb->at++, seven = byte & 0x7f;

        if (shift >= bits || (bits - shift < 7 && seven >> (bits - shift) != 0)) {
            return leb_fail(leb, "a number is too large");
        }
        number |= (leb_number)seven << shift;
        if (byte < 0x80) {
            return byte == 0 && shift > 0 ? leb_fail(leb, "a number is longer than need be")
                                          : number;
        }
    }
    return 0;
}

void leb_take_slots(struct leb *leb, struct leb_slot *slots, size_t count, uint32_t most)
{
    uint64_t next = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t index = next + (uint64_t)leb_take(leb, 32);
        uint64_t number = (uint64_t)leb_take(leb, 64);

        if (index >= most) {
            leb_fail(leb, "a slot lies beyond the last one");
        }
        if (number == 0) {
            leb_fail(leb, "a slot is empty");
        }
        if (leb->failed) {
            return;
        }
        slots[i] = (struct leb_slot){(uint32_t)index, number};
        next = index + 1;
    }
}
