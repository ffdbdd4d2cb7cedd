/* SPDX-License-Identifier: MIT */
/*
 * request.h - one request as a handler sees it: complete, its body collected, its path matched.
 * It lives for the handler's call; the handler answers through answer.h before it returns.
 */
#ifndef TARGET_REQUEST_H
#define TARGET_REQUEST_H

#include <jansson.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "target/route.h"

/* A JSON or urlencoded body above this is not parsed: its tree would be a hundred times as big. */
#define REQUEST_PARSE_MAX_BYTES ((size_t)1 << 20)

struct request {
    /* read only for handlers */
    enum method method;
    const char *method_name; /* as sent */
    const char *path;        /* percent-decoded, without the query */
    const char *scheme;
    const struct route_match *match;
    const char *body; /* never NULL, NUL terminated */
    size_t body_bytes;
    void *context; /* of the mounted group the handler belongs to */
    struct MHD_Connection *connection;
    /* the answer; set through answer.h */
    unsigned status;
    struct MHD_Response *response;
    bool shared;      /* the response outlives the request */
    int64_t delay_ns; /* before the answer goes out */
};

typedef void request_fn(struct request *request);

/* An entry of a group's table; a NULL pattern ends it. */
struct endpoint {
    unsigned methods;
    const char *pattern;
    request_fn *handle;
};

const char *request_param(const struct request *request, unsigned number);
const char *request_header(const struct request *request, const char *name); /* NULL if absent */
const char *request_arg(const struct request *request, const char *name);    /* NULL if absent */

/*
 * Queries, headers and cookies as objects of strings, owned by the caller. What comes twice is a
 * list, except for headers, which are joined by commas and named in Title-Case.
 */
json_t *request_args_json(const struct request *request);
json_t *request_headers_json(const struct request *request);
json_t *request_cookies_json(const struct request *request);

/* The body parsed as JSON, owned by the caller; NULL when it is not JSON. */
json_t *request_body_json(const struct request *request);

/*
 * A urlencoded or multipart body taken apart, both objects owned by the caller. False, and neither
 * is set, when the Content-Type is not a form's.
 */
bool request_form(const struct request *request, json_t **form, json_t **files);

/* The object a client sent, as JSON or as a form; NULL when it sent neither. Owned. */
json_t *request_object(const struct request *request);

/* "http://host:port/path?query" as the client meant it. */
void request_add_url(const struct request *request, struct buf *out);
void request_add_base_url(const struct request *request, struct buf *out); /* up to the port */

void request_client_address(const struct request *request, char *text, size_t size);

#endif
