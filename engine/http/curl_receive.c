/* SPDX-License-Identifier: MIT */
#include "http/curl_receive.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "http/curl_call.h"

enum {
    MAX_HEADERS = 100,       /* http.client's; it counts the blank line at the end */
    MAX_HEADER_LINE = 65536, /* http.client's, too */
    MAX_SHOWN = 128,         /* bytes of a line that is no status line */
};

/* A transfer has to stop: a short count tells libcurl. */
static size_t stop(struct curl_call *call, enum curl_limit limit)
{
    call->limit = limit;
    return 0;
}

/* "HTTP/1.1 404 Not Found": the words after the number, which only failure texts need. */
static void take_reason(struct exchange *exchange, const char *line, size_t length)
{
    const char *end = line + length, *status = memchr(line, ' ', length);

    free(exchange->reason);
    exchange->reason = NULL;
    if (!status || end - status < 5 || status[1] < '4') {
        return;
    }
    line = status + 4;
    while (line < end && *line == ' ') {
        line++;
    }
    while (end > line && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ')) {
        end--;
    }
    exchange->reason = mem_strndup(line, (size_t)(end - line));
}

size_t curl_receive_header(char *line, size_t size, size_t count, void *data)
{
    struct curl_call *call = data;
    struct exchange *exchange = call->exchange;
    size_t length = size * count;
    bool status_line = length >= 5 && memcmp(line, "HTTP/", 5) == 0;

    call->header_bytes += length;
    if (length > MAX_HEADER_LINE) {
        return stop(call, status_line ? CURL_LIMIT_STATUS_LINE : CURL_LIMIT_HEADER_LINE);
    }
    if (call->header_bytes > CURL_MAX_HEADER_BYTES) { /* of one response, or of 1xx without end */
        return stop(call, CURL_LIMIT_HEADER_BYTES);
    }
    if (status_line) {
        /* A proxy's answer or a 1xx may have come before: only the last response counts. */
        exchange->times.first_byte_ns = clock_mono_ns() - call->start_ns;
        buf_clear(&exchange->answer_headers);
        call->header_count = 0;
        call->in_body = false;
        take_reason(exchange, line, length);
        return length;
    }
    if (line[0] == '\r' || line[0] == '\n') {
        call->in_body = true;
        return length;
    }
    if (++call->header_count >= MAX_HEADERS) {
        return stop(call, CURL_LIMIT_HEADER_COUNT);
    }
    buf_add(&exchange->answer_headers, line, length);
    if (exchange->answer_headers.failed) {
        return stop(call, CURL_LIMIT_HEADER_BYTES);
    }
    return length;
}

/*
 * No status line came: HTTP/0.9, which is allowed only to see here what it is. The first line is
 * kept as http.client shows it, Latin-1 read as text; but not all of a binary megabyte.
 */
static size_t not_http(struct curl_call *call, const char *bytes, size_t length)
{
    struct buf *line = &call->exchange->answer_body;

    buf_clear(line);
    for (size_t i = 0; i < length && i < MAX_SHOWN; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte >= 0x80) {
            buf_putc(line, (char)(0xc0 | byte >> 6));
            byte = 0x80 | (byte & 0x3f);
        }
        buf_putc(line, (char)byte);
        if (byte == '\n') {
            break;
        }
    }
    return stop(call, CURL_LIMIT_NOT_HTTP);
}

size_t curl_receive_body(char *bytes, size_t size, size_t count, void *data)
{
    struct curl_call *call = data;
    struct exchange *exchange = call->exchange;
    size_t length = size * count;

    if (call->header_bytes == 0) {
        return not_http(call, bytes, length);
    }
    exchange->answer_bytes += length;
    if (exchange->max_body_bytes && exchange->answer_bytes > exchange->max_body_bytes) {
        return stop(call, CURL_LIMIT_BODY);
    }
    if (!exchange->discard_body) {
        buf_add(&exchange->answer_body, bytes, length);
        if (exchange->answer_body.failed) {
            return stop(call, CURL_LIMIT_BODY);
        }
    }
    return length;
}
