/* SPDX-License-Identifier: MIT */
#include "sim/fiber.h"

#include "check.h"

static void leave_a_mark(void *argument)
{
    struct fiber *fiber = argument;

    fiber->user = (struct user *)arena_strdup(&fiber->arena, "mark");
    coro_yield();
}

static void fibers_are_recycled(void **state)
{
    struct fibers *fibers = fibers_new(64 * 1024);
    struct fiber *a = fibers_take(fibers, leave_a_mark, NULL);

    (void)state;
    CHECK(a != NULL);
    a->coro.argument = a;
    coro_resume(&a->coro);
    CHECK_STR((const char *)a->user, "mark");
    CHECK(!a->coro.done);
    struct fiber *b = fibers_take(fibers, leave_a_mark, NULL);

    CHECK(b != a);
    CHECK_EQ(fibers_count(fibers).in_use, 2);
    CHECK(fibers_give(fibers, a)); /* in the middle of its function */
    CHECK_EQ(a->arena.used, 0);
    CHECK(fibers_take(fibers, leave_a_mark, NULL) == a); /* last in, first out */
    CHECK(!a->coro.done);
    fibers_give(fibers, a);
    fibers_give(fibers, b);
    CHECK_EQ(fibers_count(fibers).in_use, 0);
    fibers_trim(fibers);
    a = fibers_take(fibers, leave_a_mark, NULL);
    CHECK(a != NULL);
    fibers_give(fibers, a);
    fibers_free(fibers);
    fibers_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fibers_are_recycled)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
