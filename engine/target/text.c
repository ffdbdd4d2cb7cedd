/* SPDX-License-Identifier: MIT */
/* Conversions between bytes and the texts HTTP carries. */
#include "target/text.h"

#include <ctype.h>
#include <string.h>

#include "base/ensure.h"

void text_add_escaped(struct buf *out, const char *text, const char *keep)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if ((byte < 0x80 && isalnum(byte)) || strchr("-._~", byte) || strchr(keep, byte)) {
            buf_putc(out, *text);
        } else {
            buf_printf(out, "%%%02X", byte);
        }
    }
}

void text_add_base64(struct buf *out, const void *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = bytes;

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned group = (unsigned)in[i] << 16;

        group |= left > 1 ? (unsigned)in[i + 1] << 8 : 0;
        group |= left > 2 ? in[i + 2] : 0;
        const char quad[4] = {
            digits[group >> 18],
            digits[group >> 12 & 63],
            left > 1 ? digits[group >> 6 & 63] : '=',
            left > 2 ? digits[group & 63] : '=',
        };
        buf_add(out, quad, sizeof(quad));
    }
}

void text_title_case(char *name)
{
    bool first = true;

    for (; *name; name++) {
        *name = (char)(first ? toupper((unsigned char)*name) : tolower((unsigned char)*name));
        first = *name == '-';
    }
}

json_t *text_json(const char *bytes, size_t length)
{
    json_t *node = json_stringn(bytes, length);

    if (node) {
        return node;
    }
    struct buf utf8;

    buf_init(&utf8, length * 2);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte >= 0x80) {
            buf_putc(&utf8, (char)(0xc0 | byte >> 6));
            byte = 0x80 | (byte & 0x3f);
        }
        buf_putc(&utf8, (char)byte);
    }
    node = json_stringn(utf8.data, utf8.length);
    buf_fini(&utf8);
    ENSURE(node);
    return node;
}

bool text_number(const char *text, unsigned long max, unsigned long *number)
{
    unsigned long value = 0;

    if (*text == '\0') {
        return false;
    }
    for (; *text; text++) {
        if (!isdigit((unsigned char)*text)) {
            return false;
        }
        unsigned long digit = (unsigned long)(*text - '0');

        if (digit > max || value > (max - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

void text_json_append(json_t *object, const char *key, json_t *value)
{
    json_t *name = text_json(key, strlen(key)); /* the key may not be UTF-8 either */
    json_t *old;

    key = json_string_value(name);
    old = json_object_get(object, key);
    if (!old) {
        json_object_set_new(object, key, value);
    } else if (json_is_array(old)) {
        json_array_append_new(old, value);
    } else {
        json_t *list = json_array();

        json_array_append(list, old);
        json_array_append_new(list, value);
        json_object_set_new(object, key, list);
    }
    json_decref(name);
}
