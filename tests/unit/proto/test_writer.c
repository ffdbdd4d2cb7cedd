/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "proto/writer.h"
#include "wire.h"

static void check_hex(struct buf *got, const char *hex)
{
    struct buf want;

    buf_init(&want, WIRE_MAX);
    wire_hex(&want, hex);
    CHECK(!got->failed);
    CHECK_EQ(got->length, want.length);
    CHECK(memcmp(buf_text(got), buf_text(&want), want.length) == 0);
    buf_fini(&want);
    buf_clear(got);
}

static void integers(void **state)
{
    static const struct {
        int64_t integer;
        const char *hex;
    } rows[] = {
        {0, "00"},
        {127, "7f"},
        {128, "cc80"},
        {255, "ccff"},
        {256, "cd0100"},
        {65535, "cdffff"},
        {65536, "ce00010000"},
        {4294967295, "ceffffffff"},
        {4294967296, "cf0000000100000000"},
        {INT64_MAX, "cf7fffffffffffffff"},
        {-1, "ff"},
        {-32, "e0"},
        {-33, "d0df"},
        {-129, "d1ff7f"},
        {-32769, "d2ffff7fff"},
        {-2147483649, "d3ffffffff7fffffff"},
    };
    struct buf out;

    (void)state;
    buf_init(&out, WIRE_MAX);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].hex);
        writer_int(&out, rows[i].integer);
        check_hex(&out, rows[i].hex);
        writer_number(&out, number_int(rows[i].integer));
        check_hex(&out, rows[i].hex);
    }
    buf_fini(&out);
}

static void others(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, WIRE_MAX);
    CHECK_ROW("a whole float stays a float of 64 bits");
    writer_number(&out, number_float(1));
    check_hex(&out, "cb3ff0000000000000");
    CHECK_ROW("nil, true, false");
    writer_number(&out, number_nil());
    writer_bool(&out, true);
    writer_bool(&out, false);
    check_hex(&out, "c0c3c2");
    CHECK_ROW("no text is nil, an empty one is not");
    writer_text(&out, slice_of(NULL));
    writer_text(&out, slice_of(""));
    check_hex(&out, "c0a0");
    CHECK_ROW("32 bytes of text take str8");
    writer_text(&out, slice_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    check_hex(&out, "d920 6161616161616161616161616161616161616161616161616161616161616161");
    CHECK_ROW("bytes");
    writer_bytes(&out, (struct slice){"\xff", 1});
    check_hex(&out, "c401ff");
    CHECK_ROW("no value is nil");
    writer_value(&out, NULL);
    check_hex(&out, "c0");
    buf_fini(&out);

    CHECK_ROW("too much shows once");
    buf_init(&out, 3);
    writer_text(&out, slice_of("abc"));
    writer_nil(&out);
    CHECK(out.failed);
    buf_fini(&out);
}

static void trees(void **state)
{
    static const char json[] = "[null, true, 5, -1.5, \"a\", {\"k\": [1]}, [], {}]";
    json_t *tree = json_loads(json, 0, NULL);
    struct arena arena = {0};
    struct buf out;

    (void)state;
    CHECK_ROW("each kind");
    buf_init(&out, WIRE_MAX);
    writer_value(&out, wire_value(&arena, tree));
    check_hex(&out, "98 c0 c3 05 cbbff8000000000000 a161 81a16b9101 90 80");
    buf_fini(&out);
    arena_fini(&arena);
    json_decref(tree);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),
        cmocka_unit_test(others),
        cmocka_unit_test(trees),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
