/* SPDX-License-Identifier: MIT */
#include "proto/writer.h"

#include <msgpack/pack.h>

static int append(void *out, const char *bytes, size_t length)
{
    buf_add(out, bytes, length);
    return 0;
}

static msgpack_packer packer(struct buf *out)
{
    return (msgpack_packer){.data = out, .callback = append};
}

void writer_nil(struct buf *out)
{
    msgpack_packer to = packer(out);

    msgpack_pack_nil(&to);
}

void writer_bool(struct buf *out, bool boolean)
{
    msgpack_packer to = packer(out);

    if (boolean) {
        msgpack_pack_true(&to);
    } else {
        msgpack_pack_false(&to);
    }
}

void writer_int(struct buf *out, int64_t integer)
{
    msgpack_packer to = packer(out);

    msgpack_pack_int64(&to, integer);
}

void writer_double(struct buf *out, double real)
{
    msgpack_packer to = packer(out);

    msgpack_pack_double(&to, real);
}

void writer_number(struct buf *out, struct number number)
{
    switch (number.kind) {
    case NUMBER_NIL:
        writer_nil(out);
        break;
    case NUMBER_INT:
        writer_int(out, number.integer);
        break;
    case NUMBER_FLOAT:
        writer_double(out, number.real);
        break;
    }
}

void writer_text(struct buf *out, struct slice text)
{
    msgpack_packer to = packer(out);

    if (text.bytes) {
        msgpack_pack_str(&to, text.length);
        msgpack_pack_str_body(&to, text.bytes, text.length);
    } else {
        msgpack_pack_nil(&to);
    }
}

void writer_bytes(struct buf *out, struct slice bytes)
{
    msgpack_packer to = packer(out);

    msgpack_pack_bin(&to, bytes.length);
    msgpack_pack_bin_body(&to, bytes.bytes, bytes.length);
}

void writer_key(struct buf *out, const char *key)
{
    writer_text(out, slice_of(key));
}

void writer_array(struct buf *out, size_t count)
{
    msgpack_packer to = packer(out);

    msgpack_pack_array(&to, count);
}

void writer_map(struct buf *out, size_t count)
{
    msgpack_packer to = packer(out);

    msgpack_pack_map(&to, count);
}

static void items(struct buf *out, const struct value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        writer_value(out, &values[i]);
    }
}

void writer_value(struct buf *out, const struct value *value)
{
    switch (value ? value->kind : VALUE_NIL) {
    case VALUE_NIL:
        writer_nil(out);
        break;
    case VALUE_BOOL:
        writer_bool(out, value->boolean);
        break;
    case VALUE_INT:
        writer_int(out, value->integer);
        break;
    case VALUE_FLOAT:
        writer_double(out, value->real);
        break;
    case VALUE_TEXT:
        writer_text(out, value->text);
        break;
    case VALUE_BYTES:
        writer_bytes(out, value->text);
        break;
    case VALUE_ARRAY:
        writer_array(out, value->count);
        items(out, value->items, value->count);
        break;
    case VALUE_MAP:
        writer_map(out, value->count);
        items(out, value->items, 2 * value->count);
        break;
    }
}
