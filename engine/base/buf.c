/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void buf_init(struct buf *buf, size_t max_bytes)
{
    *buf = (struct buf){.max = max_bytes};
}

void buf_fini(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){.max = buf->max};
}

void buf_clear(struct buf *buf)
{
    buf->length = 0;
    buf->failed = false;
    if (buf->data) {
        buf->data[0] = '\0';
    }
}

/* Makes room for extra bytes and a NUL. */
static bool reserve(struct buf *buf, size_t extra)
{
    if (buf->failed) {
        return false;
    }
    if (extra > buf->max - buf->length) {
        buf->failed = true;
        return false;
    }
    size_t needed = buf->length + extra + 1;

    if (needed <= buf->capacity) {
        return true;
    }
    size_t capacity = buf->capacity ? buf->capacity * 2 : 64;

    if (capacity < needed) {
        capacity = needed;
    }
    if (capacity > buf->max + 1) {
        capacity = buf->max + 1;
    }
    char *data = realloc(buf->data, capacity);

    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
    if (reserve(buf, length)) {
        if (length > 0) {
            memcpy(buf->data + buf->length, bytes, length);
        }
        buf->length += length;
        buf->data[buf->length] = '\0';
    }
}

void buf_puts(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char byte)
{
    buf_add(buf, &byte, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);

    va_end(args);
    if (length < 0) {
        buf->failed = true;
    } else if (reserve(buf, (size_t)length)) {
        vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

const char *buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
    char *data = buf->data ? buf->data : mem_strdup("");

    *buf = (struct buf){.max = buf->max};
    return data;
}
