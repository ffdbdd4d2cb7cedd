/* SPDX-License-Identifier: MIT */
/*
 * share.h - what moves when workers join or leave: as little as an even share for all allows.
 *
 * Users are places on a stack, newest on top, each with its worker (a slot of the crew) and class.
 * Afterwards every worker has users / workers of them, the first users % workers in serving order
 * one more, and the stack serves the workers in turn, so that taking from its top stays even. How
 * many users a class has does not change; the order of classes on the stack changes only as far as
 * some worker has no user left of the class that is due.
 */
#ifndef DISPATCH_SHARE_H
#define DISPATCH_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "dispatch/crew.h"

struct place {
    uint32_t worker, class;
};

/* A user of the class goes from one worker to another; from may be gone. */
typedef void share_moved_fn(void *data, uint32_t class, uint32_t from, uint32_t to);

/* counts is [slot][class] and kept right. The crew must not be empty. O(users x classes). */
void share_evenly(struct place *stack, uint32_t users, uint32_t *counts, size_t class_count,
                  struct crew *crew, share_moved_fn *moved, void *data);

#endif
