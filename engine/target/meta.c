/* SPDX-License-Identifier: MIT */
/* GET /, /_health, /_count and POST /_count/reset. */
#include "target/meta.h"

#include "target/answer.h"

#define LIST_MAX_BYTES 65536

static void index_page(struct request *request)
{
    struct buf page;

    buf_init(&page, LIST_MAX_BYTES);
    buf_puts(&page,
             "cicada-target: a server to load, answering like JSONPlaceholder and httpbin\n\n");
    routes_write_list(server_routes(request->context), &page);
    answer_text(request, MHD_HTTP_OK, TYPE_TEXT, buf_text(&page));
    buf_fini(&page);
}

static void health(struct request *request)
{
    answer_text(request, MHD_HTTP_OK, TYPE_TEXT, "ok\n");
}

static void count(struct request *request)
{
    struct buf counts;

    buf_init(&counts, LIST_MAX_BYTES);
    routes_write_counts(server_routes(request->context), &counts);
    answer_text(request, MHD_HTTP_OK, TYPE_JSON_UTF8, buf_text(&counts));
    buf_fini(&counts);
}

static void reset(struct request *request)
{
    routes_reset(server_routes(request->context));
    answer_text(request, MHD_HTTP_OK, TYPE_JSON_UTF8, "{}\n");
}

static const struct endpoint endpoints[] = {
    {ON_GET, "/", index_page},
    {ON_GET, "/_health", health},
    {ON_GET, "/_count", count},
    {ON_POST, "/_count/reset", reset},
    {0},
};

void meta_mount(struct server *server)
{
    server_mount(server, endpoints, server);
}
