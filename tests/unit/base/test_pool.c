/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <stdalign.h>

#include "base/ensure.h"
#include "check.h"

static void objects_are_zeroed_and_recycled(void **state)
{
    static const size_t sizes[] = {1, 8, 100, 40000};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct pool pool;

        pool_init(&pool, sizes[i]);
        CHECK(pool.object_size >= sizes[i]);
        char *a = pool_take(&pool), *b = pool_take(&pool);

        CHECK(a != b);
        CHECK_EQ((uintptr_t)b % alignof(max_align_t), 0);
        CHECK_EQ(pool.taken, 2);
        memset(a, 0xff, sizes[i]);
        pool_give(&pool, a);
        CHECK(pool_take(&pool) == a); /* last in, first out */
        for (size_t k = 0; k < sizes[i]; k++) {
            CHECK_EQ(a[k], 0);
        }
        pool_give(&pool, NULL);
        CHECK_EQ(pool.taken, 2);
        pool_give(&pool, a);
        pool_give(&pool, b);
        CHECK_EQ(pool.taken, 0);
        pool_fini(&pool);
    }
}

static void many_objects_stay_apart(void **state)
{
    enum { MANY = 5000 };
    static uint64_t *objects[MANY];
    struct pool pool;

    (void)state;
    pool_init(&pool, sizeof(uint64_t));
    for (uint64_t i = 0; i < MANY; i++) {
        objects[i] = pool_take(&pool);
        *objects[i] = i;
    }
    for (uint64_t i = 0; i < MANY; i++) {
        CHECK_EQ(*objects[i], i);
        pool_give(&pool, objects[i]);
    }
    pool_fini(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_zeroed_and_recycled),
        cmocka_unit_test(many_objects_stay_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
