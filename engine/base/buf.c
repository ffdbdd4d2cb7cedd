/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    FIRST_BYTES = 64,
    SPARE_BYTES = 1024,            /* the smallest a stock holds */
    SPARE_BYTES_MAX = 64 * 1024,   /* the largest */
    STOCK_BYTES_MAX = 4096 * 1024, /* in all */
};

/* Lies in the memory it speaks of. */
struct buf_spare {
    struct buf_spare *next; /* buf_stock.free */
    size_t capacity;
};

void buf_stock_fini(struct buf_stock *stock)
{
    while (stock->free) {
        struct buf_spare *next = stock->free->next;

        free(stock->free);
        stock->free = next;
    }
    stock->bytes = 0;
}

void buf_init(struct buf *buf, size_t max_bytes)
{
    buf_init_from(buf, max_bytes, NULL);
}

void buf_init_from(struct buf *buf, size_t max_bytes, struct buf_stock *stock)
{
    *buf = (struct buf){.max = max_bytes, .stock = stock};
}

void buf_fini(struct buf *buf)
{
    struct buf_stock *stock = buf->stock;

    if (stock && buf->capacity >= SPARE_BYTES && buf->capacity <= SPARE_BYTES_MAX &&
        stock->bytes + buf->capacity <= STOCK_BYTES_MAX) {
        struct buf_spare *spare = (struct buf_spare *)(void *)buf->data;

        spare->next = stock->free;
        spare->capacity = buf->capacity;
        stock->free = spare;
        stock->bytes += buf->capacity;
    } else {
        free(buf->data);
    }
    buf_init_from(buf, buf->max, stock);
}

static void take_spare(struct buf *buf)
{
    struct buf_spare *spare = buf->stock->free;

    buf->stock->free = spare->next;
    buf->stock->bytes -= spare->capacity;
    buf->capacity = spare->capacity;
    buf->data = (char *)spare;
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

    if (!buf->data && buf->stock && buf->stock->free) {
        take_spare(buf);
    }
    if (needed <= buf->capacity) {
        return true;
    }
    size_t first = buf->stock ? SPARE_BYTES : FIRST_BYTES;
    size_t capacity = buf->capacity ? buf->capacity * 2 : first;

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

    buf_init_from(buf, buf->max, buf->stock);
    return data;
}
