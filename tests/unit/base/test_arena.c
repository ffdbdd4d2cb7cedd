/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>

#include "base/ensure.h"
#include "check.h"

static void memory_is_aligned_and_apart(void **state)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 900, 1024, 5000, 1};
    struct arena arena = {0};
    char *memory[ARRAY_LEN(sizes)];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        memory[i] = arena_alloc(&arena, sizes[i]);
        memset(memory[i], (int)i + 1, sizes[i]);
        CHECK_EQ((uintptr_t)memory[i] % alignof(max_align_t), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        for (size_t k = 0; k < sizes[i]; k++) {
            CHECK_EQ(memory[i][k], i + 1);
        }
    }
    arena_fini(&arena);
}

static void a_reset_keeps_the_first_block(void **state)
{
    struct arena arena = {0};
    char *first = arena_alloc(&arena, 10);

    (void)state;
    arena_alloc(&arena, 100000);
    CHECK(arena.used >= 100010);
    arena_reset(&arena);
    CHECK_EQ(arena.used, 0);
    CHECK(!arena_owns(&arena, first));
    CHECK(arena_alloc(&arena, 10) == first);
    arena_release(&arena);
    CHECK(arena.blocks == NULL);
    arena_reset(&arena); /* an empty one is fine */
    arena_fini(&arena);
}

static void it_knows_its_own(void **state)
{
    struct arena arena = {0};
    char local = 0, *small = arena_alloc(&arena, 16), *large = arena_alloc(&arena, 4096);

    (void)state;
    CHECK(arena_owns(&arena, small));
    CHECK(arena_owns(&arena, small + 15));
    CHECK(arena_owns(&arena, large + 4095));
    CHECK(!arena_owns(&arena, small + 16)); /* not handed out */
    CHECK(!arena_owns(&arena, &local));
    CHECK(!arena_owns(&arena, NULL));
    arena_fini(&arena);
}

static void texts(void **state)
{
    struct arena arena = {0};
    char *text, longer[3000];

    (void)state;
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    CHECK_STR(arena_strdup(&arena, ""), "");
    CHECK_STR(arena_strdup(&arena, "abc"), "abc");
    CHECK_STR(arena_strndup(&arena, "abcdef", 3), "abc");
    CHECK_STR(arena_printf(&arena, "%d-%s", 7, "x"), "7-x");
    text = arena_printf(&arena, "%s", longer);
    CHECK_STR(text, longer);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_and_apart),
        cmocka_unit_test(a_reset_keeps_the_first_block),
        cmocka_unit_test(it_knows_its_own),
        cmocka_unit_test(texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
