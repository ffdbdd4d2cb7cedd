/* SPDX-License-Identifier: MIT */
/* The routes that send one elsewhere, with cookies or without. */
#include <stdio.h>
#include <string.h>

#include "target/answer.h"
#include "target/httpbin.h"
#include "target/text.h"

#define REDIRECTS_MAX 1000000UL

/* Sends on to the next hop of the same kind; the last hop is /get. */
static void hop(struct request *request, const char *kind, bool absolute)
{
    unsigned long hops;
    struct buf location;

    if (!text_number(request_param(request, 0), REDIRECTS_MAX, &hops) || hops == 0) {
        answer_error(request, MHD_HTTP_NOT_FOUND, "not a number of redirects");
        return;
    }
    buf_init(&location, HTTPBIN_URL_MAX_BYTES);
    if (absolute) {
        request_add_base_url(request, &location);
    }
    if (hops > 1) {
        buf_printf(&location, "/%s/%lu", kind, hops - 1);
    } else {
        buf_puts(&location, "/get");
    }
    answer_redirect(request, MHD_HTTP_FOUND, buf_text(&location));
    buf_fini(&location);
}

static void redirect(struct request *request)
{
    const char *absolute = request_arg(request, "absolute");

    if (absolute && strcasecmp(absolute, "true") == 0) {
        hop(request, "absolute-redirect", true);
    } else {
        hop(request, "relative-redirect", false);
    }
}

static void relative_redirect(struct request *request)
{
    hop(request, "relative-redirect", false);
}

static void absolute_redirect(struct request *request)
{
    hop(request, "absolute-redirect", true);
}

static void redirect_to(struct request *request)
{
    const char *url = request_arg(request, "url");
    const char *code = request_arg(request, "status_code");
    unsigned long status = MHD_HTTP_FOUND;

    if (!url) {
        answer_error(request, MHD_HTTP_BAD_REQUEST, "the argument \"url\" is needed");
        return;
    }
    if (code && (!text_number(code, 399, &status) || status < 300)) {
        status = MHD_HTTP_FOUND;
    }
    answer_redirect(request, (unsigned)status, url);
}

static void cookies(struct request *request)
{
    httpbin_answer(request, json_pack("{s:o}", "cookies", request_cookies_json(request)));
}

static bool add_cookie(struct request *request, const char *name, const char *value,
                       const char *attributes)
{
    struct buf cookie;

    buf_init(&cookie, HTTPBIN_URL_MAX_BYTES);
    buf_printf(&cookie, "%s=%s; %s", name, value, attributes);
    bool added = answer_header(request, MHD_HTTP_HEADER_SET_COOKIE, buf_text(&cookie));

    buf_fini(&cookie);
    return added;
}

static enum MHD_Result on_set(void *data, enum MHD_ValueKind kind, const char *key,
                              const char *value)
{
    (void)kind;
    add_cookie(data, key, value ? value : "", "Path=/");
    return MHD_YES;
}

static enum MHD_Result on_delete(void *data, enum MHD_ValueKind kind, const char *key,
                                 const char *value)
{
    (void)kind;
    (void)value;
    add_cookie(data, key, "", "Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/");
    return MHD_YES;
}

static void cookies_set(struct request *request)
{
    answer_redirect(request, MHD_HTTP_FOUND, "/cookies");
    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, on_set, request);
}

static void cookies_set_one(struct request *request)
{
    answer_redirect(request, MHD_HTTP_FOUND, "/cookies");
    add_cookie(request, request_param(request, 0), request_param(request, 1), "Path=/");
}

static void cookies_delete(struct request *request)
{
    answer_redirect(request, MHD_HTTP_FOUND, "/cookies");
    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, on_delete, request);
}

static const struct endpoint endpoints[] = {
    {ON_GET, "/redirect/{n}", redirect},
    {ON_GET, "/relative-redirect/{n}", relative_redirect},
    {ON_GET, "/absolute-redirect/{n}", absolute_redirect},
    {ON_ANY, "/redirect-to", redirect_to},
    {ON_GET, "/cookies", cookies},
    {ON_GET, "/cookies/set", cookies_set},
    {ON_GET, "/cookies/set/{name}/{value}", cookies_set_one},
    {ON_GET, "/cookies/delete", cookies_delete},
    {0},
};

void httpbin_mount_redirect(struct httpbin *httpbin, struct server *server)
{
    server_mount(server, endpoints, httpbin);
}
