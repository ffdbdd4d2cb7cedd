/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

enum { FIRST_BLOCK = 1024, ALIGNMENT = alignof(max_align_t) };

struct arena_block {
    struct arena_block *older; /* arena.blocks */
    size_t size, used;
    alignas(max_align_t) char bytes[];
};

void arena_fini(struct arena *arena)
{
    arena_release(arena);
}

void arena_release(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *older = arena->blocks->older;

        free(arena->blocks);
        arena->blocks = older;
    }
    arena->used = 0;
}

void arena_reset(struct arena *arena)
{
    while (arena->blocks && arena->blocks->older) {
        struct arena_block *older = arena->blocks->older;

        free(arena->blocks);
        arena->blocks = older;
    }
    if (arena->blocks) {
        arena->blocks->used = 0;
    }
    arena->used = 0;
}

static void add_block(struct arena *arena, size_t at_least)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;

    while (size < at_least) {
        size *= 2;
    }
    struct arena_block *block = malloc(sizeof(*block) + size);

    if (!block) {
        out_of_memory("the strings of a task");
    }
    block->older = arena->blocks;
    block->size = size;
    block->used = 0;
    arena->blocks = block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4) {
        out_of_memory("the strings of a task");
    }
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!arena->blocks || arena->blocks->size - arena->blocks->used < size) {
        add_block(arena, size);
    }
    void *memory = arena->blocks->bytes + arena->blocks->used;

    arena->blocks->used += size;
    arena->used += size;
    return memory;
}

bool arena_owns(const struct arena *arena, const void *pointer)
{
    const char *at = pointer;

    for (const struct arena_block *block = arena->blocks; block; block = block->older) {
        if (at >= block->bytes && at < block->bytes + block->used) {
            return true;
        }
    }
    return false;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);

    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

const char *const *arena_strlist(struct arena *arena, const char *const *texts)
{
    size_t count = 0;

    while (texts && texts[count]) {
        count++;
    }
    if (count == 0) {
        return NULL;
    }
    const char **kept = arena_alloc(arena, (count + 1) * sizeof(*kept));

    for (size_t i = 0; i < count; i++) {
        kept[i] = arena_strdup(arena, texts[i]);
    }
    kept[count] = NULL;
    return kept;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *text = arena_alloc(arena, length < 0 ? 1 : (size_t)length + 1);

    text[0] = '\0';
    if (length > 0) {
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);

    va_end(args);
    return text;
}
