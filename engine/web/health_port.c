/* SPDX-License-Identifier: MIT */
#include "web/health_port.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "web/prom.h"
#include "web/server.h"

/* Probes are few; the rest of the descriptors is for users. */
enum {
    CONNECTIONS_MAX = 40,
    CONNECTIONS_PER_ADDRESS_MAX = 30,
    TEXT_MAX = 1024,
    METRICS_MAX = 64 * 1024 * 1024
};

static const int64_t request_ns = 5 * NS_PER_S, idle_ns = 15 * NS_PER_S, answer_ns = 10 * NS_PER_S;

struct health_port {
    struct health_port_options options;
    struct server *server;
};

/* ---- The three paths ---- */

static void answer_health(struct health_port *port, struct call *call)
{
    (void)port;
    call_text(call, MHD_HTTP_OK, TYPE_TEXT, "ok\n");
}

static void answer_ready(struct health_port *port, struct call *call)
{
    struct buf why;

    buf_init(&why, TEXT_MAX);
    if (port->options.ready(port->options.data, &why)) {
        buf_clear(&why);
        buf_puts(&why, "ok\n");
        call_buf(call, MHD_HTTP_OK, TYPE_TEXT, &why);
    } else {
        buf_putc(&why, '\n');
        call_buf(call, MHD_HTTP_SERVICE_UNAVAILABLE, TYPE_TEXT, &why);
    }
}

static void answer_metrics(struct health_port *port, struct call *call)
{
    struct buf out;

    buf_init(&out, METRICS_MAX);
    port->options.metrics(port->options.data, &out);
    call_buf(call, MHD_HTTP_OK, TYPE_PROMETHEUS, &out);
}

static void on_call(void *data, struct call *call)
{
    static const struct {
        const char *path;
        void (*answer)(struct health_port *port, struct call *call);
    } paths[] = {
        {"/healthz", answer_health},
        {"/readyz", answer_ready},
        {"/metrics", answer_metrics},
    };
    size_t i = 0;

    while (i < ARRAY_LEN(paths) && strcmp(paths[i].path, call->path) != 0) {
        i++;
    }
    if (i == ARRAY_LEN(paths)) {
        call_text(
            call, MHD_HTTP_NOT_FOUND, TYPE_TEXT, "there are /healthz, /readyz and /metrics here\n");
    } else if (call->method != CALL_GET) {
        call_text(call, MHD_HTTP_METHOD_NOT_ALLOWED, TYPE_TEXT, "Method not allowed\n");
        call_add_header(call, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    } else {
        paths[i].answer(data, call);
    }
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    call_add_header(call, "X-Content-Type-Options", "nosniff");
}

/* ---- Start and end ---- */

struct health_port *health_port_new(struct loop *loop, const struct health_port_options *options,
                                    struct err *err)
{
    struct health_port *port = mem_new(sizeof(*port));
    struct server_options server = {
        .host = options->host,
        .port = options->port,
        .title = "the health port",
        .option = "health",
        .connections_max = CONNECTIONS_MAX,
        .connections_per_address_max = CONNECTIONS_PER_ADDRESS_MAX,
        .request_ns = request_ns,
        .idle_ns = idle_ns,
        .answer_ns = answer_ns,
    };

    port->options = *options;
    port->server = server_new(loop, &server, on_call, port, err);
    if (!port->server) {
        free(port);
        return NULL;
    }
    return port;
}

void health_port_free(struct health_port *port)
{
    if (port) {
        server_free(port->server);
        free(port);
    }
}

int health_port_number(const struct health_port *port)
{
    return server_port(port->server);
}
