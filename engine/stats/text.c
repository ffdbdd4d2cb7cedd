/* SPDX-License-Identifier: MIT */
/* text.c - cutting text between characters. */
#include "stats/text.h"

#include <string.h>

size_t text_cut(const char *text, size_t max)
{
    if (!text) {
        return 0;
    }
    size_t length = strnlen(text, max + 1);

    if (length <= max) {
        return length;
    }
    /* text[max] would be the first byte left out; a continuation byte there belongs to what is
     * before it. Four bytes are the longest character; other input is cut where it is. */
    for (size_t back = 0; back < 4 && back < max; back++) {
        if (((unsigned char)text[max - back] & 0xc0) != 0x80) {
            return max - back;
        }
    }
    return max;
}

size_t text_put(char *out, const char *text, size_t max)
{
    size_t length = text_cut(text, max);

    if (length) {
        memcpy(out, text, length);
    }
    out[length] = '\0';
    return length;
}
