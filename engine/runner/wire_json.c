/* SPDX-License-Identifier: MIT */
#include "runner/wire_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* ---- To JSON ---- */

static json_t *json_of(const struct value *value);

static json_t *json_text(struct slice text)
{
    json_t *json = json_stringn(text.bytes ? text.bytes : "", text.length);

    return json ? json : json_null(); /* bytes that are no text */
}

static json_t *json_array_of(const struct value *value)
{
    json_t *array = json_array();

    for (size_t i = 0; i < value->count; i++) {
        json_array_append_new(array, json_of(&value->items[i]));
    }
    return array;
}

static json_t *json_object_of(const struct value *value, struct arena *arena)
{
    json_t *object = json_object();

    for (size_t i = 0; i < value->count; i++) {
        const struct value *key = &value->items[2 * i];
        const char *name = key->kind == VALUE_TEXT || key->kind == VALUE_BYTES
                               ? arena_strndup(arena, key->text.bytes, key->text.length)
                               : wire_json_text(key, arena);

        json_object_set_new(object, name, json_of(&value->items[2 * i + 1]));
    }
    return object;
}

static json_t *json_of(const struct value *value)
{
    struct arena keys = {0};
    json_t *json = NULL;

    switch (value->kind) {
    case VALUE_BOOL:
        return json_boolean(value->boolean);
    case VALUE_INT:
        return json_integer(value->integer);
    case VALUE_FLOAT:
        return isfinite(value->real) ? json_real(value->real) : json_null();
    case VALUE_TEXT:
    case VALUE_BYTES:
        return json_text(value->text);
    case VALUE_ARRAY:
        return json_array_of(value);
    case VALUE_MAP:
        json = json_object_of(value, &keys);
        arena_fini(&keys);
        return json;
    case VALUE_NIL:
    default:
        return json_null();
    }
}

const char *wire_json_text(const struct value *value, struct arena *arena)
{
    if (!value) {
        return "null";
    }
    json_t *json = json_of(value);
    char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *kept = arena_strdup(arena, text ? text : "null");

    free(text);
    json_decref(json);
    return kept;
}

/* ---- From JSON ---- */

static void fill(struct value *value, const json_t *json, struct arena *arena);

static struct value text_value(const char *text, size_t length, struct arena *arena)
{
    return (struct value){
        .kind = VALUE_TEXT,
        .text = {.bytes = arena_strndup(arena, text, length), .length = length},
    };
}

static void fill_array(struct value *value, const json_t *json, struct arena *arena)
{
    size_t count = json_array_size(json);
    struct value *items = arena_alloc(arena, (count + 1) * sizeof(*items));

    for (size_t i = 0; i < count; i++) {
        fill(&items[i], json_array_get(json, i), arena);
    }
    *value = (struct value){.kind = VALUE_ARRAY, .items = items, .count = count};
}

static void fill_map(struct value *value, json_t *json, struct arena *arena)
{
    size_t count = json_object_size(json), at = 0;
    struct value *items = arena_alloc(arena, 2 * (count + 1) * sizeof(*items));
    const char *key;
    json_t *member;

    json_object_foreach(json, key, member)
    {
        items[at++] = text_value(key, strlen(key), arena);
        fill(&items[at++], member, arena);
    }
    *value = (struct value){.kind = VALUE_MAP, .items = items, .count = count};
}

static void fill(struct value *value, const json_t *json, struct arena *arena)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        fill_map(value, (json_t *)json, arena);
        break;
    case JSON_ARRAY:
        fill_array(value, json, arena);
        break;
    case JSON_STRING:
        *value = text_value(json_string_value(json), json_string_length(json), arena);
        break;
    case JSON_INTEGER:
        *value = (struct value){.kind = VALUE_INT, .integer = json_integer_value(json)};
        break;
    case JSON_REAL:
        *value = (struct value){.kind = VALUE_FLOAT, .real = json_real_value(json)};
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        *value = (struct value){.kind = VALUE_BOOL, .boolean = json_is_true(json)};
        break;
    case JSON_NULL:
    default:
        *value = (struct value){.kind = VALUE_NIL};
        break;
    }
}

const struct value *wire_json_value(const char *text, struct arena *arena, struct err *err)
{
    json_error_t why;
    json_t *json = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
    struct value *value;

    if (!json) {
        err_set(err, "no JSON: %s (at byte %d)", why.text, why.position);
        return NULL;
    }
    value = arena_alloc(arena, sizeof(*value));
    fill(value, json, arena);
    json_decref(json);
    return value;
}

struct value *wire_json_joined(const struct value *a, const struct value *b, struct arena *arena)
{
    size_t count = a->count + b->count;
    struct value *items = arena_alloc(arena, 2 * (count + 1) * sizeof(*items));
    struct value *joined = arena_alloc(arena, sizeof(*joined));

    memcpy(items, a->items, 2 * a->count * sizeof(*items));
    memcpy(items + 2 * a->count, b->items, 2 * b->count * sizeof(*items));
    *joined = (struct value){.kind = VALUE_MAP, .items = items, .count = count};
    return joined;
}
