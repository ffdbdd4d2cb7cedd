/* SPDX-License-Identifier: MIT */
#include "proto/reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <unistr.h>

static const struct value nothing = {.kind = VALUE_NIL};

void reader_init(struct reader *reader, const void *bytes, size_t length, size_t budget,
                 struct arena *arena, struct err *err)
{
    *reader = (struct reader){
        .err = err,
        .at = bytes,
        .end = (const unsigned char *)bytes + length,
        .arena = arena,
        .budget = budget,
    };
}

void reader_fail(struct reader *reader, const char *format, ...)
{
    if (!reader->failed) {
        va_list args;

        va_start(args, format);
        vsnprintf(reader->err->text, sizeof(reader->err->text), format, args);
        va_end(args);
        reader->failed = true;
    }
}

static size_t left(const struct reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

void reader_end(struct reader *reader)
{
    if (!reader->failed && left(reader) > 0) {
        reader_fail(reader, "%zu bytes follow the end", left(reader));
    }
}

void *reader_room(struct reader *reader, size_t *count, size_t size)
{
    if (*count > reader->budget / size) {
        reader_fail(reader, "it would take too much memory");
    }
    if (*count == 0 || reader->failed) {
        *count = 0;
        return NULL;
    }
    void *memory = arena_alloc(reader->arena, *count * size);

    reader->budget -= *count * size;
    return memset(memory, 0, *count * size);
}

/* ---- One value, without its items ------------------------------------------------------------ */

static bool has(struct reader *reader, size_t length)
{
    if (!reader->failed && length > left(reader)) {
        reader_fail(reader, "the bytes end too early");
    }
    return !reader->failed;
}

static uint64_t big_endian(struct reader *reader, size_t width)
{
    uint64_t number = 0;

    if (has(reader, width)) {
        for (size_t i = 0; i < width; i++) {
            number = number << 8 | *reader->at++;
        }
    }
    return number;
}

static bool is_utf8(struct slice text)
{
    return !u8_check((const uint8_t *)text.bytes, text.length);
}

static struct value text_of(struct reader *reader, enum value_kind kind, uint64_t length)
{
    struct value value = {.kind = kind};

    if (!has(reader, length)) {
        return nothing;
    }
    value.text = (struct slice){(const char *)reader->at, length};
    reader->at += length;
    if (kind == VALUE_TEXT && !is_utf8(value.text)) {
        reader_fail(reader, "a text is not UTF-8");
        return nothing;
    }
    return value;
}

/* Every item takes a byte at least, every pair two. */
static struct value items_of(struct reader *reader, enum value_kind kind, uint64_t count)
{
    uint64_t most = left(reader) / (kind == VALUE_MAP ? 2 : 1);

    if (!reader->failed && count > most) {
        reader_fail(reader, "the bytes end too early for %llu items", (unsigned long long)count);
    }
    return reader->failed ? nothing : (struct value){.kind = kind, .count = count};
}

static struct value extension(struct reader *reader, uint64_t length)
{
    if (has(reader, length + 1)) { /* its type comes first */
        reader->at += length + 1;
    }
    return nothing;
}

static struct value signed_of(struct reader *reader, size_t width)
{
    unsigned shift = (64 - 8 * (unsigned)width) & 63;
    uint64_t bits = big_endian(reader, width) << shift;

    return (struct value){.kind = VALUE_INT, .integer = (int64_t)bits >> shift};
}

static struct value unsigned_of(struct reader *reader, size_t width)
{
    uint64_t number = big_endian(reader, width);

    return (struct value){
        .kind = VALUE_INT,
        .integer = number > INT64_MAX ? INT64_MAX : (int64_t)number,
    };
}

static struct value float_of(struct reader *reader, size_t width)
{
    struct value value = {.kind = VALUE_FLOAT};
    uint64_t bits = big_endian(reader, width);

    if (width == sizeof(float)) {
        uint32_t half = (uint32_t)bits;
        float real;

        memcpy(&real, &half, sizeof(real));
        value.real = (double)real;
    } else {
        memcpy(&value.real, &bits, sizeof(value.real));
    }
    return value;
}

/* The first bytes c0 .. df; those below and above hold their number themselves. */
static struct value by_first_byte(struct reader *reader, unsigned first)
{
    if (first == 0xc0) {
        return nothing;
    }
    if (first == 0xc1) {
        reader_fail(reader, "a value starts with the byte c1");
        return nothing;
    }
    if (first <= 0xc3) {
        return (struct value){.kind = VALUE_BOOL, .boolean = first == 0xc3};
    }
    if (first <= 0xc6) {
        return text_of(reader, VALUE_BYTES, big_endian(reader, 1u << (first - 0xc4)));
    }
    if (first <= 0xc9) {
        return extension(reader, big_endian(reader, 1u << (first - 0xc7)));
    }
    if (first <= 0xcb) {
        return float_of(reader, first == 0xca ? sizeof(float) : sizeof(double));
    }
    if (first <= 0xcf) {
        return unsigned_of(reader, 1u << (first - 0xcc));
    }
    if (first <= 0xd3) {
        return signed_of(reader, 1u << (first - 0xd0));
    }
    if (first <= 0xd8) {
        return extension(reader, 1u << (first - 0xd4));
    }
    if (first <= 0xdb) {
        return text_of(reader, VALUE_TEXT, big_endian(reader, 1u << (first - 0xd9)));
    }
    return items_of(
        reader, first <= 0xdd ? VALUE_ARRAY : VALUE_MAP, big_endian(reader, first & 1 ? 4 : 2));
}

struct value reader_next(struct reader *reader)
{
    if (!has(reader, 1)) {
        return nothing;
    }
    unsigned first = *reader->at++;
    struct value value = nothing;

    if (first < 0x80) {
        value = (struct value){.kind = VALUE_INT, .integer = first};
    } else if (first < 0x90) {
        value = items_of(reader, VALUE_MAP, first & 0x0f);
    } else if (first < 0xa0) {
        value = items_of(reader, VALUE_ARRAY, first & 0x0f);
    } else if (first < 0xc0) {
        value = text_of(reader, VALUE_TEXT, first & 0x1f);
    } else if (first < 0xe0) {
        value = by_first_byte(reader, first);
    } else {
        value = (struct value){.kind = VALUE_INT, .integer = (int64_t)first - 0x100};
    }
    return reader->failed ? nothing : value;
}

enum value_kind reader_kind(const struct reader *reader)
{
    if (reader->failed || left(reader) == 0) {
        return VALUE_NIL;
    }
    unsigned first = *reader->at;

    if (first < 0xc0) {
        return first < 0x80   ? VALUE_INT
               : first < 0x90 ? VALUE_MAP
               : first < 0xa0 ? VALUE_ARRAY
                              : VALUE_TEXT;
    }
    return first <= 0xc1   ? VALUE_NIL
           : first <= 0xc3 ? VALUE_BOOL
           : first <= 0xc6 ? VALUE_BYTES
           : first <= 0xc9 ? VALUE_NIL
           : first <= 0xcb ? VALUE_FLOAT
           : first <= 0xd3 ? VALUE_INT
           : first <= 0xd8 ? VALUE_NIL
           : first <= 0xdb ? VALUE_TEXT
           : first <= 0xdd ? VALUE_ARRAY
           : first <= 0xdf ? VALUE_MAP
                           : VALUE_INT;
}

/* ---- Trees ----------------------------------------------------------------------------------- */

static size_t items(const struct value *value)
{
    return value->kind == VALUE_MAP ? 2 * value->count : value->count;
}

static bool descend(struct reader *reader)
{
    if (reader->depth >= READER_DEPTH) {
        reader_fail(reader, "arrays and maps lie more than %d deep", READER_DEPTH);
    }
    reader->depth++;
    return !reader->failed;
}

void reader_skip(struct reader *reader)
{
    struct value value = reader_next(reader);
    size_t count = items(&value);

    if (count > 0 && descend(reader)) {
        for (size_t i = 0; i < count && !reader->failed; i++) {
            reader_skip(reader);
        }
        reader->depth--;
    }
}

static void read_tree(struct reader *reader, struct value *value)
{
    *value = reader_next(reader);
    size_t count = items(value);

    if (count == 0) {
        return;
    }
    struct value *inner = descend(reader) ? reader_room(reader, &count, sizeof(*inner)) : NULL;

    if (!inner) {
        *value = nothing;
        return;
    }
    value->items = inner;
    for (size_t i = 0; i < count && !reader->failed; i++) {
        read_tree(reader, &inner[i]);
    }
    reader->depth--;
}

const struct value *reader_value(struct reader *reader)
{
    size_t one = 1;
    struct value *value = reader_room(reader, &one, sizeof(*value));

    if (!value) {
        return &nothing;
    }
    read_tree(reader, value);
    return value;
}

/* ---- Values of one kind ---------------------------------------------------------------------- */

struct slice reader_text(struct reader *reader, const char *what)
{
    struct value value = reader_next(reader);
    struct slice none = {NULL, 0};

    if (reader->failed) {
        return none;
    }
    if (value.kind != VALUE_TEXT && (value.kind != VALUE_BYTES || !is_utf8(value.text))) {
        reader_fail(reader, "%s is no text", what);
        return none;
    }
    return value.text;
}

struct slice reader_key(struct reader *reader)
{
    enum value_kind kind = reader_kind(reader);

    if (kind == VALUE_TEXT || kind == VALUE_BYTES) {
        return reader_text(reader, "a key");
    }
    reader_skip(reader);
    return (struct slice){NULL, 0};
}

/*
 * A number in the forms that most of a report's numbers have, thousands of them: without the value
 * in between that can hold anything. False if it has another form; nothing was read then.
 */
static bool read_small(struct reader *reader, int64_t *number)
{
    if (reader->failed || left(reader) == 0) {
        return false;
    }
    unsigned first = *reader->at;
    size_t width = first < 0x80 ? 0 : first >= 0xcc && first <= 0xce ? 1u << (first - 0xcc) : 8;

    if (width == 8 || left(reader) <= width) {
        return false;
    }
    reader->at++;
    *number = width == 0 ? (int64_t)first : (int64_t)big_endian(reader, width);
    return true;
}

struct number reader_number(struct reader *reader, const char *what)
{
    int64_t small;

    if (read_small(reader, &small)) {
        return number_int(small);
    }
    struct value value = reader_next(reader);

    if (value.kind == VALUE_INT) {
        return number_int(value.integer);
    }
    if (value.kind == VALUE_FLOAT && isfinite(value.real)) {
        return number_float(value.real);
    }
    if (value.kind != VALUE_NIL) {
        reader_fail(reader, "%s is no number", what);
    }
    return number_nil();
}

static struct number some_number(struct reader *reader, const char *what)
{
    struct number number = reader_number(reader, what);

    if (number.kind == NUMBER_NIL) {
        reader_fail(reader, "%s is no number", what);
    }
    return number;
}

double reader_double(struct reader *reader, const char *what)
{
    return number_double(some_number(reader, what), 0);
}

int64_t reader_count(struct reader *reader, const char *what)
{
    int64_t small;

    if (read_small(reader, &small)) {
        return small;
    }
    int64_t count = number_int64(some_number(reader, what), 0);

    if (count < 0) {
        reader_fail(reader, "%s is negative (%lld)", what, (long long)count);
        return 0;
    }
    return count;
}

size_t reader_array(struct reader *reader, const char *what)
{
    struct value value = reader_next(reader);

    if (value.kind != VALUE_ARRAY) {
        reader_fail(reader, "%s is no array", what);
    }
    return value.count;
}

size_t reader_map(struct reader *reader, const char *what)
{
    struct value value = reader_next(reader);

    if (value.kind != VALUE_MAP) {
        reader_fail(reader, "%s is no map", what);
        return 0;
    }
    return value.count;
}
