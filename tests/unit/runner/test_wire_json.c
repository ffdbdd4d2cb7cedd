/* SPDX-License-Identifier: MIT */
#include "runner/wire_json.h"

#include <math.h>

#include "base/ensure.h"
#include "check.h"

static void there_and_back(void **state)
{
    static const struct {
        const char *row, *json, *want; /* want NULL: the same */
    } rows[] = {
        {"null", "null", NULL},
        {"truth values", "[true,false]", NULL},
        {"whole numbers", "[0,-1,9223372036854775807,-9223372036854775808]", NULL},
        {"other numbers", "[0.5,-1.0,1e300]", "[0.5,-1.0,1.0000000000000001e300]"},
        {"a text", "\"a b\"", NULL},
        {"an empty text", "\"\"", NULL},
        {"a text with a NUL", "\"a\\u0000b\"", NULL},
        {"a text beyond ASCII", "\"\\u00e9\\u20ac\"", "\"é€\""},
        {"an empty list", "[]", NULL},
        {"an empty map", "{}", NULL},
        {"nested ones", "{\"a\":[1,{\"b\":[[]]}],\"c\":{}}", NULL},
        {"blanks around", " [ 1 ] ", "[1]"},
        {"the last of two equal keys", "{\"a\":1,\"a\":2}", "{\"a\":2}"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct err err = {""};
        const struct value *value;

        CHECK_ROW(rows[i].row);
        value = wire_json_value(rows[i].json, &arena, &err);
        CHECK_STR(err.text, "");
        CHECK_STR(wire_json_text(value, &arena), rows[i].want ? rows[i].want : rows[i].json);
        arena_fini(&arena);
    }
}

static void kinds(void **state)
{
    struct arena arena = {0};
    struct err err;
    const struct value *value = wire_json_value(
        "{\"i\":1,\"r\":1.0,\"t\":\"x\",\"b\":true,\"n\":null,\"a\":[7]}", &arena, &err);

    (void)state;
    CHECK_ROW("each as the wire has it");
    CHECK_EQ(value->kind, VALUE_MAP);
    CHECK_EQ(value->count, 6);
    CHECK_EQ(value_get(value, "i")->kind, VALUE_INT);
    CHECK_EQ(value_get(value, "i")->integer, 1);
    CHECK_EQ(value_get(value, "r")->kind, VALUE_FLOAT);
    CHECK(slice_is(value_get(value, "t")->text, "x"));
    CHECK(value_get(value, "b")->boolean);
    CHECK_EQ(value_get(value, "n")->kind, VALUE_NIL);
    CHECK_EQ(value_get(value, "a")->items[0].integer, 7);
    arena_fini(&arena);
}

static void no_json(void **state)
{
    static const char *const rows[] = {"",
                                       "{",
                                       "{\"a\":}",
                                       "[1,]",
                                       "nil",
                                       "{1:2}",
                                       "1 2",
                                       "\"\xff\"",
                                       "99999999999999999999",
                                       "1e999"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct err err = {""};

        CHECK_ROW(rows[i]);
        CHECK(!wire_json_value(rows[i], &arena, &err));
        CHECK(strncmp(err.text, "no JSON: ", 9) == 0);
        arena_fini(&arena);
    }
}

#define TEXT(text_)                                                                                \
    {                                                                                              \
        .kind = VALUE_TEXT, .text = {(text_), sizeof(text_) - 1 }                                  \
    }
#define INT(integer_)                                                                              \
    {                                                                                              \
        .kind = VALUE_INT, .integer = (integer_)                                                   \
    }

/* What msgpack can say and JSON can't. */
static void values(void **state)
{
    static const struct value pairs[] = {
        {.kind = VALUE_INT, .integer = 5},
        TEXT("five"),
        {.kind = VALUE_FLOAT, .real = 160},
        INT(2),
        {.kind = VALUE_NIL},
        INT(3),
        {.kind = VALUE_BOOL, .boolean = true},
        INT(4),
        {.kind = VALUE_BYTES, .text = {"key", 3}},
        {.kind = VALUE_BYTES, .text = {"text", 4}},
    };
    static const struct value odd_key[] = {{.kind = VALUE_BYTES, .text = {"\xff", 1}}, INT(1)};
    static const struct {
        const char *row;
        struct value value;
        const char *want;
    } rows[] = {
        {"keys that are no texts",
         {.kind = VALUE_MAP, .items = pairs, .count = 5},
         "{\"5\":\"five\",\"160.0\":2,\"null\":3,\"true\":4,\"key\":\"text\"}"},
        {"bytes that are no text", {.kind = VALUE_BYTES, .text = {"\xff\xfe", 2}}, "null"},
        {"a key of such bytes is left out",
         {.kind = VALUE_MAP, .items = odd_key, .count = 1},
         "{}"},
        {"no end of a number", {.kind = VALUE_FLOAT, .real = (double)INFINITY}, "null"},
        {"no number", {.kind = VALUE_FLOAT, .real = (double)NAN}, "null"},
        {"a text of nothing", {.kind = VALUE_TEXT}, "\"\""},
        {"a map of nothing", {.kind = VALUE_MAP}, "{}"},
        {"a list of nothing", {.kind = VALUE_ARRAY}, "[]"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_STR(wire_json_text(&rows[i].value, &arena), rows[i].want);
    }
    CHECK_ROW("nothing at all");
    CHECK_STR(wire_json_text(NULL, &arena), "null");
    arena_fini(&arena);
}

static void joined(void **state)
{
    static const struct {
        const char *row, *a, *b, *want;
    } rows[] = {
        {"two", "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}"},
        {"nothing and one", "{}", "{\"b\":2}", "{\"b\":2}"},
        {"one and nothing", "{\"a\":1}", "{}", "{\"a\":1}"},
        {"nothing and nothing", "{}", "{}", "{}"},
        {"the second wins", "{\"a\":1}", "{\"a\":2}", "{\"a\":2}"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct err err;
        const struct value *a = wire_json_value(rows[i].a, &arena, &err);
        const struct value *b = wire_json_value(rows[i].b, &arena, &err);

        CHECK_ROW(rows[i].row);
        CHECK_STR(wire_json_text(wire_json_joined(a, b, &arena), &arena), rows[i].want);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(kinds),
        cmocka_unit_test(no_json),
        cmocka_unit_test(values),
        cmocka_unit_test(joined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
