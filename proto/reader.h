/* SPDX-License-Identifier: MIT */
/*
 * reader.h - pulls msgpack values from received bytes, one after the other.
 *
 * The first failure is kept: err gets its sentence, and from then on every function returns
 * nothing, zero or empty, so that only loops need to look at reader->failed.
 *
 * We don't read with msgpack-c's own unpacker: it believes the counts it is sent (five bytes make
 * it reserve 96 GB) and builds a tree of everything before one can look at anything. Here a count
 * is compared with the bytes that are left, memory has a budget, and fields go straight to where
 * they belong. Texts are checked to be UTF-8, those that are skipped included. An extension type
 * reads as nil.
 *
 * "what" names the value in a sentence: "what is no number".
 */
#ifndef PROTO_READER_H
#define PROTO_READER_H

#include "base/arena.h"
#include "base/err.h"
#include "proto/value.h"

enum { READER_DEPTH = 32 }; /* of arrays and maps within what reader_value() or _skip() read */

struct reader {
    /* read only for users of the type */
    bool failed;
    struct err *err;
    /* private */
    const unsigned char *at, *end;
    struct arena *arena;
    size_t budget; /* bytes of memory that may still be taken */
    unsigned depth;
};

void reader_init(struct reader *reader, const void *bytes, size_t length, size_t budget,
                 struct arena *arena, struct err *err);
void reader_fail(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void reader_end(struct reader *reader); /* fails if bytes are left */

/* Room for so many items of that size, zeroed. NULL if there are none; *count is 0 then, also when
 * the budget does not suffice. */
void *reader_room(struct reader *reader, size_t *count, size_t size);

enum value_kind reader_kind(const struct reader *reader); /* of the next value; nil at the end */

/* Nil, or a value without its items: an array or map has a count that the bytes left can hold. */
struct value reader_next(struct reader *reader);
void reader_skip(struct reader *reader);                           /* with all that is in it */
const struct value *reader_value(struct reader *reader);           /* the whole tree; never NULL */
struct slice reader_text(struct reader *reader, const char *what); /* bytes too, if UTF-8 */
struct slice reader_key(struct reader *reader); /* any other key is skipped and is no text */

/* Finite; a float keeps its kind. Nil is nil. */
struct number reader_number(struct reader *reader, const char *what);
double reader_double(struct reader *reader, const char *what);
int64_t reader_count(struct reader *reader, const char *what); /* 0 and up; floats are rounded */

size_t reader_array(struct reader *reader, const char *what); /* the items follow */
size_t reader_map(struct reader *reader, const char *what); /* key, value, key, value ... follow */

#endif
