/* SPDX-License-Identifier: MIT */
/*
 * The glue to libmicrohttpd, run by an external loop on its epoll descriptor.
 *
 * MHD calls on_request() when the headers are there, once per piece of body, and when all is
 * there; and again when a suspended connection goes on. The common request, without body or delay,
 * gets by without an allocation of ours: its state pointer is the server itself, which only says
 * that the first call has been.
 */
#include "target/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/list.h"
#include "base/memory.h"
#include "target/answer.h"
#include "target/text.h"

/* So that clients that vanished without a word don't hold their connection for ever. */
#define IDLE_TIMEOUT_S 300U

/* Of the request line and headers, both ways. MHD clears it all after every request. */
#define CONNECTION_BYTES ((size_t)16 << 10)

#define EXCHANGE_MAGIC 0x65786368U

/* A request with a body, a delay or both. */
struct exchange {
    unsigned magic;
    struct server *server;
    struct MHD_Connection *connection;
    struct buf body;
    bool too_large;
    /* while the answer is delayed, and when it is due */
    struct timer timer;
    struct list link; /* server.delayed */
    unsigned status;
    struct MHD_Response *response;
    bool shared;
};

struct mounted {
    request_fn *handle;
    void *context;
};

struct server {
    struct MHD_Daemon *daemon;
    int fd;
    const char *scheme;
    struct routes *routes;
    struct mounted *mounted; /* by route number */
    struct timers *timers;
    struct list delayed; /* exchange.link */
    size_t bodies_bytes;
    bool resumed; /* connections MHD must look at; it raises no event for them */
    struct MHD_Response *not_found, *too_large;
};

static void exchange_free(struct exchange *exchange)
{
    struct server *server = exchange->server;

    server->bodies_bytes -= exchange->body.length;
    timers_stop(server->timers, &exchange->timer);
    list_remove(&exchange->link);
    if (exchange->response && !exchange->shared) {
        MHD_destroy_response(exchange->response);
    }
    buf_fini(&exchange->body);
    free(exchange);
}

/* The delay is over: MHD calls on_request() again. */
static void on_due(void *data)
{
    struct exchange *exchange = data;

    MAGIC_CHECK(exchange, EXCHANGE_MAGIC);
    list_remove(&exchange->link);
    MHD_resume_connection(exchange->connection);
    exchange->server->resumed = true;
}

static struct exchange *exchange_new(struct server *server, struct MHD_Connection *connection)
{
    struct exchange *exchange = mem_new(sizeof(*exchange));

    exchange->magic = EXCHANGE_MAGIC;
    exchange->server = server;
    exchange->connection = connection;
    exchange->timer = (struct timer){.on_due = on_due, .data = exchange};
    buf_init(&exchange->body, SERVER_BODY_MAX_BYTES);
    list_init(&exchange->link);
    return exchange;
}

static void collect(struct exchange *exchange, const char *bytes, size_t length)
{
    struct server *server = exchange->server;

    if (exchange->too_large) {
        return;
    }
    if (server->bodies_bytes + length <= SERVER_BODIES_MAX_BYTES) {
        buf_add(&exchange->body, bytes, length);
    } else {
        exchange->body.failed = true;
    }
    if (!exchange->body.failed) {
        server->bodies_bytes += length;
        return;
    }
    exchange->too_large = true;
    server->bodies_bytes -= exchange->body.length;
    buf_fini(&exchange->body);
}

static void answer_wrong_method(struct request *request)
{
    unsigned status = request->method == METHOD_OPTIONS ? MHD_HTTP_OK : MHD_HTTP_METHOD_NOT_ALLOWED;
    struct buf allowed;

    buf_init(&allowed, 256);
    methods_write(request->match->allowed | 1U << METHOD_OPTIONS, ", ", &allowed);
    answer_empty(request, status);
    answer_header(request, MHD_HTTP_HEADER_ALLOW, buf_text(&allowed));
    buf_fini(&allowed);
}

static void dispatch(struct server *server, struct request *request, struct route_match *match)
{
    routes_match(server->routes, request->method, request->path, match);
    routes_count(server->routes, request->method, match);
    switch (match->result) {
    case ROUTE_FOUND:
        request->context = server->mounted[match->number].context;
        server->mounted[match->number].handle(request);
        ENSURE(request->response);
        break;
    case ROUTE_WRONG_METHOD:
        answer_wrong_method(request);
        break;
    case ROUTE_UNKNOWN:
        answer_shared(request, MHD_HTTP_NOT_FOUND, server->not_found);
        break;
    }
}

static enum MHD_Result delay(struct exchange *exchange, const struct request *request)
{
    struct server *server = exchange->server;

    exchange->status = request->status;
    exchange->response = request->response;
    exchange->shared = request->shared;
    list_append(&server->delayed, &exchange->link);
    timers_start(server->timers, &exchange->timer, clock_mono_ns() + request->delay_ns);
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}

