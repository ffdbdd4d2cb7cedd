/* SPDX-License-Identifier: MIT */
#include "runner/snapshot.h"

#include <string.h>

static void on_prepare(struct loop_prepare *prepare)
{
    struct snapshot_memory *memory = prepare->data;

    arena_reset(&memory->arena);
}

void snapshot_memory_init(struct snapshot_memory *memory, struct loop *loop)
{
    loop_prepare_start(&memory->prepare, loop, on_prepare, memory);
}

void snapshot_memory_fini(struct snapshot_memory *memory)
{
    loop_prepare_stop(&memory->prepare);
    arena_fini(&memory->arena);
}

void *snapshot_array(struct snapshot_memory *memory, size_t count, size_t size)
{
    void *array = arena_alloc(&memory->arena, count * size);

    memset(array, 0, count * size);
    return array;
}

const char *snapshot_text(struct snapshot_memory *memory, const char *text)
{
    return text ? arena_strdup(&memory->arena, text) : NULL;
}
