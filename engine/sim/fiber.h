/* SPDX-License-Identifier: MIT */
/*
 * fiber.h - what a user needs only while one of its tasks runs: a stack, the coroutine on it, and
 * the task's memory. Recycled last in first out, so that few of them stay warm.
 */
#ifndef SIM_FIBER_H
#define SIM_FIBER_H

#include "base/arena.h"
#include "core/coro.h"

struct fibers;
struct user;

struct fiber {
    struct coro coro;
    struct arena arena;
    struct stack *stack;
    struct user *user;       /* who runs on it */
    struct fiber *next_free; /* fibers.free */
};

struct fibers *fibers_new(size_t stack_bytes);
void fibers_free(struct fibers *fibers); /* every fiber must have been given back */

/* Ready for coro_resume(); NULL when the machine has no address space for another stack. */
struct fiber *fibers_take(struct fibers *fibers, coro_fn *function, void *argument);

/* Empties its arena. False when the stack had overflowed (see stacks_give()). */
bool fibers_give(struct fibers *fibers, struct fiber *fiber);

void fibers_trim(struct fibers *fibers); /* see stacks_trim() */
struct stacks_count fibers_count(const struct fibers *fibers);

#endif
