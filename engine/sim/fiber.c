/* SPDX-License-Identifier: MIT */
#include "sim/fiber.h"

#include <stdlib.h>

#include "base/pool.h"
#include "base/memory.h"

struct fibers {
    struct stacks *stacks;
    struct pool pool;
    struct fiber *free; /* their arenas keep one block */
};

struct fibers *fibers_new(size_t stack_bytes)
{
    struct fibers *fibers = mem_new(sizeof(*fibers));

    fibers->stacks = stacks_new(stack_bytes);
    pool_init(&fibers->pool, sizeof(struct fiber));
    return fibers;
}

static void drop_free(struct fibers *fibers)
{
    while (fibers->free) {
        struct fiber *fiber = fibers->free;

        fibers->free = fiber->next_free;
        arena_fini(&fiber->arena);
        pool_give(&fibers->pool, fiber);
    }
}

void fibers_free(struct fibers *fibers)
{
    if (fibers) {
        drop_free(fibers);
        pool_fini(&fibers->pool);
        stacks_free(fibers->stacks);
        free(fibers);
    }
}

struct fiber *fibers_take(struct fibers *fibers, coro_fn *function, void *argument)
{
    struct stack *stack = stacks_take(fibers->stacks);

    if (!stack) {
        return NULL;
    }
    struct fiber *fiber = fibers->free;

    if (fiber) {
        fibers->free = fiber->next_free;
    } else {
        fiber = pool_take(&fibers->pool);
    }
    fiber->stack = stack;
    coro_init(&fiber->coro, stack, function, argument);
    return fiber;
}

bool fibers_give(struct fibers *fibers, struct fiber *fiber)
{
    bool intact = stacks_give(fibers->stacks, fiber->stack);

    arena_reset(&fiber->arena);
    fiber->stack = NULL;
    fiber->next_free = fibers->free;
    fibers->free = fiber;
    return intact;
}

void fibers_trim(struct fibers *fibers)
{
    stacks_trim(fibers->stacks);
    drop_free(fibers);
}

struct stacks_count fibers_count(const struct fibers *fibers)
{
    return stacks_count(fibers->stacks);
}
