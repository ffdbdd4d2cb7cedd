/* SPDX-License-Identifier: MIT */
/*
 * value.h - what a message is made of, decoded: texts, numbers, and trees of them for the parts
 * that scripts may fill with anything.
 *
 * Texts are borrowed from the received bytes or from the arena, are not terminated, and are valid
 * UTF-8 when they come from a decoder.
 */
#ifndef PROTO_VALUE_H
#define PROTO_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
    const char *bytes; /* NULL: no text at all, as opposed to an empty one */
    size_t length;
};

struct slice slice_of(const char *text); /* NULL is no text */
bool slice_is(struct slice slice, const char *text);

/* A yes or no that a peer may leave out. */
enum flag { FLAG_UNSAID, FLAG_NO, FLAG_YES };

/* Peers disagree on which numbers are integers, and some may be nil; re-encoding keeps the kind. */
enum number_kind { NUMBER_NIL, NUMBER_INT, NUMBER_FLOAT };

struct number {
    enum number_kind kind;
    int64_t integer; /* NUMBER_INT; unsigned numbers beyond its range are clamped to it */
    double real;     /* NUMBER_FLOAT */
};

struct number number_nil(void);
struct number number_int(int64_t integer);
struct number number_float(double real);

/* The fallback for nil, infinities and what is not a number. */
double number_double(struct number number, double fallback);
/* Rounded to the nearest, ties to even; clamped to the range of int64_t. */
int64_t number_int64(struct number number, int64_t fallback);

enum value_kind {
    VALUE_NIL,
    VALUE_BOOL,
    VALUE_INT,
    VALUE_FLOAT,
    VALUE_TEXT,
    VALUE_BYTES, /* msgpack's bin; where text is expected it is taken as text */
    VALUE_ARRAY,
    VALUE_MAP,
};

struct value {
    enum value_kind kind;
    bool boolean;
    int64_t integer;
    double real;
    struct slice text;         /* of bytes too */
    const struct value *items; /* VALUE_ARRAY: count; VALUE_MAP: key, value, key, value ... */
    size_t count;              /* of items, of pairs in a map */
};

/* The value under a text key, the last one if there are several; NULL if none or not a map. */
const struct value *value_get(const struct value *map, const char *key);

#endif
