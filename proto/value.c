/* SPDX-License-Identifier: MIT */
#include "proto/value.h"

#include <math.h>
#include <string.h>

struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

bool slice_is(struct slice slice, const char *text)
{
    return slice.bytes && strlen(text) == slice.length &&
           memcmp(slice.bytes, text, slice.length) == 0;
}

struct number number_nil(void)
{
    return (struct number){.kind = NUMBER_NIL};
}

struct number number_int(int64_t integer)
{
    return (struct number){.kind = NUMBER_INT, .integer = integer};
}

struct number number_float(double real)
{
    return (struct number){.kind = NUMBER_FLOAT, .real = real};
}

double number_double(struct number number, double fallback)
{
    switch (number.kind) {
    case NUMBER_NIL:
        break;
    case NUMBER_INT:
        return (double)number.integer;
    case NUMBER_FLOAT:
        return isfinite(number.real) ? number.real : fallback;
    }
    return fallback;
}

int64_t number_int64(struct number number, int64_t fallback)
{
    if (number.kind == NUMBER_INT) {
        return number.integer;
    }
    if (number.kind == NUMBER_NIL || !isfinite(number.real)) {
        return fallback;
    }
    /* 2^63 is a double, INT64_MAX is not. */
    if (number.real >= 0x1p63) {
        return INT64_MAX;
    }
    return number.real <= -0x1p63 ? INT64_MIN : llrint(number.real);
}

const struct value *value_get(const struct value *map, const char *key)
{
    if (!map || map->kind != VALUE_MAP) {
        return NULL;
    }
    for (size_t i = map->count; i > 0; i--) {
        const struct value *pair = &map->items[2 * (i - 1)];
        bool text = pair->kind == VALUE_TEXT || pair->kind == VALUE_BYTES;

        if (text && slice_is(pair->text, key)) {
            return pair + 1;
        }
    }
    return NULL;
}
