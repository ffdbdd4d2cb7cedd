/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

enum { SLAB_BYTES = 64 * 1024, SLAB_MIN_OBJECTS = 8 };

struct pool_slab {
    struct pool_slab *next; /* pool.slabs */
    alignas(max_align_t) char bytes[];
};

void pool_init(struct pool *pool, size_t object_size)
{
    size_t align = alignof(max_align_t);

    *pool = (struct pool){.object_size = (object_size + align - 1) / align * align};
}

void pool_fini(struct pool *pool)
{
    ENSURE(pool->taken == 0);
    while (pool->slabs) {
        struct pool_slab *next = pool->slabs->next;

        free(pool->slabs);
        pool->slabs = next;
    }
    pool->free = NULL;
}

static void add_slab(struct pool *pool)
{
    size_t count = SLAB_BYTES / pool->object_size;

    if (count < SLAB_MIN_OBJECTS) {
        count = SLAB_MIN_OBJECTS;
    }
    struct pool_slab *slab = malloc(sizeof(*slab) + count * pool->object_size);

    if (!slab) {
        out_of_memory("a pool of objects");
    }
    slab->next = pool->slabs;
    pool->slabs = slab;
    while (count-- > 0) {
        void **object = (void **)(slab->bytes + count * pool->object_size);

        *object = pool->free;
        pool->free = object;
    }
}

void *pool_take(struct pool *pool)
{
    if (!pool->free) {
        add_slab(pool);
    }
    void *object = pool->free;

    pool->free = *(void **)object;
    pool->taken++;
    memset(object, 0, pool->object_size);
    return object;
}

void pool_give(struct pool *pool, void *object)
{
    if (object) {
        *(void **)object = pool->free;
        pool->free = object;
        pool->taken--;
    }
}
