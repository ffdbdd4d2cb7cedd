/* SPDX-License-Identifier: MIT */
/* The routes that ask who you are. */
#include <string.h>

#include "target/answer.h"
#include "target/httpbin.h"
#include "target/text.h"

static bool sent_credentials(const struct request *request)
{
    const char *header = request_header(request, MHD_HTTP_HEADER_AUTHORIZATION);
    struct buf text;

    if (!header || strncasecmp(header, "Basic ", 6) != 0) {
        return false;
    }
    /* The wanted header is made and compared: encoding cannot fail, decoding could. */
    struct buf pair;

    buf_init(&pair, 2UL * ROUTE_PARAM_BYTES);
    buf_printf(&pair, "%s:%s", request_param(request, 0), request_param(request, 1));
    buf_init(&text, 4UL * ROUTE_PARAM_BYTES);
    text_add_base64(&text, pair.data, pair.length);
    bool same = strcmp(header + 6 + strspn(header + 6, " "), buf_text(&text)) == 0;

    buf_fini(&pair);
    buf_fini(&text);
    return same;
}

static void answer_user(struct request *request)
{
    const char *user = request_param(request, 0);

    httpbin_answer(
        request,
        json_pack("{s:b, s:o}", "authenticated", 1, "user", text_json(user, strlen(user))));
}

static void basic_auth(struct request *request)
{
    if (sent_credentials(request)) {
        answer_user(request);
    } else {
        answer_empty(request, MHD_HTTP_UNAUTHORIZED);
        answer_header(request, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Basic realm=\"Fake Realm\"");
    }
}

static void hidden_basic_auth(struct request *request)
{
    if (sent_credentials(request)) {
        answer_user(request);
    } else {
        answer_error(request, MHD_HTTP_NOT_FOUND, "not found");
    }
}

static void bearer(struct request *request)
{
    const char *header = request_header(request, MHD_HTTP_HEADER_AUTHORIZATION);

    if (header && strncmp(header, "Bearer ", 7) == 0) {
        httpbin_answer(request,
                       json_pack("{s:b, s:o}",
                                 "authenticated",
                                 1,
                                 "token",
                                 text_json(header + 7, strlen(header + 7))));
    } else {
        answer_empty(request, MHD_HTTP_UNAUTHORIZED);
        answer_header(request, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    }
}

static const struct endpoint endpoints[] = {
    {ON_GET, "/basic-auth/{user}/{passwd}", basic_auth},
    {ON_GET, "/hidden-basic-auth/{user}/{passwd}", hidden_basic_auth},
    {ON_GET, "/bearer", bearer},
    {0},
};

void httpbin_mount_auth(struct httpbin *httpbin, struct server *server)
{
    server_mount(server, endpoints, httpbin);
}
