/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "proto/field.h"
#include "wire.h"

struct thing {
    struct slice text, bytes;
    struct number number;
    double real;
    int64_t count, other;
};

static const struct field fields[] = {
    FIELD(TEXT, "text", FIELD_REQUIRED, thing, text),
    FIELD(BYTES, "bytes", FIELD_OPTIONAL, thing, bytes),
    FIELD(NUMBER, "number", FIELD_OPTIONAL, thing, number),
    FIELD(DOUBLE, "real", 0, thing, real),
    FIELD(COUNT, "count", FIELD_OPTIONAL, thing, count),
    FIELD(COUNT, "COUNT", FIELD_READ_ONLY, thing, count),
};

static struct thing reading(const char *hex, const char *want)
{
    struct thing thing = {.real = 0.5, .count = -1};
    struct reader reader;
    struct arena arena = {0};
    struct err err = {""};
    struct buf bytes;

    buf_init(&bytes, WIRE_MAX);
    wire_hex(&bytes, hex);
    reader_init(&reader, bytes.data, bytes.length, 1024, &arena, &err);
    fields_read(&reader, "the thing", fields, ARRAY_LEN(fields), &thing);
    reader_end(&reader);
    CHECK_STR(err.text, want);
    buf_fini(&bytes);
    arena_fini(&arena);
    return thing;
}

static void reads(void **state)
{
    struct thing thing;

    (void)state;
    CHECK_ROW("defaults stay, also where nil comes");
    thing = reading("83 a474657874 a0 a47265616c c0 a5636f756e74 c0", "");
    CHECK_NEAR(thing.real, 0.5, 0);
    CHECK_EQ(thing.count, -1);
    CHECK_EQ(thing.number.kind, NUMBER_NIL);
    CHECK_ROW("another spelling");
    thing = reading("82 a5434f554e54 05 a474657874 a0", "");
    CHECK_EQ(thing.count, 5);
    CHECK_ROW("the last of two");
    thing = reading("83 a5636f756e74 05 a5636f756e74 06 a474657874 a0", "");
    CHECK_EQ(thing.count, 6);
    CHECK_ROW("bytes that are none are ignored");
    thing = reading("82 a56279746573 9101 a474657874 a0", "");
    CHECK(!thing.bytes.bytes);
    CHECK_ROW("what is required");
    reading("80", "text is missing");
    reading("81 a474657874 c0", "text is missing");
    CHECK_ROW("no map");
    reading("90", "the thing is no map");
}

static void check_written(const struct thing *thing, const char *hex)
{
    struct buf got, want;

    buf_init(&got, WIRE_MAX);
    buf_init(&want, WIRE_MAX);
    fields_write(&got, fields, ARRAY_LEN(fields), thing);
    wire_hex(&want, hex);
    CHECK_EQ(got.length, want.length);
    CHECK(memcmp(got.data, want.data, want.length) == 0);
    buf_fini(&got);
    buf_fini(&want);
}

static void writes(void **state)
{
    struct thing thing = {.text = slice_of(NULL), .count = -1};

    (void)state;
    CHECK_ROW("what is optional is left out, the rest is nil or zero");
    check_written(&thing, "82 a474657874 c0 a47265616c cb0000000000000000");
    CHECK_ROW("all of it, in the order of the table");
    thing = (struct thing){
        .text = slice_of("t"),
        .bytes = {"\xff", 1},
        .number = number_int(0),
        .count = 0,
    };
    check_written(&thing,
                  "85 a474657874 a174 a56279746573 c401ff a66e756d626572 00"
                  "a47265616c cb0000000000000000 a5636f756e74 00");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(writes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
