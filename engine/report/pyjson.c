/* SPDX-License-Identifier: MIT */
#include "report/pyjson.h"

#include <stdint.h>
#include <string.h>

#include "base/pytext.h"
#include "report/utf8.h"

enum { INDENT = 4 };

void pyjson_newline(struct buf *out, size_t depth)
{
    buf_putc(out, '\n');
    for (size_t i = 0; i < INDENT * depth; i++) {
        buf_putc(out, ' ');
    }
}

static void add_character(struct buf *out, uint32_t c)
{
    static const char from[] = "\"\\\n\r\t\f\b", to[] = "\"\\nrtfb";
    const char *named = c && c < 0x80 ? strchr(from, (int)c) : NULL;

    if (named) {
        buf_printf(out, "\\%c", to[named - from]);
    } else if (c >= 0x20 && c < 0x7f) {
        buf_putc(out, (char)c);
    } else if (c < 0x10000) {
        /* Python lets DEL through, as it is ASCII. */
        buf_printf(out, c == 0x7f ? "%c" : "\\u%04x", c);
    } else {
        c -= 0x10000;
        buf_printf(out, "\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
    }
}

static void add_text(struct buf *out, const char *text, size_t length)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < length;) {
        uint32_t character;

        i += utf8_next(text + i, &character);
        add_character(out, character);
    }
    buf_putc(out, '"');
}

static void add_array(struct buf *out, const json_t *array, size_t depth)
{
    size_t i;
    const json_t *element;

    if (json_array_size(array) == 0) {
        buf_puts(out, "[]");
        return;
    }
    buf_putc(out, '[');
    json_array_foreach(array, i, element)
    {
        buf_puts(out, i > 0 ? "," : "");
        pyjson_newline(out, depth + 1);
        pyjson_add(out, element, depth + 1);
    }
    pyjson_newline(out, depth);
    buf_putc(out, ']');
}

static void add_object(struct buf *out, const json_t *object, size_t depth)
{
    /* jansson iterates through a const object by the same functions. */
    json_t *members = (json_t *)object, *value;
    const char *key, *separator = "";

    if (json_object_size(object) == 0) {
        buf_puts(out, "{}");
        return;
    }
    buf_putc(out, '{');
    json_object_foreach(members, key, value)
    {
        buf_puts(out, separator);
        separator = ",";
        pyjson_newline(out, depth + 1);
        add_text(out, key, strlen(key));
        buf_puts(out, ": ");
        pyjson_add(out, value, depth + 1);
    }
    pyjson_newline(out, depth);
    buf_putc(out, '}');
}

void pyjson_add(struct buf *out, const json_t *value, size_t depth)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        add_object(out, value, depth);
        break;
    case JSON_ARRAY:
        add_array(out, value, depth);
        break;
    case JSON_STRING:
        add_text(out, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        pytext_float(out, json_real_value(value));
        break;
    case JSON_TRUE:
        buf_puts(out, "true");
        break;
    case JSON_FALSE:
        buf_puts(out, "false");
        break;
    case JSON_NULL:
        buf_puts(out, "null");
        break;
    }
}
