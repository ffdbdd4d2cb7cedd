/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "core/stack.h"

/* More than vm.max_map_count lets a mapping and a guard each have. */
enum { MANY = 100000 };

static void many_stacks_fit(void **state)
{
    struct stacks *stacks = stacks_new(64 * 1024);
    struct stack **taken = calloc(MANY, sizeof(struct stack *));

    (void)state;
    for (int i = 0; i < MANY; i++) {
        taken[i] = stacks_take(stacks);
        CHECK(taken[i] != NULL);
        taken[i]->bottom[taken[i]->bytes - 1] = 1;
    }
    CHECK_EQ(stacks_count(stacks).in_use, MANY);
    CHECK_EQ(stacks_count(stacks).peak, MANY);
    for (int i = 0; i < MANY; i++) {
        CHECK(stacks_give(stacks, taken[i]));
    }
    stacks_trim(stacks);
    CHECK_EQ(stacks_count(stacks).in_use, 0);
    free(taken);
    stacks_free(stacks);
}

static void last_given_is_next_taken(void **state)
{
    struct stacks *stacks = stacks_new(1);
    struct stack *a = stacks_take(stacks), *b = stacks_take(stacks);

    (void)state;
    CHECK(a != b);
    CHECK_EQ(stacks_count(stacks).bytes, 16 * 1024);
    stacks_give(stacks, a);
    CHECK(stacks_take(stacks) == a);
    stacks_give(stacks, a);
    stacks_give(stacks, b);
    stacks_free(stacks);
}

static void touched_and_trimmed(void **state)
{
    struct stacks *stacks = stacks_new(64 * 1024);
    struct stack *stack = stacks_take(stacks);

    (void)state;
    memset(stack->bottom + 40 * 1024, 1, 24 * 1024);
    CHECK_EQ(stack_touched(stack), 24 * 1024);
    stacks_give(stacks, stack);
    stacks_trim(stacks); /* one was in use since the start: kept */
    CHECK_EQ(stack_touched(stack), 24 * 1024);
    stacks_trim(stacks);
    CHECK_EQ(stack_touched(stack), 0);
    stacks_free(stacks);
}

static void guard_hits(void **state)
{
    struct stacks *stacks = stacks_new(64 * 1024);
    struct stack *stack = stacks_take(stacks);

    (void)state;
    CHECK(stack_guard_hit(stack, stack->bottom - 1));
    CHECK(!stack_guard_hit(stack, stack->bottom));
    CHECK(!stack_guard_hit(stack, stack->bottom - 5000));
    stacks_give(stacks, stack);
    stacks_free(stacks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_stacks_fit),
        cmocka_unit_test(last_given_is_next_taken),
        cmocka_unit_test(touched_and_trimmed),
        cmocka_unit_test(guard_hits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
