/* SPDX-License-Identifier: MIT */
/*
 * call.h - one HTTP request and its answer, as handlers see it.
 *
 * A handler answers exactly once, by one of the functions below, or takes the call over by
 * call_later() and answers by later_answer(). Headers are added after the answer was chosen. Texts
 * of the request are borrowed for the handler's duration.
 */
#ifndef WEB_CALL_H
#define WEB_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include <microhttpd.h>

#include "base/buf.h"

enum call_method {
    CALL_GET = 1,
    CALL_POST = 2,
    CALL_OPTIONS = 4,
    CALL_OTHER = 8,
}; /* HEAD is GET; its body is left out */

struct held;

struct call {
    /* read only for handlers */
    enum call_method method;
    const char *path; /* decoded, from the first slash */
    const char *body;
    size_t body_length;
    const char *client; /* its address in numbers */
    /* private */
    struct MHD_Connection *connection;
    struct held *exchange; /* NULL until it is needed */
    void *server;
    unsigned status;
    struct MHD_Response *response;
    bool shared; /* the response belongs to somebody else */
    bool later;
};

#define TYPE_JSON "application/json"
#define TYPE_TEXT "text/plain; charset=utf-8"
#define TYPE_HTML "text/html; charset=utf-8"
#define TYPE_CSV "text/csv; charset=utf-8"

/* NULL if absent. */
const char *call_query(const struct call *call, const char *name);
const char *call_header(const struct call *call, const char *name);
const char *call_cookie(const struct call *call, const char *name);
bool call_has_query(const struct call *call, const char *name); /* "?x" too */

/* ---- Answering ---- */

void call_text(struct call *call, unsigned status, const char *type, const char *text);
void call_bytes(struct call *call, unsigned status, const char *type, const void *bytes,
                size_t length);
void call_buf(struct call *call, unsigned status, const char *type, struct buf *out); /* takes it */
/* Bytes that are there for the life of the process. */
void call_static(struct call *call, unsigned status, const char *type, const void *bytes,
                 size_t length);
/* A response that many calls are given; its owner keeps it. */
void call_shared(struct call *call, unsigned status, struct MHD_Response *response);
void call_own(struct call *call, unsigned status, struct MHD_Response *response); /* takes it */

/* {"success": false, "message": ..., "field": ...}; field may be NULL. */
void call_refuse(struct call *call, unsigned status, const char *field, const char *message);

/* To the answer at hand, which must not be a shared one. */
void call_add_header(struct call *call, const char *name, const char *value);

/* ---- Answering later ---- */

/* The call is suspended; the handle is good until later_answer(). */
struct held *call_later(struct call *call);
void later_answer(struct held *exchange, unsigned status, struct MHD_Response *response);

/* A response of a copy of the text, for later_answer() and for sharing. */
struct MHD_Response *response_text(const char *type, const char *text, size_t length);

/* The body sent is unbounded in time: no limit of time on taking it. */
void call_stream(struct call *call);

#endif
