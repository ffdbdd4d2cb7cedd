/* SPDX-License-Identifier: MIT */
/*
 * coro.h - coroutines: a function on a stack of its own that can stop in the middle.
 *
 * The loop's stack resumes a coroutine; the coroutine yields back to it. Coroutines never resume
 * one another. All of one process run on one thread.
 */
#ifndef CORE_CORO_H
#define CORE_CORO_H

#include <stdbool.h>
#include <stddef.h>

#if defined(CORO_UCONTEXT) || !(defined(__x86_64__) || defined(__aarch64__))
#ifndef CORO_UCONTEXT
#define CORO_UCONTEXT
#endif
#include <ucontext.h>
#endif

#include "core/stack.h"

typedef void coro_fn(void *argument);

struct coro {
    bool done; /* read only: it returned or was left; resuming it again is a bug */
    /* private */
    struct stack *stack;
    coro_fn *function;
    void *argument;
#ifdef CORO_UCONTEXT
    ucontext_t context;
#else
    void *stack_pointer;
#endif
    void *fake_stack; /* AddressSanitizer's */
    void *fiber;      /* ThreadSanitizer's */
};

/* Ready to run function(argument) on the stack, which is borrowed until the coroutine is done. */
void coro_init(struct coro *coro, struct stack *stack, coro_fn *function, void *argument);

/* From the loop's stack: runs it until it yields, returns or is left. */
void coro_resume(struct coro *coro);

/* From inside a coroutine: back to whoever resumed it. */
void coro_yield(void);

/*
 * From inside: ends the coroutine on the spot. Its frames are dropped without returning, so what
 * they own is lost unless somebody else knows of it.
 */
_Noreturn void coro_leave(void);

/* The coroutine that is running; NULL on the loop's stack. Safe in a signal handler. */
struct coro *coro_current(void);

#endif
