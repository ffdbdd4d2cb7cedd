/* SPDX-License-Identifier: MIT */
/*
 * writer.h - appends msgpack values to a buffer as Python's msgpack writes them: integers in the
 * shortest form, unsigned when not negative; floats with 64 bits; text as str. Too much shows as
 * out->failed.
 */
#ifndef PROTO_WRITER_H
#define PROTO_WRITER_H

#include "base/buf.h"
#include "proto/value.h"

void writer_nil(struct buf *out);
void writer_bool(struct buf *out, bool boolean);
void writer_int(struct buf *out, int64_t integer);
void writer_double(struct buf *out, double real);
void writer_number(struct buf *out, struct number number);
void writer_text(struct buf *out, struct slice text); /* no text is nil */
void writer_bytes(struct buf *out, struct slice bytes);
void writer_key(struct buf *out, const char *key);
void writer_array(struct buf *out, size_t count); /* the items are to follow */
void writer_map(struct buf *out, size_t count);   /* key, value, key, value ... are to follow */
void writer_value(struct buf *out, const struct value *value); /* NULL is nil */

#endif
