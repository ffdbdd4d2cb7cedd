/* SPDX-License-Identifier: MIT */
#include "sim/task.h"

#include "check.h"

enum { DRAWS = 100000 };

static void by_weight(void **state)
{
    struct plan_task tasks[] = {{.weight = 1}, {.weight = 3}, {.weight = 6}};
    struct plan_set set = {.tasks = tasks, .task_count = 3, .total_weight = 10};
    struct frame frame = {.set = &set};
    int counts[3] = {0};
    struct rng rng;

    (void)state;
    rng_seed(&rng, 1);
    for (int i = 0; i < DRAWS; i++) {
        counts[task_next(&frame, &rng) - tasks]++;
    }
    /* The widest standard deviation is 155. */
    CHECK_NEAR(counts[0], DRAWS * 0.1, 800);
    CHECK_NEAR(counts[1], DRAWS * 0.3, 800);
    CHECK_NEAR(counts[2], DRAWS * 0.6, 800);
}

static void in_order(void **state)
{
    struct plan_task tasks[] = {{.weight = 1}, {.weight = 2}, {.weight = 1}};
    struct plan_set set = {
        .order = ORDER_SEQUENTIAL, .tasks = tasks, .task_count = 3, .total_weight = 4};
    struct frame frame = {.set = &set};
    static const int want[] = {0, 1, 1, 2, 0, 1, 1, 2, 0};
    struct rng rng;

    (void)state;
    rng_seed(&rng, 1);
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        CHECK_EQ(task_next(&frame, &rng) - tasks, want[i]);
    }
}

static void along_a_chain(void **state)
{
    struct plan_next from_a[] = {{.target = 1, .weight = 3}, {.target = 2, .weight = 1}};
    struct plan_next from_b[] = {{.target = 0, .weight = 1}};
    struct plan_next from_c[] = {{.target = 2, .weight = 1}, {.target = 0, .weight = 1}};
    struct plan_task tasks[] = {
        {.weight = 1, .next = from_a, .next_count = 2, .next_total = 4},
        {.weight = 1, .next = from_b, .next_count = 1, .next_total = 1},
        {.weight = 1, .next = from_c, .next_count = 2, .next_total = 2},
    };
    struct plan_set set = {
        .order = ORDER_MARKOV, .tasks = tasks, .task_count = 3, .total_weight = 3};
    struct frame frame = {.set = &set};
    int moves[3][3] = {{0}};
    struct rng rng;

    (void)state;
    rng_seed(&rng, 1);
    long last = task_next(&frame, &rng) - tasks;

    CHECK_EQ(last, 0); /* the first starts */
    for (int i = 0; i < DRAWS; i++) {
        long task = task_next(&frame, &rng) - tasks;

        moves[last][task]++;
        last = task;
    }
    CHECK_EQ(moves[0][0] + moves[1][1] + moves[1][2] + moves[2][1], 0); /* no such transition */
    CHECK_NEAR(moves[0][1] / (double)(moves[0][1] + moves[0][2]), 0.75, 0.01);
    CHECK_NEAR(moves[2][2] / (double)(moves[2][0] + moves[2][2]), 0.5, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_weight),
        cmocka_unit_test(in_order),
        cmocka_unit_test(along_a_chain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
