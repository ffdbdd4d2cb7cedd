/* SPDX-License-Identifier: MIT */
/*
 * leb.h - numbers as unsigned LEB128 in their shortest form, as histograms between two cicada nodes
 * are made of. Reading is sticky: the first failure is kept, and what follows reads as 0.
 */
#ifndef PROTO_LEB_H
#define PROTO_LEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

__extension__ typedef unsigned __int128 leb_number;

struct leb {
    const unsigned char *at, *end;
    const char *what; /* is read, for the error */
    struct err *err;
    bool failed;
};

void leb_put(struct buf *out, leb_number number);

/* A number of so many bits. */
leb_number leb_take(struct leb *leb, unsigned bits);
leb_number leb_fail(struct leb *leb, const char *why); /* 0 */

/* A count, and for each slot how many lie between it and the one before, and its count, never 0. */
struct leb_slot {
    uint32_t index; /* ascending, below the most there are */
    uint64_t count;
};

void leb_put_slots(struct buf *out, const struct leb_slot *slots, size_t count, uint32_t most);
void leb_take_slots(struct leb *leb, struct leb_slot *slots, size_t count, uint32_t most);

#endif
