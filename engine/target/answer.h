/* SPDX-License-Identifier: MIT */
/*
 * answer.h - how a handler answers. Exactly one of the answer_* functions below answer_make() is
 * called per request; headers are added after it, and only to answers that are not shared.
 */
#ifndef TARGET_ANSWER_H
#define TARGET_ANSWER_H

#include "target/request.h"

#define TYPE_JSON "application/json"
#define TYPE_JSON_UTF8 "application/json; charset=utf-8"
#define TYPE_HTML "text/html; charset=utf-8"
#define TYPE_TEXT "text/plain; charset=utf-8"

/* A response made once and given many times; the bytes are copied. Owned by the caller. */
struct MHD_Response *answer_make(const char *type, const void *bytes, size_t length);
struct MHD_Response *answer_make_json(const char *type, const json_t *json);

void answer_shared(struct request *request, unsigned status, struct MHD_Response *response);
void answer_owned(struct request *request, unsigned status, struct MHD_Response *response);
void answer_bytes(struct request *request, unsigned status, const char *type, const void *bytes,
                  size_t length);
void answer_text(struct request *request, unsigned status, const char *type, const char *text);
void answer_empty(struct request *request, unsigned status);

/* Adopts the JSON. */
void answer_json(struct request *request, unsigned status, const char *type, json_t *json);

/* {"error": "..."} */
void answer_error(struct request *request, unsigned status, const char *sentence);

/* An empty answer with a Location. */
void answer_redirect(struct request *request, unsigned status, const char *location);

/* False when the value cannot be in a header, such as one with a line break. */
bool answer_header(struct request *request, const char *name, const char *value);

#endif
