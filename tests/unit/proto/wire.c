/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include "check.h"
#include "proto/writer.h"

static const struct value *map_of_pairs(struct arena *arena, const json_t *pairs)
{
    size_t count = json_array_size(pairs);
    struct value *map = arena_alloc(arena, sizeof(*map));
    struct value *items = arena_alloc(arena, 2 * count * sizeof(*items));

    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(pairs, i);

        items[2 * i] = *wire_value(arena, json_array_get(pair, 0));
        items[2 * i + 1] = *wire_value(arena, json_array_get(pair, 1));
    }
    *map = (struct value){.kind = VALUE_MAP, .items = items, .count = count};
    return map;
}

static const struct value *map_of(struct arena *arena, const json_t *json)
{
    struct value *map = arena_alloc(arena, sizeof(*map));
    struct value *items = arena_alloc(arena, 2 * json_object_size(json) * sizeof(*items));
    size_t at = 0;
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)json, key, value)
    {
        items[at++] = (struct value){.kind = VALUE_TEXT, .text = slice_of(key)};
        items[at++] = *wire_value(arena, value);
    }
    *map = (struct value){.kind = VALUE_MAP, .items = items, .count = at / 2};
    return map;
}

static const struct value *array_of(struct arena *arena, const json_t *json)
{
    size_t count = json_array_size(json);
    struct value *array = arena_alloc(arena, sizeof(*array));
    struct value *items = arena_alloc(arena, count * sizeof(*items));

    for (size_t i = 0; i < count; i++) {
        items[i] = *wire_value(arena, json_array_get(json, i));
    }
    *array = (struct value){.kind = VALUE_ARRAY, .items = items, .count = count};
    return array;
}

const struct value *wire_value(struct arena *arena, const json_t *json)
{
    struct value *value = arena_alloc(arena, sizeof(*value));

    *value = (struct value){.kind = VALUE_NIL};
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return json_object_get(json, "__map__")
                   ? map_of_pairs(arena, json_object_get(json, "__map__"))
                   : map_of(arena, json);
    case JSON_ARRAY:
        return array_of(arena, json);
    case JSON_STRING:
        value->kind = VALUE_TEXT;
        value->text = (struct slice){json_string_value(json), json_string_length(json)};
        break;
    case JSON_INTEGER:
        value->kind = VALUE_INT;
        value->integer = json_integer_value(json);
        break;
    case JSON_REAL:
        value->kind = VALUE_FLOAT;
        value->real = json_real_value(json);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        value->kind = VALUE_BOOL;
        value->boolean = json_is_true(json);
        break;
    case JSON_NULL:
        break;
    }
    return value;
}

bool wire_equal(const struct value *left, const struct value *right)
{
    size_t items = left->kind == VALUE_MAP ? 2 * left->count : left->count;

    if (left->kind != right->kind || left->count != right->count ||
        left->boolean != right->boolean || left->integer != right->integer ||
        memcmp(&left->real, &right->real, sizeof(left->real)) != 0 ||
        left->text.length != right->text.length ||
        (left->text.length > 0 &&
         memcmp(left->text.bytes, right->text.bytes, left->text.length) != 0)) {
        return false;
    }
    for (size_t i = 0; i < items; i++) {
        if (!wire_equal(&left->items[i], &right->items[i])) {
            return false;
        }
    }
    return true;
}

void wire_message(struct buf *out, const char *type, const char *data)
{
    json_error_t error;
    json_t *json = json_loads(data, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    struct arena arena = {0};

    if (!json) {
        fail_msg("%s: the test's JSON: %s", check_row, error.text);
    }
    writer_array(out, 3);
    writer_text(out, slice_of(type));
    writer_value(out, wire_value(&arena, json));
    writer_text(out, slice_of("host_1"));
    arena_fini(&arena);
    json_decref(json);
}

void wire_hex(struct buf *out, const char *digits)
{
    unsigned byte;

    for (; *digits; digits += *digits == ' ' ? 1 : 2) {
        if (*digits != ' ') {
            CHECK_EQ(sscanf(digits, "%2x", &byte), 1);
            buf_putc(out, (char)byte);
        }
    }
}

bool wire_decode(struct message *message, enum message_direction direction, const char *type,
                 const char *data, struct arena *arena, struct err *err)
{
    struct buf bytes;

    buf_init(&bytes, WIRE_MAX);
    wire_message(&bytes, type, data);

    /* Exactly as long, so that a sanitizer sees a byte read beyond. */
    char *copy = arena_alloc(arena, bytes.length);
    size_t length = bytes.length;

    memcpy(copy, bytes.data, length);
    buf_fini(&bytes);
    return message_decode(message, direction, copy, length, arena, err);
}

void wire_refuse(enum message_direction direction, const struct wire_refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena arena = {0};
        struct message message;
        struct err err = {""};

        CHECK_ROW(rows[i].row);
        CHECK(!wire_decode(&message, direction, rows[i].type, rows[i].data, &arena, &err));
        CHECK_STR(err.text, rows[i].want);
        arena_fini(&arena);
    }
}

void wire_check_encoded(const struct message *message, enum message_direction direction,
                        const char *type, const char *data)
{
    struct buf got, want;

    buf_init(&got, WIRE_MAX);
    buf_init(&want, WIRE_MAX);
    message_encode(&got, direction, message);
    wire_message(&want, type, data);
    CHECK(!got.failed);
    CHECK_EQ(got.length, want.length);
    CHECK(memcmp(got.data, want.data, want.length) == 0);
    buf_fini(&got);
    buf_fini(&want);
}

const char *wire_text(struct arena *arena, struct slice text)
{
    return text.bytes ? arena_strndup(arena, text.bytes, text.length) : NULL;
}
