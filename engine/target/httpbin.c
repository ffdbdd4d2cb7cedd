/* SPDX-License-Identifier: MIT */
/* The routes that send back what they were sent, and the wiring of the others. */
#include "target/httpbin.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "target/answer.h"
#include "target/text.h"

void httpbin_answer(struct request *request, json_t *json)
{
    answer_json(request, MHD_HTTP_OK, TYPE_JSON, json);
}

static json_t *origin(const struct request *request)
{
    char address[INET6_ADDRSTRLEN];

    request_client_address(request, address, sizeof(address));
    return json_string(address);
}

static json_t *url(const struct request *request)
{
    struct buf text;

    buf_init(&text, HTTPBIN_URL_MAX_BYTES);
    request_add_url(request, &text);
    json_t *node = text_json(buf_text(&text), text.length);

    buf_fini(&text);
    return node;
}

json_t *httpbin_echo(const struct request *request)
{
    json_t *echo = json_object();

    json_object_set_new(echo, "args", request_args_json(request));
    json_object_set_new(echo, "headers", request_headers_json(request));
    json_object_set_new(echo, "origin", origin(request));
    json_object_set_new(echo, "url", url(request));
    return echo;
}

/* The body as text, or as a data URL when it is none. */
static json_t *data_json(const struct request *request)
{
    json_t *node = json_stringn(request->body, request->body_bytes);

    if (!node) {
        struct buf text;

        buf_init(&text, SERVER_BODY_MAX_BYTES * 2);
        buf_puts(&text, "data:application/octet-stream;base64,");
        text_add_base64(&text, request->body, request->body_bytes);
        node = json_string(buf_text(&text));
        buf_fini(&text);
    }
    return node;
}

static json_t *echo_with_body(const struct request *request)
{
    json_t *echo = json_object();
    json_t *form, *files, *data, *parsed;

    if (request_form(request, &form, &files)) {
        data = json_string("");
        parsed = json_null();
    } else {
        form = json_object();
        files = json_object();
        data = data_json(request);
        parsed = request_body_json(request);
    }
    json_object_set_new(echo, "args", request_args_json(request));
    json_object_set_new(echo, "data", data);
    json_object_set_new(echo, "files", files);
    json_object_set_new(echo, "form", form);
    json_object_set_new(echo, "headers", request_headers_json(request));
    json_object_set_new(echo, "json", parsed ? parsed : json_null());
    json_object_set_new(echo, "origin", origin(request));
    json_object_set_new(echo, "url", url(request));
    return echo;
}

static void get(struct request *request)
{
    httpbin_answer(request, httpbin_echo(request));
}

static void post(struct request *request)
{
    httpbin_answer(request, echo_with_body(request));
}

static void anything(struct request *request)
{
    json_t *echo = echo_with_body(request);

    json_object_set_new(
        echo, "method", text_json(request->method_name, strlen(request->method_name)));
    httpbin_answer(request, echo);
}

static void delay(struct request *request)
{
    char *end;
    double seconds = strtod(request_param(request, 0), &end);

    if (*end || !isfinite(seconds) || seconds < 0) {
        answer_error(request, MHD_HTTP_BAD_REQUEST, "the delay is not a number of seconds");
        return;
    }
    json_t *echo = echo_with_body(request);

    json_object_del(echo, "json");
    httpbin_answer(request, echo);
    request->delay_ns =
        ns_from_seconds(seconds < HTTPBIN_DELAY_MAX_S ? seconds : HTTPBIN_DELAY_MAX_S);
}

static void headers(struct request *request)
{
    httpbin_answer(request, json_pack("{s:o}", "headers", request_headers_json(request)));
}

static void ip(struct request *request)
{
    httpbin_answer(request, json_pack("{s:o}", "origin", origin(request)));
}

static void user_agent(struct request *request)
{
    const char *agent = request_header(request, MHD_HTTP_HEADER_USER_AGENT);

    httpbin_answer(
        request,
        json_pack("{s:o}", "user-agent", agent ? text_json(agent, strlen(agent)) : json_null()));
}

static void uuid(struct request *request)
{
    struct httpbin *httpbin = request->context;
    uint64_t high = rng_u64(&httpbin->rng), low = rng_u64(&httpbin->rng);
    char text[37];

    snprintf(text,
             sizeof(text),
             "%08x-%04x-4%03x-%04x-%012llx",
             (unsigned)(high >> 32),
             (unsigned)(high >> 16 & 0xffff),
             (unsigned)(high & 0xfff),
             (unsigned)(0x8000 | (low >> 48 & 0x3fff)),
             (unsigned long long)(low & 0xffffffffffff));
    httpbin_answer(request, json_pack("{s:s}", "uuid", text));
}

