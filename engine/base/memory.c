/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

void *mem_new(size_t size)
{
    return mem_array(1, size);
}

void *mem_array(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);

    if (!memory) {
        out_of_memory("an object");
    }
    return memory;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    void *memory = reallocarray(old, count ? count : 1, size ? size : 1);

    if (!memory) {
        out_of_memory("a growing array");
    }
    return memory;
}

char *mem_strdup(const char *text)
{
    return text ? mem_strndup(text, strlen(text)) : NULL;
}

/* Not by strndup(): the sanitizers' strict checks take what it is given for a whole string. */
char *mem_strndup(const char *text, size_t length)
{
    size_t kept = strnlen(text, length);
    char *copy = mem_new(kept + 1);

    memcpy(copy, text, kept);
    return copy;
}

char *mem_printf(const char *format, ...)
{
    char *text;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0) {
        out_of_memory("a string");
    }
    va_end(args);
    return text;
}
