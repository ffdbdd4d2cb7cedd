/* SPDX-License-Identifier: MIT */
/*
 * stack.h - stacks for coroutines: cut from large arenas, guarded, recycled last in first out.
 *
 * A mapping and a guard page per stack would need two kernel mappings each and end at 32,000 stacks
 * (vm.max_map_count is 65,530). Arenas of 256 stacks need one. Guards are, in this order,
 *   - page-table guards (MADV_GUARD_INSTALL, Linux 6.13), which cost no mapping;
 *   - mprotect(), while under half of max_map_count is used for it;
 *   - a canary at the far end, checked when the stack is given back. It is always there when no
 *     guard is.
 */
#ifndef CORE_STACK_H
#define CORE_STACK_H

#include <stdbool.h>
#include <stddef.h>

struct stacks;

struct stack {
    char *bottom; /* lowest usable address */
    size_t bytes;
    bool guarded; /* a page that can't be touched lies below */
    unsigned valgrind_id;
    struct stack *next_free; /* stacks.free */
};

/* bytes is rounded up to pages, 16 KB at least. */
struct stacks *stacks_new(size_t bytes);
void stacks_free(struct stacks *stacks); /* every stack must have been given back */

/* Owned by the taker until given back. NULL when the machine has no address space left. */
struct stack *stacks_take(struct stacks *stacks);

/* False when the canary was overwritten: the stack overflowed and memory below it is damaged. */
bool stacks_give(struct stacks *stacks, struct stack *stack);

/*
 * Returns the memory of free stacks beyond what was needed at a time since the last call. To be
 * called about once a minute.
 */
void stacks_trim(struct stacks *stacks);

/* How much of it was ever touched, in bytes, to a page; a system call. */
size_t stack_touched(const struct stack *stack);

/* Whether the address lies in the guard of this stack. Safe in a signal handler. */
bool stack_guard_hit(const struct stack *stack, const void *address);

struct stacks_count {
    size_t bytes, in_use, peak, made;
    const char *guard; /* "page-table guard", "mprotect", "canary": the newest arena's */
};
struct stacks_count stacks_count(const struct stacks *stacks);

#endif
