/* SPDX-License-Identifier: MIT */
#include "sim/format.h"

#include "check.h"

static const char *make(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static const char *make(struct arena *arena, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *text = format_text(arena, format, args);

    va_end(args);
    return text;
}

static void a_text_remembers_its_format(void **state)
{
    struct arena arena = {0}, other = {0};
    const char *text = make(&arena, "/p/%d", 7), *empty = make(&arena, "%s", "");

    (void)state;
    CHECK_STR(text, "/p/7");
    CHECK_STR(format_of(&arena, text), "/p/%d");
    CHECK_STR(empty, "");
    CHECK_STR(format_of(&arena, empty), "%s");
    CHECK(format_of(&arena, NULL) == NULL);
    CHECK(format_of(&arena, "/p/7") == NULL);
    CHECK(format_of(&arena, text + 1) == NULL);
    CHECK(format_of(&other, text) == NULL);
    CHECK(format_of(&arena, arena_strdup(&arena, "/p/8")) == NULL);
    CHECK(format_of(&other, arena_strdup(&other, "the first of its arena")) == NULL);
    arena_reset(&arena);
    CHECK(format_of(&arena, text) == NULL);
    arena_fini(&arena);
    arena_fini(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_text_remembers_its_format)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
