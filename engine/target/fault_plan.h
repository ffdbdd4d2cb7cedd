/* SPDX-License-Identifier: MIT */
/*
 * fault_plan.h - what each fault route sends, byte by byte, and how its connection ends. No
 * sockets in here.
 */
#ifndef TARGET_FAULT_PLAN_H
#define TARGET_FAULT_PLAN_H

#include <stdint.h>

#include "base/buf.h"

/* What happens when the bytes are out. */
enum fault_end {
    FAULT_KEEP,       /* the next request is welcome */
    FAULT_KEEP_BRIEF, /* so is it, for FAULT_BRIEF_NS */
    FAULT_CLOSE,      /* an orderly end */
    FAULT_RESET,      /* a TCP reset */
    FAULT_HOLD,       /* open and silent, until the client goes */
};

#define FAULT_BRIEF_NS INT64_C(100000000)
#define FAULT_DELAY_MAX_MS 600000UL

/* The body sizes tests rely on. */
#define FAULT_ANNOUNCED_BYTES 1000U /* Content-Length of a cut answer */
#define FAULT_SENT_BYTES 100U       /* what comes of it */
#define FAULT_DRIP_BYTES (1U << 20)
#define FAULT_HEADER_BYTES (1U << 20)
#define FAULT_HEADERS 10000U
#define FAULT_TINY_CHUNKS 1000U
#define FAULT_BOMB_BYTES (UINT64_C(1) << 30) /* unpacked */

struct fault_answer {
    const char *bytes; /* the plans' own, or own.data */
    size_t length;
    size_t repeat_from; /* from here to the end is sent over and over; SIZE_MAX: not */
    int64_t before_ns;  /* silence first */
    int64_t each_ns;    /* pause after each byte; 0: all at once */
    enum fault_end end;
    struct buf own; /* bytes made for this request; buf_fini() by the caller */
};

struct fault_plans;

struct fault_plans *fault_plans_new(void); /* some megabytes; owned by the caller */
void fault_plans_free(struct fault_plans *plans);

/* Counts the request and fills the answer. The target is a path with or without a query. */
void fault_plans_answer(struct fault_plans *plans, const char *method, const char *target,
                        struct fault_answer *answer);

#endif
