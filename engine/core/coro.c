/* SPDX-License-Identifier: MIT */
#include "core/coro.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

#if defined(__SANITIZE_ADDRESS__)
#define CORO_ASAN
#elif defined(__SANITIZE_THREAD__)
#define CORO_TSAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CORO_ASAN
#elif __has_feature(thread_sanitizer)
#define CORO_TSAN
#endif
#endif

#ifdef CORO_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef CORO_TSAN
#include <sanitizer/tsan_interface.h>
#endif

static struct coro *current;

/* Where coro_resume() was called. */
static struct {
#ifdef CORO_UCONTEXT
    ucontext_t context;
#else
    void *stack_pointer;
#endif
    const void *bottom; /* AddressSanitizer asks for the stack it goes back to */
    size_t bytes;
    void *fake_stack;
    void *fiber;
} loop_side;

#ifndef CORO_UCONTEXT
/* In coro_<arch>.S: saves the registers and *from = sp, then sp = to and loads them. */
void coro_switch(void **from, void *to);
void coro_trampoline(void);
#endif

static void before_switch(void **fake_stack, const void *bottom, size_t bytes, void *fiber)
{
#ifdef CORO_ASAN
    __sanitizer_start_switch_fiber(fake_stack, bottom, bytes);
#endif
#ifdef CORO_TSAN
    __tsan_switch_to_fiber(fiber, 0);
#endif
    (void)fake_stack;
    (void)bottom;
    (void)bytes;
    (void)fiber;
}

static void after_switch(void *fake_stack, const void **bottom, size_t *bytes)
{
#ifdef CORO_ASAN
    __sanitizer_finish_switch_fiber(fake_stack, bottom, bytes);
#endif
    (void)fake_stack;
    (void)bottom;
    (void)bytes;
}

static void to_loop(struct coro *coro)
{
    /* A coroutine that is done gives its fake stack back by handing over no place to keep it. */
    before_switch(
        coro->done ? NULL : &coro->fake_stack, loop_side.bottom, loop_side.bytes, loop_side.fiber);
#ifdef CORO_UCONTEXT
    swapcontext(&coro->context, &loop_side.context);
#else
    coro_switch(&coro->stack_pointer, loop_side.stack_pointer);
#endif
    after_switch(coro->fake_stack, &loop_side.bottom, &loop_side.bytes);
}

/* The first frame of every coroutine; never returns. */
__attribute__((used)) void coro_main(void);

void coro_main(void)
{
    struct coro *coro = current;

    after_switch(NULL, &loop_side.bottom, &loop_side.bytes);
    coro->function(coro->argument);
    coro_leave();
}

#ifndef CORO_UCONTEXT
/* A stack as coro_switch() leaves one: saved registers under the address it returns to. */
static void *first_frame(struct stack *stack)
{
    uintptr_t top = (uintptr_t)(stack->bottom + stack->bytes) & ~(uintptr_t)15;
#if defined(__x86_64__)
    /* mxcsr+x87 word, r15 r14 r13 r12 rbx rbp, return address, a zero to stop unwinders. */
    uint64_t *frame = (uint64_t *)top - 10;
    uint32_t mxcsr;
    uint16_t x87;

    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    memset(frame, 0, 10 * sizeof(*frame));
    frame[0] = mxcsr | (uint64_t)x87 << 32;
    frame[7] = (uint64_t)(uintptr_t)coro_trampoline;
#else
    /* x19-x30, d8-d15: 20 words; x30 is where the switch returns to. */
    uint64_t *frame = (uint64_t *)top - 20;

    memset(frame, 0, 20 * sizeof(*frame));
    frame[11] = (uint64_t)(uintptr_t)coro_trampoline;
#endif
    return frame;
}
#endif

void coro_init(struct coro *coro, struct stack *stack, coro_fn *function, void *argument)
{
    *coro = (struct coro){.stack = stack, .function = function, .argument = argument};
#ifdef CORO_UCONTEXT
    ENSURE(getcontext(&coro->context) == 0);
    coro->context.uc_stack.ss_sp = stack->bottom;
    coro->context.uc_stack.ss_size = stack->bytes;
    coro->context.uc_link = NULL;
    makecontext(&coro->context, coro_main, 0);
#else
    coro->stack_pointer = first_frame(stack);
#endif
#ifdef CORO_TSAN
    coro->fiber = __tsan_create_fiber(0);
#endif
}

void coro_resume(struct coro *coro)
{
    ENSURE(!current && !coro->done);
    current = coro;
#ifdef CORO_TSAN
    loop_side.fiber = __tsan_get_current_fiber();
#endif
    before_switch(&loop_side.fake_stack, coro->stack->bottom, coro->stack->bytes, coro->fiber);
#ifdef CORO_UCONTEXT
    swapcontext(&loop_side.context, &coro->context);
#else
    coro_switch(&loop_side.stack_pointer, coro->stack_pointer);
#endif
    after_switch(loop_side.fake_stack, NULL, NULL);
    current = NULL;
#ifdef CORO_TSAN
    if (coro->done) {
        __tsan_destroy_fiber(coro->fiber);
    }
#endif
}

void coro_yield(void)
{
    ENSURE(current);
    to_loop(current);
}

void coro_leave(void)
{
    ENSURE(current);
    current->done = true;
    to_loop(current);
    abort(); /* a coroutine that is done is not resumed */
}

struct coro *coro_current(void)
{
    return current;
}
