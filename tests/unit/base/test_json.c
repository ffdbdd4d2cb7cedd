/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "check.h"

static const char document[] =
    "{\"user\": {\"cart\": [{\"id\": 7}, {\"id\": 8}], \"name\": \"Ann\"},"
    " \"a.b\": 1, \"a[0]\": 2, \"\": 3, \"none\": null, \"deep\": [[[4]]]}";

static void paths(void **state)
{
    static const struct {
        const char *row, *path, *found; /* as compact JSON; NULL: nothing */
        bool valid;
    } rows[] = {
        {"a member", "none", "null", true},
        {"a member of a member", "user.name", "\"Ann\"", true},
        {"an element", "user.cart[1]", "{\"id\":8}", true},
        {"a member of an element", "user.cart[0].id", "7", true},
        {"elements of elements", "deep[0][0][0]", "4", true},
        {"a name with a dot, quoted", "[\"a.b\"]", "1", true},
        {"a name with brackets, quoted", "[\"a[0]\"]", "2", true},
        {"an empty name, quoted", "[\"\"]", "3", true},
        {"a quoted name, then a member", "[\"user\"].name", "\"Ann\"", true},
        {"a dot that is not quoted looks elsewhere", "a.b", NULL, true},
        {"an element of the document, which is no array", "[0]", NULL, true},
        {"past the end", "user.cart[2]", NULL, true},
        {"a member that is missing", "user.age", NULL, true},
        {"a member of a text", "user.name.first", NULL, true},
        {"an element of a text", "user.name[0]", NULL, true},
        {"a dot at the start", ".user", NULL, false},
        {"a dot at the end", "user.", NULL, false},
        {"two dots", "user..name", NULL, false},
        {"an open bracket", "user.cart[0", NULL, false},
        {"nothing in brackets", "user.cart[]", NULL, false},
        {"a negative index", "user.cart[-1]", NULL, false},
        {"no number", "user.cart[x]", NULL, false},
        {"a huge index", "user.cart[99999999999999999999]", NULL, false},
        {"no dot after a bracket", "user.cart[0]id", NULL, false},
        {"an open quote", "[\"user", NULL, false},
        {"a quote without a bracket", "[\"user\"", NULL, false},
        {"blanks count", "user. name", NULL, true},
    };
    json_t *root = json_loads(document, 0, NULL);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        const json_t *value = json_at(root, rows[i].path);
        char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

        CHECK_STR(text, rows[i].found);
        CHECK_EQ(json_path_valid(rows[i].path), rows[i].valid);
        free(text);
    }
    CHECK(json_at(root, "") == root);
    CHECK(json_path_valid(""));
    CHECK(json_at(NULL, "a") == NULL);
    json_decref(root);
}

static void escapes(void **state)
{
    static const struct {
        const char *row, *text, *escaped;
    } rows[] = {
        {"nothing to do", "plain", "plain"},
        {"empty", "", ""},
        {"quote and backslash", "a\"b\\c", "a\\\"b\\\\c"},
        {"control characters", "\n\t\x01\x1f", "\\u000a\\u0009\\u0001\\u001f"},
        {"UTF-8 and DEL stay", "\xc3\xa9\x7f/", "\xc3\xa9\x7f/"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        CHECK_STR(json_escape_text(&arena, rows[i].text), rows[i].escaped);
        /* Put between quotes it reads as what it was. */
        const char *quoted =
            arena_printf(&arena, "[\"%s\"]", json_escape_text(&arena, rows[i].text));
        json_t *array = json_loads(quoted, 0, NULL);

        CHECK_STR(json_string_value(json_array_get(array, 0)), rows[i].text);
        json_decref(array);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(escapes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
