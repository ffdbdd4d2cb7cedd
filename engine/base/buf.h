/* SPDX-License-Identifier: MIT */
/*
 * buf.h - bytes that grow up to a fixed maximum. Passing the maximum or running out of memory sets
 * a sticky error: later writes do nothing, and the writer checks buf->failed once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Memory that buffers leave to later ones, so that a steady state allocates nothing. A zeroed stock
 * is empty and ready; it must outlive its buffers.
 */
struct buf_stock {
    struct buf_spare *free; /* the last one given back comes first: it is warm */
    size_t bytes;
};

void buf_stock_fini(struct buf_stock *stock); /* frees what it holds; it may be used again */

struct buf {
    /* read only for users of the type */
    char *data;    /* NUL terminated once anything was written; NULL before */
    size_t length; /* bytes, the NUL not counted */
    bool failed;
    /* private */
    size_t capacity, max;
    struct buf_stock *stock; /* may be NULL */
};

void buf_init(struct buf *buf, size_t max_bytes);
void buf_init_from(struct buf *buf, size_t max_bytes, struct buf_stock *stock);
void buf_fini(struct buf *buf);  /* a zeroed buf is fine */
void buf_clear(struct buf *buf); /* keeps the memory, clears the error */

void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char byte);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

const char *buf_text(const struct buf *buf); /* never NULL */
char *buf_take(struct buf *buf); /* owned by the caller, free(); the buf is empty again */

#endif
