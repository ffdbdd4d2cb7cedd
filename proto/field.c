/* SPDX-License-Identifier: MIT */
#include "proto/field.h"

#include <math.h>

#include "base/ensure.h"
#include "proto/writer.h"

/* Peers mostly send the keys in the table's order, so the search starts after the last one. */
static size_t find(const struct field *fields, size_t count, size_t start, struct slice key)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = start + i < count ? start + i : start + i - count;

        if (slice_is(key, fields[at].key)) {
            return at;
        }
    }
    return count;
}

static void read_field(struct reader *reader, const struct field *field, void *object)
{
    void *part = (char *)object + field->offset;

    if (field->read) {
        field->read(reader, part, field->key);
        return;
    }
    switch (field->kind) {
    case FIELD_TEXT:
        *(struct slice *)part = reader_text(reader, field->key);
        break;
    case FIELD_BYTES:
        if (reader_kind(reader) == VALUE_BYTES) {
            *(struct slice *)part = reader_next(reader).text;
        } else {
            reader_skip(reader);
        }
        break;
    case FIELD_NUMBER:
        *(struct number *)part = reader_number(reader, field->key);
        break;
    case FIELD_SENSOR:
        if (reader_kind(reader) == VALUE_INT) {
            *(struct number *)part = reader_number(reader, field->key);
        } else if (reader_kind(reader) == VALUE_FLOAT) {
            double real = reader_next(reader).real;

            *(struct number *)part = isfinite(real) ? number_float(real) : number_nil();
        } else {
            reader_skip(reader);
        }
        break;
    case FIELD_DOUBLE:
        *(double *)part = reader_double(reader, field->key);
        break;
    case FIELD_TREE:
        *(const struct value **)part = reader_value(reader);
        break;
    case FIELD_COUNT:
        *(int64_t *)part = reader_count(reader, field->key);
        break;
    case FIELD_FLAG:
        if (reader_kind(reader) == VALUE_BOOL) {
            *(enum flag *)part = reader_next(reader).boolean ? FLAG_YES : FLAG_NO;
        } else {
            reader_skip(reader);
        }
        break;
    case FIELD_PART:
        reader_skip(reader);
        break;
    }
}

void fields_read(struct reader *reader, const char *what, const struct field *fields, size_t count,
                 void *object)
{
    size_t pairs = reader_map(reader, what), next = 0;
    uint32_t seen = 0;

    ENSURE(count <= 32);
    for (size_t i = 0; i < pairs && !reader->failed; i++) {
        size_t at = find(fields, count, next, reader_key(reader));

        if (at == count || reader_kind(reader) == VALUE_NIL) {
            reader_skip(reader);
        } else {
            read_field(reader, &fields[at], object);
            seen |= UINT32_C(1) << at;
            next = at + 1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if ((fields[i].flags & FIELD_REQUIRED) && !(seen >> i & 1)) {
            reader_fail(reader, "%s is missing", fields[i].key);
        }
    }
}

static bool is_written(const struct field *field, const void *part)
{
    if (field->flags & FIELD_READ_ONLY) {
        return false;
    }
    if (!(field->flags & FIELD_OPTIONAL)) {
        return true;
    }
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_BYTES:
        return ((const struct slice *)part)->bytes != NULL;
    case FIELD_NUMBER:
    case FIELD_SENSOR:
        return ((const struct number *)part)->kind != NUMBER_NIL;
    case FIELD_TREE:
        return *(const struct value *const *)part != NULL;
    case FIELD_COUNT:
        return *(const int64_t *)part >= 0;
    case FIELD_FLAG:
        return *(const enum flag *)part != FLAG_UNSAID;
    case FIELD_DOUBLE:
    case FIELD_PART:
        break;
    }
    return true;
}

static void write_field(struct buf *out, const struct field *field, const void *part)
{
    switch (field->kind) {
    case FIELD_TEXT:
        writer_text(out, *(const struct slice *)part);
        break;
    case FIELD_BYTES:
        writer_bytes(out, *(const struct slice *)part);
        break;
    case FIELD_NUMBER:
    case FIELD_SENSOR:
        writer_number(out, *(const struct number *)part);
        break;
    case FIELD_DOUBLE:
        writer_double(out, *(const double *)part);
        break;
    case FIELD_TREE:
        writer_value(out, *(const struct value *const *)part);
        break;
    case FIELD_COUNT:
        writer_int(out, *(const int64_t *)part);
        break;
    case FIELD_FLAG:
        writer_bool(out, *(const enum flag *)part == FLAG_YES);
        break;
    case FIELD_PART:
        field->write(out, part);
        break;
    }
}

void fields_write(struct buf *out, const struct field *fields, size_t count, const void *object)
{
    fields_write_more(out, fields, count, object, NULL);
}

void fields_write_more(struct buf *out, const struct field *fields, size_t count,
                       const void *object, const struct value *more)
{
    size_t written = more ? more->count : 0;

    for (size_t i = 0; i < count; i++) {
        written += is_written(&fields[i], (const char *)object + fields[i].offset);
    }
    writer_map(out, written);
    for (size_t i = 0; i < count; i++) {
        const void *part = (const char *)object + fields[i].offset;

        if (is_written(&fields[i], part)) {
            writer_key(out, fields[i].key);
            write_field(out, &fields[i], part);
        }
    }
    for (size_t i = 0; more && i < 2 * more->count; i++) {
        writer_value(out, &more->items[i]);
    }
}
