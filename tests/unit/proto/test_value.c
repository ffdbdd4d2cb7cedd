/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>

#include "base/ensure.h"
#include "proto/value.h"

static void slices(void **state)
{
    (void)state;
    CHECK_ROW("no text is not the empty text");
    CHECK(slice_of(NULL).bytes == NULL);
    CHECK(slice_of("").bytes != NULL);
    CHECK(!slice_is(slice_of(NULL), ""));
    CHECK(slice_is(slice_of(""), ""));
    CHECK_ROW("all of it counts");
    CHECK(slice_is(slice_of("stop"), "stop"));
    CHECK(!slice_is(slice_of("stop"), "sto"));
    CHECK(!slice_is(slice_of("sto"), "stop"));
    CHECK(!slice_is((struct slice){"a\0b", 3}, "a"));
}

static void numbers(void **state)
{
    static const struct {
        const char *row;
        struct number number;
        double real;
        int64_t integer;
    } rows[] = {
        {"nil", {.kind = NUMBER_NIL}, -7, -7},
        {"an integer", {.kind = NUMBER_INT, .integer = 5}, 5, 5},
        {"a float", {.kind = NUMBER_FLOAT, .real = 5.25}, 5.25, 5},
        {"a tie goes to even", {.kind = NUMBER_FLOAT, .real = 2.5}, 2.5, 2},
        {"a tie goes to even upwards", {.kind = NUMBER_FLOAT, .real = 3.5}, 3.5, 4},
        {"below zero", {.kind = NUMBER_FLOAT, .real = -1.5}, -1.5, -2},
        {"no number", {.kind = NUMBER_FLOAT, .real = NAN}, -7, -7},
        {"infinity", {.kind = NUMBER_FLOAT, .real = INFINITY}, -7, -7},
        {"too large", {.kind = NUMBER_FLOAT, .real = 0x1p63}, 0x1p63, INT64_MAX},
        {"too small", {.kind = NUMBER_FLOAT, .real = -0x1p64}, -0x1p64, INT64_MIN},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_NEAR(number_double(rows[i].number, -7), rows[i].real, 0);
        CHECK_EQ(number_int64(rows[i].number, -7), rows[i].integer);
    }
    CHECK_ROW("makers");
    CHECK_EQ(number_nil().kind, NUMBER_NIL);
    CHECK_EQ(number_int(-3).integer, -3);
    CHECK_NEAR(number_float(0.5).real, 0.5, 0);
}

static void lookup(void **state)
{
    static const struct value items[] = {
        {.kind = VALUE_TEXT, .text = {"a", 1}},
        {.kind = VALUE_INT, .integer = 1},
        {.kind = VALUE_INT, .integer = 4},
        {.kind = VALUE_INT, .integer = 2},
        {.kind = VALUE_BYTES, .text = {"b", 1}},
        {.kind = VALUE_INT, .integer = 3},
        {.kind = VALUE_TEXT, .text = {"a", 1}},
        {.kind = VALUE_INT, .integer = 4},
    };
    static const struct value map = {.kind = VALUE_MAP, .items = items, .count = 4};
    static const struct value array = {.kind = VALUE_ARRAY, .items = items, .count = 8};

    (void)state;
    CHECK_ROW("the last of several");
    CHECK_EQ(value_get(&map, "a")->integer, 4);
    CHECK_ROW("bytes as a key");
    CHECK_EQ(value_get(&map, "b")->integer, 3);
    CHECK_ROW("none");
    CHECK(!value_get(&map, "c"));
    CHECK(!value_get(&array, "a"));
    CHECK(!value_get(NULL, "a"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices),
        cmocka_unit_test(numbers),
        cmocka_unit_test(lookup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
