/* SPDX-License-Identifier: MIT */
/*
 * ensure.h - checks for our own mistakes. Input from peers, files, targets and scenarios is never
 * asserted on; it gets an error.
 *
 * ENSURE(cond)     stays in release builds: prints the expression and its place, then aborts.
 * INVARIANT(cond)  for checks too dear for a release; compiled out there.
 * MAGIC            objects that come back through a void pointer start with a magic number.
 */
#ifndef BASE_ENSURE_H
#define BASE_ENSURE_H

#include <stdint.h>

_Noreturn void ensure_failed(const char *expression, const char *file, int line, const char *func);

/* Out of memory at a place that cannot go on: one sentence on stderr, then exit code 2. */
_Noreturn void out_of_memory(const char *what);

#define ENSURE(cond) ((cond) ? (void)0 : ensure_failed(#cond, __FILE__, __LINE__, __func__))

#ifdef NDEBUG
#define INVARIANT(cond) ((void)0)
#else
#define INVARIANT(cond) ENSURE(cond)
#endif

#define MAGIC_CHECK(object, number) ENSURE((object)->magic == (number))

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

#endif