static enum MHD_Result on_wanted_header(void *data, enum MHD_ValueKind kind, const char *key,
                                        const char *value)
{
    (void)kind;
    if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) != 0 &&
        strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) != 0) {
        answer_header(data, key, value ? value : "");
    }
    return MHD_YES;
}

/* The body tells its own length, which its digits change: grow until it is true. */
static void response_headers(struct request *request)
{
    json_t *wanted = request_args_json(request);
    json_t *body = json_pack("{s:s, s:s}", "Content-Length", "0", "Content-Type", TYPE_JSON);
    char *text = NULL;

    json_object_update(body, wanted);
    for (size_t length = 0; !text || strlen(text) != length;) {
        length = text ? strlen(text) : 0;
        json_object_set_new(body, "Content-Length", json_sprintf("%zu", length));
        free(text);
        text = json_dumps(body, JSON_INDENT(2));
    }
    answer_text(request, MHD_HTTP_OK, TYPE_JSON, text);
    MHD_get_connection_values(
        request->connection, MHD_GET_ARGUMENT_KIND, on_wanted_header, request);
    free(text);
    json_decref(body);
    json_decref(wanted);
}

static void cache(struct request *request)
{
    struct httpbin *httpbin = request->context;

    if (request_header(request, MHD_HTTP_HEADER_IF_MODIFIED_SINCE) ||
        request_header(request, MHD_HTTP_HEADER_IF_NONE_MATCH)) {
        answer_shared(request, MHD_HTTP_NOT_MODIFIED, httpbin->empty);
        return;
    }
    get(request);
    answer_header(request, MHD_HTTP_HEADER_LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT");
    answer_header(request, MHD_HTTP_HEADER_ETAG, "\"cicada\"");
}

static void cache_for(struct request *request)
{
    unsigned long seconds;
    char value[64];

    if (!text_number(request_param(request, 0), INT32_MAX, &seconds)) {
        answer_error(request, MHD_HTTP_NOT_FOUND, "not a number of seconds");
        return;
    }
    snprintf(value, sizeof(value), "public, max-age=%lu", seconds);
    get(request);
    answer_header(request, MHD_HTTP_HEADER_CACHE_CONTROL, value);
}

/* Whether a list like: "a", W/"b" or * names the tag. */
static bool names_tag(const char *list, const char *tag)
{
    char quoted[ROUTE_PARAM_BYTES + 2];

    snprintf(quoted, sizeof(quoted), "\"%s\"", tag);
    return strcmp(list, "*") == 0 || strcmp(list, tag) == 0 || strstr(list, quoted) != NULL;
}

static void etag(struct request *request)
{
    struct httpbin *httpbin = request->context;
    const char *tag = request_param(request, 0);
    const char *none = request_header(request, MHD_HTTP_HEADER_IF_NONE_MATCH);
    const char *match = request_header(request, MHD_HTTP_HEADER_IF_MATCH);
    char quoted[ROUTE_PARAM_BYTES + 2];

    if (!none && match && !names_tag(match, tag)) {
        answer_shared(request, MHD_HTTP_PRECONDITION_FAILED, httpbin->empty);
        return;
    }
    snprintf(quoted, sizeof(quoted), "\"%s\"", tag);
    if (none && names_tag(none, tag)) {
        answer_empty(request, MHD_HTTP_NOT_MODIFIED);
    } else {
        get(request);
    }
    answer_header(request, MHD_HTTP_HEADER_ETAG, quoted);
}

static const struct endpoint endpoints[] = {
    {ON_GET, "/get", get},
    {ON_POST, "/post", post},
    {ON_PUT, "/put", post},
    {ON_PATCH, "/patch", post},
    {ON_DELETE, "/delete", post},
    {ON_ANY, "/anything", anything},
    {ON_ANY, "/anything/{anything}", anything},
    {ON_ANY, "/delay/{n}", delay},
    {ON_GET, "/headers", headers},
    {ON_GET, "/ip", ip},
    {ON_GET, "/user-agent", user_agent},
    {ON_GET, "/uuid", uuid},
    {ON_GET | ON_POST, "/response-headers", response_headers},
    {ON_GET, "/cache", cache},
    {ON_GET, "/cache/{n}", cache_for},
    {ON_GET, "/etag/{etag}", etag},
    {0},
};

void httpbin_mount(struct httpbin *httpbin, struct server *server)
{
    server_mount(server, endpoints, httpbin);
    httpbin_mount_auth(httpbin, server);
    httpbin_mount_content(httpbin, server);
    httpbin_mount_redirect(httpbin, server);
}
