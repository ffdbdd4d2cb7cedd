/* SPDX-License-Identifier: MIT */
#include "web/call.h"

#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "web/jsonw.h"
#include "web/server_private.h"

const char *call_query(const struct call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_GET_ARGUMENT_KIND, name);
}

bool call_has_query(const struct call *call, const char *name)
{
    const char *value;
    size_t length;

    return MHD_lookup_connection_value_n(
               call->connection, MHD_GET_ARGUMENT_KIND, name, strlen(name), &value, &length) ==
           MHD_YES;
}

const char *call_header(const struct call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

const char *call_cookie(const struct call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_COOKIE_KIND, name);
}

/* ---- Answering ---- */

void call_own(struct call *call, unsigned status, struct MHD_Response *response)
{
    ENSURE(response && !call->response && !call->later);
    call->status = status;
    call->response = response;
}

void call_shared(struct call *call, unsigned status, struct MHD_Response *response)
{
    call_own(call, status, response);
    call->shared = true;
}

struct MHD_Response *response_text(const char *type, const char *text, size_t length)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);

    ENSURE(response);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    return response;
}

void call_bytes(struct call *call, unsigned status, const char *type, const void *bytes,
                size_t length)
{
    call_own(call, status, response_text(type, bytes, length));
}

void call_text(struct call *call, unsigned status, const char *type, const char *text)
{
    call_bytes(call, status, type, text, strlen(text));
}

void call_static(struct call *call, unsigned status, const char *type, const void *bytes,
                 size_t length)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT);

    ENSURE(response);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    call_own(call, status, response);
}

void call_buf(struct call *call, unsigned status, const char *type, struct buf *out)
{
    if (out->failed) {
        buf_fini(out);
        call_text(call, MHD_HTTP_INSUFFICIENT_STORAGE, TYPE_TEXT, "the answer is too large\n");
        return;
    }
    size_t length = out->length;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, buf_take(out), MHD_RESPMEM_MUST_FREE);

    ENSURE(response);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    call_own(call, status, response);
}

void call_refuse(struct call *call, unsigned status, const char *field, const char *message)
{
    struct buf out;
    struct jsonw w;

    buf_init(&out, 64 * 1024);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    jsonw_bool(&w, "success", false);
    jsonw_text(&w, "message", message);
    if (field) {
        jsonw_text(&w, "field", field);
    }
    jsonw_close(&w, '}');
    buf_putc(&out, '\n');
    call_buf(call, status, TYPE_JSON, &out);
}

void call_add_header(struct call *call, const char *name, const char *value)
{
    ENSURE(call->response && !call->shared);
    MHD_add_response_header(call->response, name, value); /* refuses line breaks by itself */
}

/* ---- Answering later ---- */

struct held *call_later(struct call *call)
{
    struct server *server = call->server;

    if (!call->exchange) {
        call->exchange = server_exchange(server, call->connection);
    }
    call->later = true;
    call->exchange->suspended = true;
    call->exchange->client->due_ns = 0;
    list_append(&server->suspended, &call->exchange->link);
    MHD_suspend_connection(call->connection);
    return call->exchange;
}

void later_answer(struct held *exchange, unsigned status, struct MHD_Response *response)
{
    ENSURE(exchange->suspended && !exchange->response);
    exchange->status = status;
    exchange->response = response;
    exchange->suspended = false;
    list_remove(&exchange->link);
    MHD_resume_connection(exchange->connection);
    server_hurry(exchange->server);
}

void call_stream(struct call *call)
{
    server_client(call->connection)->due_ns = -1;
}
