/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "proto/steps.h"

static void round_trips(void **state)
{
    static struct leb_slot full[STEP_SLOTS];
    static struct leb_slot few[] = {{0, 1}, {7, 300}, {STEP_SLOTS - 1, UINT64_MAX}};
    struct steps steps = {0};
    struct arena arena = {0};
    struct err err = {""};
    struct steps got;
    struct buf out;

    (void)state;
    for (uint32_t i = 0; i < STEP_SLOTS; i++) {
        full[i] = (struct leb_slot){i, UINT64_MAX};
    }
    CHECK_ROW("as long as can be, and a short one");
    for (size_t i = 0; i < STEPS; i++) {
        steps.items[i] = (struct step){UINT64_MAX, INT64_MAX, full, STEP_SLOTS};
    }
    steps.items[3] = (struct step){1000, 900, few, ARRAY_LEN(few)};
    buf_init(&out, STEPS_MAX_BYTES);
    steps_encode(&out, &steps);
    CHECK(!out.failed);
    steps_decode(&got, (struct slice){out.data, out.length}, &arena, &err);
    CHECK_STR(err.text, "");
    for (size_t i = 0; i < STEPS; i++) {
        CHECK_EQ(got.items[i].sum_ns, steps.items[i].sum_ns);
        CHECK_EQ(got.items[i].max_ns, steps.items[i].max_ns);
        CHECK_EQ(got.items[i].count, steps.items[i].count);
        for (size_t k = 0; k < got.items[i].count; k++) {
            CHECK_EQ(got.items[i].slots[k].index, steps.items[i].slots[k].index);
            CHECK_EQ(got.items[i].slots[k].count, steps.items[i].slots[k].count);
        }
    }
    CHECK_ROW("every cut of it is refused");
    for (size_t i = 0; i < out.length; i += i < 100 ? 1 : 97) {
        CHECK(!steps_decode(&got, (struct slice){out.data, i}, &arena, &err));
    }
    buf_fini(&out);
    arena_fini(&arena);
}

static void refusals(void **state)
{
    static const struct {
        const char *row, *bytes;
        size_t length;
        const char *want; /* "": none */
    } rows[] = {
        {"nothing taken", "\1\0\0\0\0\0", 6, ""},
        {"one slot", "\1\1\5\6\7\1\0\0\0\0", 10, ""},
        {"no bytes", "", 0, "phases: 0 bytes"},
        {"a later version", "\2\0\0\0\0\0", 6, "phases: version 2"},
        {"a step too few", "\1\0\0\0\0", 5, "phases: the bytes end too early"},
        {"a byte too many", "\1\0\0\0\0\0\0", 7, "phases: bytes follow the end"},
        {"too many slots", "\1\361\2\0\0", 5, "phases: there are too many slots"},
        {"a slot beyond the last",
         "\1\1\5\6\360\2\1\0\0\0\0",
         11,
         "phases: a slot lies beyond the last one"},
        {"an empty slot", "\1\1\5\6\7\0\0\0\0\0", 10, "phases: a slot is empty"},
        {"a long number", "\1\200\0\0\0\0\0", 7, "phases: a number is longer than need be"},
        {"a longest step beyond 63 bits",
         "\1\1\5\200\200\200\200\200\200\200\200\200\1\7\1\0\0\0\0",
         19,
         "phases: a number is too large"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct slice bytes = {rows[i].bytes, rows[i].length};
        struct err err = {""};
        struct steps steps;

        CHECK_ROW(rows[i].row);
        CHECK_EQ(steps_decode(&steps, bytes, &arena, &err), *rows[i].want == '\0');
        CHECK_STR(err.text, rows[i].want);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),
        cmocka_unit_test(refusals),
    };

    return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
