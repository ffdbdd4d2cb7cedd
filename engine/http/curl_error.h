/* SPDX-License-Identifier: MIT */
/*
 * curl_error.h - what went wrong with a transfer, in the words Locust's HttpUser would record.
 *
 * Pure: no transfer is touched here, so the table can be tested row by row. Most texts were
 * observed with Locust 2.46.3 (requests, urllib3) against servers that misbehave;
 * tests/unit/http/test_curl_error.c keeps them. Where libcurl doesn't tell what Python shows, the
 * text keeps the form and leaves the detail out:
 *   - TLS: all but the " (_ssl.c:NNN)" at the end, a line number in the interpreter's source;
 *   - a bad chunk: the offending line is shown as b'';
 *   - a body that ends within a chunk: as one that ends between two.
 * Where Locust would record an object's address (connect timeouts), the innermost cause stands.
 */
#ifndef HTTP_CURL_ERROR_H
#define HTTP_CURL_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/buf.h"

/* Why we stopped reading. The first three and their texts are http.client's. */
enum curl_limit {
    CURL_LIMIT_NONE,
    CURL_LIMIT_HEADER_COUNT,
    CURL_LIMIT_HEADER_LINE,
    CURL_LIMIT_STATUS_LINE,
    CURL_LIMIT_HEADER_BYTES,
    CURL_LIMIT_BODY,
    CURL_LIMIT_NOT_HTTP, /* the first line is no status line */
};

struct curl_failure {
    CURLcode code;
    enum curl_limit limit;
    int os_error;           /* 0: unknown */
    int gai_error;          /* of getaddrinfo(); 0: unknown */
    const char *detail;     /* libcurl's error buffer */
    bool detail_lost;       /* what it should hold is not known */
    const char *url;        /* of the failed request */
    const char *encoding;   /* Content-Encoding of the response; NULL: none */
    const char *first_line; /* for CURL_LIMIT_NOT_HTTP */
    bool connected;         /* TCP was established */
    bool in_body;           /* the response's headers are complete */
    int64_t timeout_ns;
    size_t body_limit, header_limit;
    int64_t body_bytes, expected_bytes; /* before decoding; expected: -1 if not announced */
};

void curl_error_text(struct buf *out, const struct curl_failure *failure);

/* ConnectionRefusedError(111, 'Connection refused') and its like. */
void curl_error_os_text(struct buf *out, int os_error);

/* A request header that requests refuses; the line is as the scenario gave it. */
void curl_error_header_text(struct buf *out, const char *line);

/* A URL that isn't http or https, or can't be understood. */
void curl_error_url_text(struct buf *out, const char *url);

#endif
