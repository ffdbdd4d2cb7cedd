/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>
#include <stdlib.h>

#include "base/ensure.h"
#include "core/coro.h"

struct count {
    int steps, from, to;
    double sum;
};

static void count_up(void *argument)
{
    struct count *count = argument;

    for (int i = count->from; i < count->to; i++) {
        char text[64];

        snprintf(text, sizeof(text), "%.3f", sqrt(i)); /* floating point survives switches */
        count->sum += strtod(text, NULL);
        count->steps++;
        coro_yield();
    }
}

static void switches_keep_locals(void **state)
{
    struct stacks *stacks = stacks_new(64 * 1024);
    struct coro coros[100];
    struct count counts[100];
    struct stack *stack[100];

    (void)state;
    for (int i = 0; i < 100; i++) {
        counts[i] = (struct count){.from = i, .to = i + 10};
        stack[i] = stacks_take(stacks);
        coro_init(&coros[i], stack[i], count_up, &counts[i]);
    }
    for (int round = 0; round < 11; round++) {
        for (int i = 0; i < 100; i++) {
            CHECK(!coros[i].done);
            coro_resume(&coros[i]);
            CHECK(coro_current() == NULL);
        }
    }
    for (int i = 0; i < 100; i++) {
        double want = 0;

        for (int k = i; k < i + 10; k++) {
            want += sqrt(k);
        }
        CHECK(coros[i].done);
        CHECK_EQ(counts[i].steps, 10);
        CHECK_NEAR(counts[i].sum, want, 0.01);
        CHECK(stacks_give(stacks, stack[i]));
    }
    stacks_free(stacks);
}

static void deep(int left)
{
    volatile char frame[512];

    memset((char *)frame, left, sizeof(frame));
    if (left > 0) {
        deep(left - 1);
    } else if (frame[1] == 0) {
        coro_leave();
    }
    frame[0] = 0;
}

static void leave_in_the_deep(void *argument)
{
    (void)argument;
    deep(20);
}

static void leaving_drops_the_frames(void **state)
{
    struct stacks *stacks = stacks_new(64 * 1024);

    (void)state;
    for (int i = 0; i < 50; i++) { /* the same stack again and again */
        struct stack *stack = stacks_take(stacks);
        struct coro coro;

        coro_init(&coro, stack, leave_in_the_deep, NULL);
        coro_resume(&coro);
        CHECK(coro.done);
        CHECK(stacks_give(stacks, stack));
    }
    stacks_free(stacks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(switches_keep_locals),
        cmocka_unit_test(leaving_drops_the_frames),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
