/* SPDX-License-Identifier: MIT */
/*
 * pool.h - objects of one size, recycled. Memory is taken in slabs and given back only at
 * pool_fini(); every object must have been returned by then.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool_slab;

struct pool {
    size_t object_size, taken; /* read only for users of the type */
    /* private */
    struct pool_slab *slabs;
    void *free;
};

void pool_init(struct pool *pool, size_t object_size);
void pool_fini(struct pool *pool);

void *pool_take(struct pool *pool); /* zeroed */
void pool_give(struct pool *pool, void *object);

#endif
