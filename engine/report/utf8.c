/* SPDX-License-Identifier: MIT */
#include "report/utf8.h"

#include <stdbool.h>

static size_t length_of(unsigned char first)
{
    return first < 0x80   ? 1
           : first < 0xc0 ? 0
           : first < 0xe0 ? 2
           : first < 0xf0 ? 3
           : first < 0xf8 ? 4
                          : 0;
}

size_t utf8_next(const char *text, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = length_of(bytes[0]);
    uint32_t value = length > 1 ? bytes[0] & (0x7fu >> length) : bytes[0];
    bool good = length > 0;

    for (size_t i = 1; good && i < length; i++) {
        good = (bytes[i] & 0xc0) == 0x80; /* a NUL ends it here */
        value = value << 6 | (bytes[i] & 0x3f);
    }
    bool surrogate = value >= 0xd800 && value < 0xe000;

    good = good && value >= least[length] && value <= 0x10ffff && !surrogate;
    *character = good ? value : UTF8_BAD;
    return good ? length : 1;
}

void utf8_add(struct buf *out, const char *text)
{
    while (*text) {
        uint32_t character;
        size_t length = utf8_next(text, &character);

        if (character == UTF8_BAD) {
            buf_puts(out, "\xef\xbf\xbd");
        } else {
            buf_add(out, text, length);
        }
        text += length;
    }
}
