/* SPDX-License-Identifier: MIT */
/* Builds MHD responses. */
#include "target/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

static struct MHD_Response *make(const char *type, const void *bytes, size_t length,
                                 enum MHD_ResponseMemoryMode mode)
{
    /* MHD does not write through the pointer; its signature is older than const. */
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, (void *)(uintptr_t)bytes, mode);

    if (!response) {
        out_of_memory("a response");
    }
    if (type) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    }
    return response;
}

struct MHD_Response *answer_make(const char *type, const void *bytes, size_t length)
{
    return make(type, bytes, length, MHD_RESPMEM_MUST_COPY);
}

struct MHD_Response *answer_make_json(const char *type, const json_t *json)
{
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_ENCODE_ANY);

    if (!text) {
        out_of_memory("a JSON text");
    }
    return make(type, text, strlen(text), MHD_RESPMEM_MUST_FREE);
}

void answer_shared(struct request *request, unsigned status, struct MHD_Response *response)
{
    request->status = status;
    request->response = response;
    request->shared = true;
}

void answer_owned(struct request *request, unsigned status, struct MHD_Response *response)
{
    request->status = status;
    request->response = response;
    request->shared = false;
}

void answer_bytes(struct request *request, unsigned status, const char *type, const void *bytes,
                  size_t length)
{
    answer_owned(request, status, answer_make(type, bytes, length));
}

void answer_text(struct request *request, unsigned status, const char *type, const char *text)
{
    answer_bytes(request, status, type, text, strlen(text));
}

void answer_empty(struct request *request, unsigned status)
{
    answer_bytes(request, status, NULL, "", 0);
}

void answer_json(struct request *request, unsigned status, const char *type, json_t *json)
{
    answer_owned(request, status, answer_make_json(type, json));
    json_decref(json);
}

void answer_error(struct request *request, unsigned status, const char *sentence)
{
    answer_json(request, status, TYPE_JSON_UTF8, json_pack("{s:s}", "error", sentence));
}

void answer_redirect(struct request *request, unsigned status, const char *location)
{
    answer_empty(request, status);
    if (!answer_header(request, MHD_HTTP_HEADER_LOCATION, location)) {
        MHD_destroy_response(request->response);
        answer_error(request, MHD_HTTP_BAD_REQUEST, "this cannot be a Location");
    }
}

bool answer_header(struct request *request, const char *name, const char *value)
{
    ENSURE(!request->shared);
    return MHD_add_response_header(request->response, name, value) == MHD_YES;
}
