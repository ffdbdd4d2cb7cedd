/* SPDX-License-Identifier: MIT */
#include "sim/format.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Stands before the text. 64 bits in memory of our own do not come about by chance. */
static const uint64_t mark = UINT64_C(0x6369636164612066);

struct formatted {
    uint64_t mark;
    const char *format;
    char text[];
};

const char *format_text(struct arena *arena, const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    size_t size = length < 0 ? 1 : (size_t)length + 1;
    struct formatted *formatted = arena_alloc(arena, sizeof(*formatted) + size);

    formatted->mark = mark;
    formatted->format = format;
    formatted->text[0] = '\0';
    vsnprintf(formatted->text, size, format, again);
    va_end(again);
    return formatted->text;
}

const char *format_of(const struct arena *arena, const char *text)
{
    struct formatted formatted;

    if (!text || !arena_owns(arena, text - sizeof(formatted))) {
        return NULL;
    }
    memcpy(&formatted, text - sizeof(formatted), sizeof(formatted));
    return formatted.mark == mark ? formatted.format : NULL;
}