static bool announces_too_much(struct MHD_Connection *connection)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    unsigned long bytes;

    return length && !text_number(length, SERVER_BODY_MAX_BYTES, &bytes);
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *piece,
                                  size_t *piece_bytes, void **state)
{
    struct server *server = data;
    struct exchange *exchange = *state == server ? NULL : *state;

    (void)version;
    ENSURE(server);
    if (!*state) {
        *state = server;
        return announces_too_much(connection)
                   ? MHD_queue_response(connection, MHD_HTTP_CONTENT_TOO_LARGE, server->too_large)
                   : MHD_YES;
    }
    if (exchange) {
        MAGIC_CHECK(exchange, EXCHANGE_MAGIC);
    }
    if (*piece_bytes > 0) {
        if (!exchange) {
            *state = exchange = exchange_new(server, connection);
        }
        collect(exchange, piece, *piece_bytes);
        *piece_bytes = 0;
        return MHD_YES;
    }
    if (exchange && exchange->response) {
        return MHD_queue_response(connection, exchange->status, exchange->response);
    }
    if (exchange && exchange->too_large) {
        return MHD_queue_response(connection, MHD_HTTP_CONTENT_TOO_LARGE, server->too_large);
    }
    struct route_match match;
    struct request request = {
        .method = method_from_name(method),
        .method_name = method,
        .path = path,
        .scheme = server->scheme,
        .match = &match,
        .body = exchange ? buf_text(&exchange->body) : "",
        .body_bytes = exchange ? exchange->body.length : 0,
        .connection = connection,
    };

    dispatch(server, &request, &match);
    if (request.delay_ns > 0) {
        if (!exchange) {
            *state = exchange = exchange_new(server, connection);
        }
        return delay(exchange, &request);
    }
    enum MHD_Result result = MHD_queue_response(connection, request.status, request.response);

    if (!request.shared) {
        MHD_destroy_response(request.response);
    }
    return result;
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    (void)code;
    if (*state && *state != data) {
        struct exchange *exchange = *state;

        MAGIC_CHECK(exchange, EXCHANGE_MAGIC);
        exchange_free(exchange);
    }
    *state = NULL;
}

static bool start(struct server *server, const struct server_options *options, struct err *err)
{
    const union MHD_DaemonInfo *info;
    unsigned flags = MHD_USE_EPOLL | MHD_USE_SUSPEND_RESUME | MHD_USE_TURBO;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->tls_cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->tls_key},
        {MHD_OPTION_END, 0, NULL},
    };

    if (options->tls_cert) {
        flags |=
            MHD_USE_TLS | MHD_USE_ERROR_LOG; /* the log is the only word on a bad certificate */
    } else {
        tls[0].option = MHD_OPTION_END;
    }
    server->daemon = MHD_start_daemon(flags,
                                      0,
                                      NULL,
                                      NULL,
                                      on_request,
                                      server,
                                      MHD_OPTION_LISTEN_SOCKET,
                                      options->listen_fd,
                                      MHD_OPTION_CONNECTION_LIMIT,
                                      options->max_connections,
                                      MHD_OPTION_CONNECTION_TIMEOUT,
                                      IDLE_TIMEOUT_S,
                                      MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                      CONNECTION_BYTES,
                                      MHD_OPTION_NOTIFY_COMPLETED,
                                      on_completed,
                                      server,
                                      MHD_OPTION_ARRAY,
                                      tls,
                                      MHD_OPTION_END);
    if (!server->daemon) {
        close(options->listen_fd);
        return err_set(err,
                       "the HTTP server does not start: %s",
                       options->tls_cert ? "see above; are certificate and key a PEM pair?"
                                         : strerror(errno));
    }
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    ENSURE(info);
    server->fd = info->epoll_fd;
    return true;
}

struct server *server_new(const struct server_options *options, struct err *err)
{
    static const char too_large[] = "{\"error\": \"the body is too large\"}\n";
    struct server *server = mem_new(sizeof(*server));

    server->scheme = options->tls_cert ? "https" : "http";
    server->timers = options->timers;
    server->routes = routes_new();
    server->not_found = answer_make(TYPE_JSON_UTF8, "{}", 2);
    server->too_large = answer_make(TYPE_JSON_UTF8, too_large, strlen(too_large));
    list_init(&server->delayed);
    if (!start(server, options, err)) {
        server_free(server);
        return NULL;
    }
    return server;
}

void server_free(struct server *server)
{
    if (!server) {
        return;
    }
    /* MHD wants no suspended connections when it stops. */
    struct exchange *exchange, *after;

    list_for_each_safe (exchange, after, &server->delayed, link) {
        timers_stop(server->timers, &exchange->timer);
        on_due(exchange);
    }
    if (server->daemon) {
        MHD_run(server->daemon);
        MHD_stop_daemon(server->daemon);
    }
    MHD_destroy_response(server->not_found);
    MHD_destroy_response(server->too_large);
    routes_free(server->routes);
    free(server->mounted);
    free(server);
}

void server_mount(struct server *server, const struct endpoint *endpoints, void *context)
{
    for (; endpoints->pattern; endpoints++) {
        unsigned number = routes_add(server->routes, endpoints->methods, endpoints->pattern);

        server->mounted = mem_resize(server->mounted, number + 1, sizeof(*server->mounted));
        server->mounted[number] = (struct mounted){.handle = endpoints->handle, .context = context};
    }
}

struct routes *server_routes(struct server *server)
{
    return server->routes;
}

int server_fd(const struct server *server)
{
    return server->fd;
}

int64_t server_next_ns(const struct server *server, int64_t now_ns)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    if (server->resumed) {
        return now_ns;
    }
    if (MHD_get_timeout(server->daemon, &wait_ms) != MHD_YES) {
        return INT64_MAX;
    }
    return now_ns + (int64_t)wait_ms * NS_PER_MS;
}

void server_run(struct server *server)
{
    server->resumed = false;
    MHD_run(server->daemon);
}
