/* SPDX-License-Identifier: MIT */
/* Answers no proper server would give. */
#include "target/fault_bytes.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "base/rng.h"
#include "target/fault_plan.h"

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static void add_filling(struct buf *out, char byte, size_t count)
{
    char filling[1024];

    memset(filling, byte, sizeof(filling));
    while (count > 0) {
        size_t length = count < sizeof(filling) ? count : sizeof(filling);

        buf_add(out, filling, length);
        count -= length;
    }
}

void fault_build_cut_body(struct buf *out)
{
    buf_printf(out, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", FAULT_ANNOUNCED_BYTES);
    add_filling(out, 'x', FAULT_SENT_BYTES);
}

void fault_build_longer(struct buf *out)
{
    buf_printf(out, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", FAULT_SENT_BYTES);
    add_filling(out, 'x', FAULT_SENT_BYTES);
    buf_puts(out, "junk that no one asked for\r\n\r\n");
}

void fault_build_drip(struct buf *out)
{
    buf_printf(out, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", FAULT_DRIP_BYTES);
    add_filling(out, '.', FAULT_DRIP_BYTES);
}

/* Neither text nor a line. */
void fault_build_garbage(struct buf *out)
{
    struct rng rng;

    rng_seed(&rng, 9);
    for (int i = 0; i < 2000; i++) {
        buf_putc(out, (char)(0x80 | rng_below(&rng, 0x80)));
    }
}

void fault_build_http09(struct buf *out)
{
    buf_puts(out, "<html>an answer from before there were headers</html>\n");
}

void fault_build_huge_header(struct buf *out)
{
    buf_puts(out, "HTTP/1.1 200 OK\r\nX-Huge: ");
    add_filling(out, 'x', FAULT_HEADER_BYTES);
    buf_puts(out, "\r\nContent-Length: 2\r\n\r\nok");
}

void fault_build_many_headers(struct buf *out)
{
    buf_puts(out, "HTTP/1.1 200 OK\r\n");
    for (unsigned i = 0; i < FAULT_HEADERS; i++) {
        buf_printf(out, "X-Header-%05u: value of the header\r\n", i);
    }
    buf_puts(out, "Content-Length: 2\r\n\r\nok");
}

/* What is repeated is 64 bytes long, so that FAULT_REPEAT_BYTES holds it a number of times. */
#define REPEATED_BYTES 64U

static void add_repeated(struct buf *out, const char text[REPEATED_BYTES + 1])
{
    _Static_assert(FAULT_REPEAT_BYTES % REPEATED_BYTES == 0, "none is cut");
    for (size_t i = 0; i < FAULT_REPEAT_BYTES; i += REPEATED_BYTES) {
        buf_add(out, text, REPEATED_BYTES);
    }
}

void fault_build_endless_header(struct buf *out)
{
    buf_puts(out, "HTTP/1.1 200 OK\r\n");
    add_repeated(out, "X-More: 012345678901234567890123456789012345678901234567890123\r\n");
}

/* Without a header field: only status lines and empty ones. */
void fault_build_endless_continue(struct buf *out)
{
    add_repeated(out, "HTTP/1.1 100 Continue and continue and continue and continue\r\n\r\n");
}

void fault_build_bad_chunk(struct buf *out)
{
    buf_puts(out, CHUNKED "5\r\nfirst\r\nnot a number\r\nsecond\r\n0\r\n\r\n");
}

void fault_build_huge_chunk_size(struct buf *out)
{
    buf_puts(out, CHUNKED "FFFFFFFFFFFFFFFFFFFFFFFF\r\nbut only this\r\n0\r\n\r\n");
}

void fault_build_unterminated_chunks(struct buf *out)
{
    buf_puts(out, CHUNKED "5\r\nfirst\r\n6\r\nsecond\r\n");
}

void fault_build_tiny_chunks(struct buf *out)
{
    buf_puts(out, CHUNKED);
    for (unsigned i = 0; i < FAULT_TINY_CHUNKS; i++) {
        buf_printf(out, "1\r\n%c\r\n", 'a' + (char)(i % 26));
    }
    buf_puts(out, "0\r\n\r\n");
}

static void add_little_endian(struct buf *out, uint32_t number)
{
    for (int shift = 0; shift < 32; shift += 8) {
        buf_putc(out, (char)(number >> shift & 0xff));
    }
}

static const char gzip_header[10] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

/*
 * 1 GiB of zeros. Deflating that much takes seconds; but after a full flush a block depends on
 * nothing before it, so one MiB is deflated once and its block repeated.
 */
static void add_bomb(struct buf *out)
{
    const size_t piece = (size_t)1 << 20;
    const uint64_t pieces = FAULT_BOMB_BYTES / piece;
    unsigned char *zeros = mem_array(piece, 1);
    unsigned char packed[8192];
    z_stream stream = {.next_in = zeros,
                       .avail_in = (unsigned)piece,
                       .next_out = packed,
                       .avail_out = sizeof(packed)};

    ENSURE(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    ENSURE(deflate(&stream, Z_FULL_FLUSH) == Z_OK && stream.avail_in == 0 && stream.avail_out > 0);
    size_t block = stream.total_out;
    uLong piece_crc = crc32(0, zeros, (unsigned)piece), crc = 0;

    deflateEnd(&stream);
    free(zeros);
    buf_add(out, gzip_header, sizeof(gzip_header));
    for (uint64_t i = 0; i < pieces; i++) {
        buf_add(out, packed, block);
        crc = crc32_combine(crc, piece_crc, (z_off_t)piece);
    }
    buf_add(out, "\x03\x00", 2); /* an empty last block */
    add_little_endian(out, (uint32_t)crc);
    add_little_endian(out, (uint32_t)FAULT_BOMB_BYTES);
}

static void add_gzip_answer(struct buf *out, const struct buf *body)
{
    buf_printf(out,
               "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
               "Content-Length: %zu\r\n\r\n",
               body->length);
    buf_add(out, body->data, body->length);
}

void fault_build_gzip_bomb(struct buf *out)
{
    struct buf body;

    buf_init(&body, FAULT_FIXED_MAX_BYTES);
    add_bomb(&body);
    ENSURE(!body.failed);
    add_gzip_answer(out, &body);
    buf_fini(&body);
}

/* It begins well. */
void fault_build_bad_gzip(struct buf *out)
{
    struct buf body;

    buf_init(&body, FAULT_FIXED_MAX_BYTES);
    buf_add(&body, gzip_header, sizeof(gzip_header));
    add_filling(&body, (char)0xff, 200);
    add_gzip_answer(out, &body);
    buf_fini(&body);
}
