/* SPDX-License-Identifier: MIT */
/*
 * exchange.h - one request and what came back of it, whichever transport carries it.
 *
 * The caller owns the exchange and everything the request part points to, and keeps both unchanged
 * from transport_start() until on_done was called or transport_cancel() returned. The answer part
 * belongs to the exchange: exchange_fini() frees it.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Durations; 0 for what did not happen, such as a connect on a kept-alive connection. */
struct exchange_times {
    int64_t dns_ns, connect_ns, tls_ns;
    int64_t first_byte_ns; /* from the start to the first byte of the (last) response */
    int64_t total_ns;      /* from the start to the last byte, redirects included */
};

struct exchange;
typedef void exchange_fn(struct exchange *exchange);

struct exchange {
    /* ---- the request, set by the caller ---- */
    const char *method;         /* "GET" */
    const char *url;            /* absolute, http or https */
    const char *const *headers; /* "Name: value" lines, NULL terminated; may be NULL */
    const void *body;           /* may be NULL: none */
    size_t body_bytes;
    const char *auth_name, *auth_password; /* basic authentication; NULL: none */
    int64_t timeout_ns, connect_timeout_ns;
    size_t max_body_bytes;   /* of the decoded response body; more is an error, 0: no limit */
    bool follow_redirects;   /* 30 at most, to http and https only; never with HEAD */
    bool discard_body;       /* count, keep nothing */
    exchange_fn *on_done;    /* once, on the loop's stack, when the exchange ended either way */
    void *data;              /* the caller's */
    struct buf_stock *stock; /* where the answer's memory comes from and returns to; NULL: heap */

    /* ---- the answer, valid from on_done until exchange_fini() ---- */
    int status;             /* 0: no whole response came */
    char *reason;           /* the status line's words, kept for statuses from 400 up; else NULL */
    char *error;            /* NULL: a whole response came; else the text Locust's user would give,
                               such as ConnectionRefusedError(111, 'Connection refused') */
    struct buf answer_body; /* decoded; empty if discarded */
    uint64_t answer_bytes;  /* of the decoded body, kept or not */
    uint64_t wire_bytes;    /* received for it, headers included, before decoding */
    struct buf answer_headers; /* of the last response, as received: "Name: value\r\n"... */
    char *answer_url;          /* where it came from; NULL: url */
    struct exchange_times times;
    unsigned connections; /* opened for it */
    bool retried;         /* sent twice, since a kept-alive connection turned out dead */

    /* ---- the transport's ---- */
    void *transport_data;
};

/* Frees the answer and leaves it empty; the request part stays. A zeroed exchange is fine. */
void exchange_fini(struct exchange *exchange);

/*
 * Finds the last header of that name in any case. Returns the value without surrounding blanks and
 * sets its length; NULL if absent.
 */
const char *exchange_header(const struct exchange *exchange, const char *name, size_t *length);

#endif
