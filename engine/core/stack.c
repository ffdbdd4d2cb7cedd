/* SPDX-License-Identifier: MIT */
#include "core/stack.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/memory.h"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) (0)
#define VALGRIND_STACK_DEREGISTER(id) ((void)(id))
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_UNPOISON_MEMORY_REGION
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

enum { STACKS_PER_ARENA = 256, SMALLEST = 16 * 1024 };

static const uint64_t canary = UINT64_C(0xc1cada57ac4b0770);

enum guard_kind { GUARD_PAGE_TABLE, GUARD_MPROTECT, GUARD_CANARY, GUARD_KINDS };

static const char *const guard_names[] = {"page-table guard", "mprotect", "canary"};
_Static_assert(ARRAY_LEN(guard_names) == GUARD_KINDS, "a name per kind");

struct arena_of_stacks {
    struct arena_of_stacks *next; /* stacks.arenas */
    char *memory;
    size_t memory_bytes;
    struct stack stacks[STACKS_PER_ARENA];
};

struct stacks {
    size_t bytes, page;
    struct arena_of_stacks *arenas;
    struct stack *free;
    enum guard_kind guard; /* what the newest arena has */
    size_t mappings;       /* used by mprotect guards */
    size_t mappings_max;
    size_t in_use, peak, peak_since_trim, made;
};

static size_t read_max_map_count(void)
{
    FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
    size_t count = 65530;

    if (file) {
        if (fscanf(file, "%zu", &count) != 1) {
            count = 65530;
        }
        fclose(file);
    }
    return count;
}

struct stacks *stacks_new(size_t bytes)
{
    struct stacks *stacks = mem_new(sizeof(*stacks));

    stacks->page = (size_t)sysconf(_SC_PAGESIZE);
    if (bytes < SMALLEST) {
        bytes = SMALLEST;
    }
    stacks->bytes = (bytes + stacks->page - 1) / stacks->page * stacks->page;
    stacks->mappings_max = read_max_map_count() / 2;
    return stacks;
}

void stacks_free(struct stacks *stacks)
{
    if (!stacks) {
        return;
    }
    ENSURE(stacks->in_use == 0);
    while (stacks->arenas) {
        struct arena_of_stacks *next = stacks->arenas->next;

        for (int i = 0; i < STACKS_PER_ARENA; i++) {
            VALGRIND_STACK_DEREGISTER(stacks->arenas->stacks[i].valgrind_id);
        }
        munmap(stacks->arenas->memory, stacks->arenas->memory_bytes);
        free(stacks->arenas);
        stacks->arenas = next;
    }
    free(stacks);
}

static void set_canary(struct stack *stack)
{
    memcpy(stack->bottom, &canary, sizeof(canary));
}

/* Guards the page below the stack by the best means that still works. */
static void guard(struct stacks *stacks, struct stack *stack)
{
    char *page = stack->bottom - stacks->page;

    if (stacks->guard == GUARD_PAGE_TABLE) {
        if (madvise(page, stacks->page, MADV_GUARD_INSTALL) == 0) {
            stack->guarded = true;
            return;
        }
        stacks->guard = GUARD_MPROTECT;
    }
    if (stacks->guard == GUARD_MPROTECT) {
        /* A protected page splits the arena's mapping: one more for it, one for what follows. */
        if (stacks->mappings + 2 <= stacks->mappings_max &&
            mprotect(page, stacks->page, PROT_NONE) == 0) {
            stacks->mappings += 2;
            stack->guarded = true;
            return;
        }
        stacks->guard = GUARD_CANARY;
    }
    set_canary(stack);
}

static bool add_arena(struct stacks *stacks)
{
    size_t slot = stacks->page + stacks->bytes;
    struct arena_of_stacks *arena = mem_new(sizeof(*arena));

    arena->memory_bytes = slot * STACKS_PER_ARENA;
    arena->memory = mmap(NULL,
                         arena->memory_bytes,
                         PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
                         -1,
                         0);
    if (arena->memory == MAP_FAILED) {
        free(arena);
        return false;
    }
    /* A huge page per touched stack would cost 2 MB instead of 4 KB. */
    madvise(arena->memory, arena->memory_bytes, MADV_NOHUGEPAGE);
    for (int i = STACKS_PER_ARENA - 1; i >= 0; i--) {
        struct stack *stack = &arena->stacks[i];

        stack->bottom = arena->memory + (size_t)i * slot + stacks->page;
        stack->bytes = stacks->bytes;
        guard(stacks, stack);
        stack->valgrind_id =
            VALGRIND_STACK_REGISTER(stack->bottom, stack->bottom + stack->bytes - 1);
        stack->next_free = stacks->free;
        stacks->free = stack;
    }
    arena->next = stacks->arenas;
    stacks->arenas = arena;
    stacks->made += STACKS_PER_ARENA;
    return true;
}

struct stack *stacks_take(struct stacks *stacks)
{
    if (!stacks->free && !add_arena(stacks)) {
        return NULL;
    }
    struct stack *stack = stacks->free;

    stacks->free = stack->next_free;
    stack->next_free = NULL;
    stacks->in_use++;
    if (stacks->in_use > stacks->peak) {
        stacks->peak = stacks->in_use;
    }
    if (stacks->in_use > stacks->peak_since_trim) {
        stacks->peak_since_trim = stacks->in_use;
    }
    return stack;
}

bool stacks_give(struct stacks *stacks, struct stack *stack)
{
    bool intact = stack->guarded || memcmp(stack->bottom, &canary, sizeof(canary)) == 0;

    if (!intact) {
        set_canary(stack);
    }
    /* An abandoned coroutine leaves its frames' red zones behind. */
    ASAN_UNPOISON_MEMORY_REGION(stack->bottom, stack->bytes);
    stack->next_free = stacks->free;
    stacks->free = stack;
    stacks->in_use--;
    return intact;
}

void stacks_trim(struct stacks *stacks)
{
    size_t keep = stacks->peak_since_trim - stacks->in_use;
    struct stack *stack = stacks->free;

    /* The list is last in, first out: the far end has been idle longest. */
    for (; stack && keep > 0; stack = stack->next_free) {
        keep--;
    }
    for (; stack; stack = stack->next_free) {
        madvise(stack->bottom, stack->bytes, MADV_DONTNEED);
        if (!stack->guarded) {
            set_canary(stack);
        }
    }
    stacks->peak_since_trim = stacks->in_use;
}

size_t stack_touched(const struct stack *stack)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = stack->bytes / page;
    unsigned char resident[1024];
    /* The lowest page is resident for its canary. */
    size_t first = stack->guarded ? 0 : 1;

    if (pages > sizeof(resident) || mincore(stack->bottom, stack->bytes, resident) != 0) {
        return 0;
    }
    while (first < pages && !(resident[first] & 1)) {
        first++;
    }
    return (pages - first) * page;
}

bool stack_guard_hit(const struct stack *stack, const void *address)
{
    const char *at = address;

    return at < stack->bottom && at >= stack->bottom - 4096;
}

struct stacks_count stacks_count(const struct stacks *stacks)
{
    return (struct stacks_count){
        .bytes = stacks->bytes,
        .in_use = stacks->in_use,
        .peak = stacks->peak,
        .made = stacks->made,
        .guard = guard_names[stacks->guard],
    };
}
