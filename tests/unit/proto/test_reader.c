/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "proto/reader.h"
#include "wire.h"

enum { BUDGET = 4096 };

struct scene {
    struct reader reader;
    struct arena arena;
    struct buf bytes;
    struct err err;
};

static void begin(struct scene *scene, const char *hex)
{
    *scene = (struct scene){.err = {""}};
    buf_init(&scene->bytes, WIRE_MAX);
    wire_hex(&scene->bytes, hex);

    /* Exactly as long, so that a sanitizer sees a byte read beyond. */
    char *copy = arena_alloc(&scene->arena, scene->bytes.length);

    memcpy(copy, buf_text(&scene->bytes), scene->bytes.length);
    reader_init(&scene->reader, copy, scene->bytes.length, BUDGET, &scene->arena, &scene->err);
}

static void end(struct scene *scene)
{
    arena_fini(&scene->arena);
    buf_fini(&scene->bytes);
}

static void scalars(void **state)
{
    static const struct {
        const char *row, *hex;
        enum value_kind kind;
        int64_t integer;
        double real;
        const char *text;
    } rows[] = {
        {"nil", "c0", VALUE_NIL, 0, 0, NULL},
        {"false", "c2", VALUE_BOOL, 0, 0, NULL},
        {"true", "c3", VALUE_BOOL, 1, 0, NULL},
        {"a small number", "7f", VALUE_INT, 127, 0, NULL},
        {"a small negative number", "e0", VALUE_INT, -32, 0, NULL},
        {"uint8", "cc ff", VALUE_INT, 255, 0, NULL},
        {"uint16", "cd 0100", VALUE_INT, 256, 0, NULL},
        {"uint32", "ce ffffffff", VALUE_INT, 4294967295, 0, NULL},
        {"uint64", "cf 7fffffffffffffff", VALUE_INT, INT64_MAX, 0, NULL},
        {"uint64 is clamped", "cf ffffffffffffffff", VALUE_INT, INT64_MAX, 0, NULL},
        {"int8", "d0 80", VALUE_INT, -128, 0, NULL},
        {"int16, as boomer writes counts", "d1 0002", VALUE_INT, 2, 0, NULL},
        {"int32", "d2 fffffffe", VALUE_INT, -2, 0, NULL},
        {"int64", "d3 8000000000000000", VALUE_INT, INT64_MIN, 0, NULL},
        {"float32, as locust4j writes", "ca 3fc00000", VALUE_FLOAT, 0, 1.5, NULL},
        {"float64", "cb bff8000000000000", VALUE_FLOAT, 0, -1.5, NULL},
        {"fixstr and fixraw", "a2 c3a9", VALUE_TEXT, 0, 0, "\xc3\xa9"},
        {"str8", "d9 01 61", VALUE_TEXT, 0, 0, "a"},
        {"str16 and raw16", "da 0001 61", VALUE_TEXT, 0, 0, "a"},
        {"str32 and raw32", "db 00000001 61", VALUE_TEXT, 0, 0, "a"},
        {"bin8", "c4 01 61", VALUE_BYTES, 0, 0, "a"},
        {"bin16", "c5 0001 ff", VALUE_BYTES, 0, 0, "\xff"},
        {"bin32", "c6 00000001 61", VALUE_BYTES, 0, 0, "a"},
        {"fixext1", "d4 05 00", VALUE_NIL, 0, 0, NULL},
        {"fixext2", "d5 05 0000", VALUE_NIL, 0, 0, NULL},
        {"a timestamp", "d6 ff 00000000", VALUE_NIL, 0, 0, NULL},
        {"fixext8", "d7 05 0000000000000000", VALUE_NIL, 0, 0, NULL},
        {"fixext16", "d8 05 0000000000000000 0000000000000000", VALUE_NIL, 0, 0, NULL},
        {"ext8", "c7 01 05 00", VALUE_NIL, 0, 0, NULL},
        {"ext16", "c8 0000 05", VALUE_NIL, 0, 0, NULL},
        {"ext32", "c9 00000002 05 0000", VALUE_NIL, 0, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scene scene;

        CHECK_ROW(rows[i].row);
        begin(&scene, rows[i].hex);
        CHECK_EQ(reader_kind(&scene.reader), rows[i].kind);
        struct value value = reader_next(&scene.reader);

        reader_end(&scene.reader);
        CHECK_STR(scene.err.text, "");
        CHECK_EQ(value.kind, rows[i].kind);
        CHECK_EQ(value.kind == VALUE_BOOL ? value.boolean : value.integer, rows[i].integer);
        CHECK_NEAR(value.real, rows[i].real, 0);
        CHECK_STR(wire_text(&scene.arena, value.text), rows[i].text);

        CHECK_ROW("every byte of it is needed");
        for (size_t cut = 1; cut <= scene.bytes.length; cut++) {
            size_t length = scene.bytes.length - cut;

            reader_init(&scene.reader, scene.bytes.data, length, BUDGET, &scene.arena, &scene.err);
            reader_skip(&scene.reader);
            CHECK(scene.reader.failed);
            CHECK_STR(scene.err.text, "the bytes end too early");
        }
        end(&scene);
    }
}

static void refusals(void **state)
{
    static const struct {
        const char *row, *hex, *want;
    } rows[] = {
        {"nothing", "", "the bytes end too early"},
        {"96 GB", "dd ff000000", "the bytes end too early for 4278190080 items"},
        {"an array longer than the rest", "93 c0c0", "the bytes end too early for 3 items"},
        {"a map longer than the rest", "82 c0c0c0", "the bytes end too early for 2 items"},
        {"a huge map", "df 80000000 c0c0", "the bytes end too early for 2147483648 items"},
        {"a huge text", "db ffffffff 61", "the bytes end too early"},
        {"a huge extension", "c9 ffffffff 05", "the bytes end too early"},
        {"the byte that means nothing", "c1", "a value starts with the byte c1"},
        {"bad UTF-8", "a1 ff", "a text is not UTF-8"},
        {"an overlong form", "a2 c080", "a text is not UTF-8"},
        {"half a pair of surrogates", "a3 eda080", "a text is not UTF-8"},
        {"bad UTF-8 in a key", "81 a1ff c0", "a text is not UTF-8"},
        {"bytes that follow", "c0 c0", "1 bytes follow the end"},
        {"33 arrays in each other",
         "91919191919191919191919191919191 91919191919191919191919191919191 91c0",
         "arrays and maps lie more than 32 deep"},
        {"33 maps in each other",
         "81c081c081c081c081c081c081c081c0 81c081c081c081c081c081c081c081c0"
         "81c081c081c081c081c081c081c081c0 81c081c081c081c081c081c081c081c0 81c0c0",
         "arrays and maps lie more than 32 deep"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scene scene;

        CHECK_ROW(rows[i].row);
        begin(&scene, rows[i].hex);
        reader_skip(&scene.reader);
        reader_end(&scene.reader);
        CHECK_STR(scene.err.text, rows[i].want);
        end(&scene);

        begin(&scene, rows[i].hex);
        reader_value(&scene.reader);
        reader_end(&scene.reader);
        CHECK_STR(scene.err.text, rows[i].want);
        end(&scene);
    }
}

static void trees(void **state)
{
    struct scene scene;

    (void)state;
    CHECK_ROW("an array of a map and an empty array");
    begin(&scene, "92 81 a161 c3 90");
    const struct value *value = reader_value(&scene.reader);

    reader_end(&scene.reader);
    CHECK_STR(scene.err.text, "");
    CHECK_EQ(value->kind, VALUE_ARRAY);
    CHECK_EQ(value->count, 2);
    CHECK(value_get(&value->items[0], "a")->boolean);
    CHECK_EQ(value->items[1].kind, VALUE_ARRAY);
    CHECK_EQ(value->items[1].count, 0);
    end(&scene);

    CHECK_ROW("32 levels are fine");
    begin(&scene, "91919191919191919191919191919191 91919191919191919191919191919191 c0");
    reader_value(&scene.reader);
    reader_end(&scene.reader);
    CHECK_STR(scene.err.text, "");
    end(&scene);

    CHECK_ROW("siblings do not add up to depth");
    begin(&scene, "92 9191919191919191c0 9191919191919191c0");
    for (int i = 0; i < 2; i++) {
        reader_init(
            &scene.reader, scene.bytes.data, scene.bytes.length, BUDGET, &scene.arena, &scene.err);
        i ? reader_skip(&scene.reader) : (void)reader_value(&scene.reader);
        CHECK_STR(scene.err.text, "");
        CHECK_EQ(scene.reader.depth, 0);
    }
    end(&scene);

    CHECK_ROW("a tree larger than the budget");
    begin(&scene, "dc 0040");
    for (int i = 0; i < 64; i++) {
        buf_putc(&scene.bytes, (char)0xc0);
    }
    reader_init(&scene.reader,
                scene.bytes.data,
                scene.bytes.length,
                64 * sizeof(struct value),
                &scene.arena,
                &scene.err);
    CHECK_EQ(reader_value(&scene.reader)->kind, VALUE_NIL);
    CHECK_STR(scene.err.text, "it would take too much memory");
    end(&scene);
}

static void pulls(void **state)
{
    static const struct {
        const char *row, *hex;
        enum { TEXT, NUMBER, DOUBLE, COUNT, ARRAY, MAP } pull;
        const char *want;
    } rows[] = {
        {"a text", "a161", TEXT, ""},
        {"bytes as a text", "c40161", TEXT, ""},
        {"bytes that are no text", "c401ff", TEXT, "it is no text"},
        {"a number as a text", "01", TEXT, "it is no text"},
        {"nil as a text", "c0", TEXT, "it is no text"},
        {"a text as a number", "a131", NUMBER, "it is no number"},
        {"true as a number", "c3", NUMBER, "it is no number"},
        {"NaN", "cb 7ff8000000000000", NUMBER, "it is no number"},
        {"infinity", "ca 7f800000", NUMBER, "it is no number"},
        {"nil may be a number", "c0", NUMBER, ""},
        {"nil is no double", "c0", DOUBLE, "it is no number"},
        {"nil is no count", "c0", COUNT, "it is no number"},
        {"a float as a count", "cb 4008000000000000", COUNT, ""},
        {"a negative count", "d0 9c", COUNT, "it is negative (-100)"},
        {"a count beyond 64 bits", "ca 7f7fffff", COUNT, ""},
        {"a map as an array", "80", ARRAY, "it is no array"},
        {"an array as a map", "90", MAP, "it is no map"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct scene scene;

        CHECK_ROW(rows[i].row);
        begin(&scene, rows[i].hex);
        switch (rows[i].pull) {
        case TEXT:
            reader_text(&scene.reader, "it");
            break;
        case NUMBER:
            reader_number(&scene.reader, "it");
            break;
        case DOUBLE:
            reader_double(&scene.reader, "it");
            break;
        case COUNT:
            reader_count(&scene.reader, "it");
            break;
        case ARRAY:
            reader_array(&scene.reader, "it");
            break;
        case MAP:
            reader_map(&scene.reader, "it");
            break;
        }
        reader_end(&scene.reader);
        CHECK_STR(scene.err.text, rows[i].want);
        CHECK_EQ(scene.reader.failed, rows[i].want[0] != '\0');
        end(&scene);
    }
}

static void the_first_failure_stays(void **state)
{
    struct scene scene;

    (void)state;
    CHECK_ROW("nothing is read after it");
    begin(&scene, "c1 a161 05");
    reader_skip(&scene.reader);
    CHECK(!reader_text(&scene.reader, "the text").bytes);
    CHECK(!reader_key(&scene.reader).bytes);
    CHECK_EQ(reader_count(&scene.reader, "the count"), 0);
    CHECK_EQ(reader_array(&scene.reader, "the array"), 0);
    CHECK_EQ(reader_map(&scene.reader, "the map"), 0);
    CHECK_EQ(reader_kind(&scene.reader), VALUE_NIL);
    CHECK_EQ(reader_value(&scene.reader)->kind, VALUE_NIL);
    size_t count = 1;

    CHECK(!reader_room(&scene.reader, &count, 1));
    CHECK_EQ(count, 0);
    CHECK_STR(scene.err.text, "a value starts with the byte c1");
    end(&scene);

    CHECK_ROW("a key of another kind is skipped whole");
    begin(&scene, "92 0102 a161");
    CHECK(!reader_key(&scene.reader).bytes);
    CHECK_STR(wire_text(&scene.arena, reader_key(&scene.reader)), "a");
    CHECK_STR(scene.err.text, "");
    end(&scene);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars),
        cmocka_unit_test(refusals),
        cmocka_unit_test(trees),
        cmocka_unit_test(pulls),
        cmocka_unit_test(the_first_failure_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
