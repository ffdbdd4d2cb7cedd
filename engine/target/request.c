/* SPDX-License-Identifier: MIT */
/* What handlers may ask about a request. */
#include "target/request.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "target/text.h"

const char *request_param(const struct request *request, unsigned number)
{
    return request->match->params[number];
}

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *request_arg(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

static json_t *value_json(const char *value)
{
    return value ? text_json(value, strlen(value)) : json_string("");
}

static enum MHD_Result on_value(void *data, enum MHD_ValueKind kind, const char *key,
                                const char *value)
{
    (void)kind;
    text_json_append(data, key, value_json(value));
    return MHD_YES;
}

static enum MHD_Result on_header(void *data, enum MHD_ValueKind kind, const char *key,
                                 const char *value)
{
    json_t *headers = data;
    char name[128];

    (void)kind;
    snprintf(name, sizeof(name), "%s", key);
    text_title_case(name);
    const json_t *old = json_object_get(headers, name);

    if (old) {
        json_object_set_new(
            headers, name, json_sprintf("%s,%s", json_string_value(old), value ? value : ""));
    } else {
        json_object_set_new(headers, name, value_json(value));
    }
    return MHD_YES;
}

static json_t *values_json(const struct request *request, enum MHD_ValueKind kind,
                           MHD_KeyValueIterator on_each)
{
    json_t *values = json_object();

    MHD_get_connection_values(request->connection, kind, on_each, values);
    return values;
}

json_t *request_args_json(const struct request *request)
{
    return values_json(request, MHD_GET_ARGUMENT_KIND, on_value);
}

json_t *request_headers_json(const struct request *request)
{
    return values_json(request, MHD_HEADER_KIND, on_header);
}

json_t *request_cookies_json(const struct request *request)
{
    return values_json(request, MHD_COOKIE_KIND, on_value);
}

json_t *request_body_json(const struct request *request)
{
    if (request->body_bytes == 0 || request->body_bytes > REQUEST_PARSE_MAX_BYTES) {
        return NULL;
    }
    return json_loadb(request->body, request->body_bytes, JSON_DECODE_ANY, NULL);
}

/* MHD hands out a form's values in pieces; the one under way is kept here. */
struct form {
    json_t *form, *files;
    struct buf value;
    char *key;
    bool is_file;
};

static void finish_value(struct form *form)
{
    if (form->key) {
        text_json_append(form->is_file ? form->files : form->form,
                         form->key,
                         text_json(buf_text(&form->value), form->value.length));
        free(form->key);
        form->key = NULL;
    }
    buf_clear(&form->value);
}

static enum MHD_Result on_form_piece(void *data, enum MHD_ValueKind kind, const char *key,
                                     const char *filename, const char *content_type,
                                     const char *encoding, const char *piece, uint64_t offset,
                                     size_t size)
{
    struct form *form = data;

    (void)kind;
    (void)content_type;
    (void)encoding;
    if (offset == 0) {
        finish_value(form);
        form->key = strdup(key ? key : "");
        form->is_file = filename != NULL;
    }
    buf_add(&form->value, piece, size);
    return MHD_YES;
}

static bool is_urlencoded(const struct request *request)
{
    const char *type = request_header(request, "Content-Type");

    return type && strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0;
}

bool request_form(const struct request *request, json_t **form, json_t **files)
{
    struct form parts = {0};
    struct MHD_PostProcessor *processor;

    if (is_urlencoded(request) && request->body_bytes > REQUEST_PARSE_MAX_BYTES) {
        return false;
    }
    processor = MHD_create_post_processor(request->connection, 4096, on_form_piece, &parts);
    if (!processor) {
        return false;
    }
    parts.form = *form = json_object();
    parts.files = *files = json_object();
    buf_init(&parts.value, request->body_bytes);
    if (request->body_bytes > 0) {
        MHD_post_process(processor, request->body, request->body_bytes);
    }
    MHD_destroy_post_processor(processor);
    finish_value(&parts);
    buf_fini(&parts.value);
    return true;
}

json_t *request_object(const struct request *request)
{
    json_t *form, *files;

    if (request_form(request, &form, &files)) {
        json_decref(files);
        return form;
    }
    json_t *object = request_body_json(request);

    if (!json_is_object(object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

void request_add_base_url(const struct request *request, struct buf *out)
{
    const char *host = request_header(request, "Host");

    buf_printf(out, "%s://%s", request->scheme, host ? host : "localhost");
}

struct query {
    struct buf *out;
    char separator;
};

static enum MHD_Result on_query(void *data, enum MHD_ValueKind kind, const char *key,
                                const char *value)
{
    struct query *query = data;

    (void)kind;
    buf_putc(query->out, query->separator);
    query->separator = '&';
    text_add_escaped(query->out, key, "/:");
    if (value) {
        buf_putc(query->out, '=');
        text_add_escaped(query->out, value, "/:,");
    }
    return MHD_YES;
}

void request_add_url(const struct request *request, struct buf *out)
{
    struct query query = {.out = out, .separator = '?'};

    request_add_base_url(request, out);
    text_add_escaped(out, request->path, "/:@!$&'()*+,;=");
    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, on_query, &query);
}

void request_client_address(const struct request *request, char *text, size_t size)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;

    snprintf(text, size, "unknown");
    if (address && address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, size);
    } else if (address) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, size);
    }
}
