/* SPDX-License-Identifier: MIT */
#include "report/text_table.h"

#include <stdbool.h>
#include <stdint.h>

#include "report/utf8.h"

static bool harmful(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == UTF8_BAD;
}

static size_t escape(struct buf *out, uint32_t c, char byte)
{
    static const char letters[] = "tn  r"; /* 9, 10, 13 */
    size_t before = out->length;

    if (c == '\t' || c == '\n' || c == '\r') {
        buf_printf(out, "\\%c", letters[c - '\t']);
    } else if (c == UTF8_BAD || c < 0x100) {
        buf_printf(out, "\\x%02x", c == UTF8_BAD ? (unsigned char)byte : c);
    } else {
        buf_printf(out, "\\u%04x", c);
    }
    return out->length - before;
}

size_t table_plain(struct buf *out, const char *text)
{
    size_t characters = 0;

    while (*text) {
        uint32_t character;
        size_t length = utf8_next(text, &character);

        if (harmful(character)) {
            characters += escape(out, character, *text);
        } else {
            buf_add(out, text, length);
            characters++;
        }
        text += length;
    }
    return characters;
}

void table_cell(struct buf *out, const char *text, size_t width)
{
    for (size_t used = table_plain(out, text); used < width; used++) {
        buf_putc(out, ' ');
    }
}

void table_dashes(struct buf *out, size_t count)
{
    while (count-- > 0) {
        buf_putc(out, '-');
    }
}

void table_print(FILE *stream, const struct buf *lines)
{
    fwrite(buf_text(lines), 1, lines->length, stream);
    fflush(stream);
}
