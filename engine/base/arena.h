/* SPDX-License-Identifier: MIT */
/*
 * arena.h - a bump allocator, emptied all at once when a task returns. Its first block is kept
 * from task to task, so a steady state allocates nothing.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first; the oldest is the one that is kept */
    size_t used;                /* bytes handed out since the last reset */
};

void arena_fini(struct arena *arena);    /* a zeroed arena is a valid empty one */
void arena_reset(struct arena *arena);   /* everything handed out becomes invalid */
void arena_release(struct arena *arena); /* as arena_reset, and gives the kept block back too */

void *arena_alloc(struct arena *arena, size_t size); /* aligned for any type; not zeroed */
bool arena_owns(const struct arena *arena, const void *pointer); /* walks the few blocks */
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_strdup(struct arena *arena, const char *text);
/* A copy of a list that ends with NULL, texts and all; NULL for none and for an empty one. */
const char *const *arena_strlist(struct arena *arena, const char *const *texts);
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
