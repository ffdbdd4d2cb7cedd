/* SPDX-License-Identifier: MIT */
/*
 * libmicrohttpd calls on_request() when the headers are there, once per piece of body, and when all
 * is there; and again when a suspended connection goes on. The common request, without a body,
 * needs no memory of ours: its state pointer is the server itself, which only says that the first
 * call has been.
 *
 * libmicrohttpd's own timeout counts from the last byte, so a client that sends one a minute is
 * never late. Hence the time limits here, which are for whole requests; their end is the socket's
 * shutdown, which libmicrohttpd takes for a client that has gone.
 */
#define LOGGER "locust.web"
#include "web/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"
#include "web/server_private.h"

#define EXCHANGE_MAGIC 0x77656265U

/* ---- Connections ---- */

struct client *server_client(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    ENSURE(info && info->socket_context);
    return info->socket_context;
}

static void write_address(struct MHD_Connection *connection, char *text, socklen_t size)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;

    *text = '\0';
    if (address && address->sa_family == AF_INET) {
        inet_ntop(
            AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text, size);
    } else if (address && address->sa_family == AF_INET6) {
        inet_ntop(
            AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, text, size);
    }
}

static void on_connection(void *data, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *server = data;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        struct client *client = mem_new(sizeof(*client));

        client->connection = connection;
        client->due_ns = clock_mono_ns() + server->options.request_ns;
        write_address(connection, client->address, sizeof(client->address));
        list_append(&server->clients, &client->link);
        server->client_count++;
        *context = client;
    } else {
        struct client *client = *context;

        list_remove(&client->link);
        server->client_count--;
        free(client);
        *context = NULL;
    }
}

static void on_sweep(struct loop_timer *timer)
{
    struct server *server = timer->data;
    int64_t now_ns = clock_mono_ns();
    struct client *client, *after;

    list_for_each_safe (client, after, &server->clients, link) {
        if (client->due_ns > 0 && now_ns > client->due_ns) {
            const union MHD_ConnectionInfo *info =
                MHD_get_connection_info(client->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

            client->due_ns = 0;
            if (info) {
                shutdown(info->connect_fd, SHUT_RDWR);
            }
        }
    }
}

/* ---- Requests ---- */

struct held *server_exchange(struct server *server, struct MHD_Connection *connection)
{
    struct held *exchange = mem_new(sizeof(*exchange));

    exchange->magic = EXCHANGE_MAGIC;
    exchange->server = server;
    exchange->connection = connection;
    exchange->client = server_client(connection);
    buf_init(&exchange->body, SERVER_BODY_MAX);
    list_init(&exchange->link);
    return exchange;
}

static void exchange_free(struct held *exchange)
{
    exchange->server->bodies_bytes -= exchange->body.length;
    list_remove(&exchange->link);
    if (exchange->response) {
        MHD_destroy_response(exchange->response);
    }
    buf_fini(&exchange->body);
    free(exchange);
}

static void collect(struct held *exchange, const char *bytes, size_t length)
{
    struct server *server = exchange->server;

    if (exchange->too_large) {
        return;
    }
    if (server->bodies_bytes + length <= SERVER_BODIES_MAX) {
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

static enum call_method method_of(const char *name)
{
    if (strcmp(name, "GET") == 0 || strcmp(name, "HEAD") == 0) {
        return CALL_GET;
    }
    return strcmp(name, "POST") == 0      ? CALL_POST
           : strcmp(name, "OPTIONS") == 0 ? CALL_OPTIONS
                                          : CALL_OTHER;
}

static bool announces_too_much(struct MHD_Connection *connection)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    char *end;

    if (!length) {
        return false;
    }
    errno = 0;
    unsigned long long bytes = strtoull(length, &end, 10);

    return errno != 0 || end == length || *end || bytes > SERVER_BODY_MAX;
}

/* The request is complete. */
static enum MHD_Result answer(struct server *server, struct MHD_Connection *connection,
                              const char *method, const char *path, void **state)
{
    struct held *exchange = *state == server ? NULL : *state;
    struct client *client = server_client(connection);
    struct call call = {
        .method = method_of(method),
        .path = path,
        .body = exchange ? buf_text(&exchange->body) : "",
        .body_length = exchange ? exchange->body.length : 0,
        .client = client->address,
        .connection = connection,
        .exchange = exchange,
        .server = server,
    };

    client->due_ns = clock_mono_ns() + server->options.answer_ns;
    server->on_call(server->data, &call);
    if (call.exchange && !exchange) {
        *state = call.exchange;
    }
    if (call.later) {
        return MHD_YES;
    }
    ENSURE(call.response);
    enum MHD_Result result = MHD_queue_response(connection, call.status, call.response);

    if (!call.shared) {
        MHD_destroy_response(call.response);
    }
    return result;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *piece,
                                  size_t *piece_bytes, void **state)
{
    struct server *server = data;
    struct held *exchange = *state == server ? NULL : *state;

    (void)version;
    ENSURE(server);
    if (!*state) {
        struct client *client = server_client(connection);

        *state = server;
        client->due_ns = clock_mono_ns() + server->options.request_ns;
        return announces_too_much(connection)
                   ? MHD_queue_response(connection, MHD_HTTP_CONTENT_TOO_LARGE, server->too_large)
                   : MHD_YES;
    }
    if (exchange) {
        MAGIC_CHECK(exchange, EXCHANGE_MAGIC);
    }
    if (*piece_bytes > 0) {
        if (!exchange) {
            *state = exchange = server_exchange(server, connection);
        }
        collect(exchange, piece, *piece_bytes);
        *piece_bytes = 0;
        return MHD_YES;
    }
    if (exchange && exchange->response) {
        exchange->client->due_ns = clock_mono_ns() + server->options.answer_ns;
        return MHD_queue_response(connection, exchange->status, exchange->response);
    }
    if (exchange && exchange->too_large) {
        return MHD_queue_response(connection, MHD_HTTP_CONTENT_TOO_LARGE, server->too_large);
    }
    return answer(server, connection, method, path, state);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct server *server = data;

    (void)code;
    server_client(connection)->due_ns = clock_mono_ns() + server->options.idle_ns;
    if (*state && *state != data) {
        struct held *exchange = *state;

        MAGIC_CHECK(exchange, EXCHANGE_MAGIC);
        exchange_free(exchange);
    }
    *state = NULL;
}

/* ---- On the loop ---- */

static void run_daemon(struct server *server)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;

    loop_timer_stop(&server->run_timer);
    MHD_run(server->daemon);
    if (!loop_timer_active(&server->run_timer) &&
        MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES) {
        loop_timer_start(&server->run_timer, (int64_t)wait_ms * NS_PER_MS);
    }
}

static void on_readable(struct loop_io *io, int events)
{
    (void)events;
    run_daemon(io->data);
}

static void on_run_timer(struct loop_timer *timer)
{
    run_daemon(timer->data);
}

void server_hurry(struct server *server)
{
    loop_timer_start(&server->run_timer, 0);
}

/* ---- Start and end ---- */

/* libmicrohttpd's own words, of which only those of a start that fails are wanted. */
static void on_mhd_log(void *data, const char *format, va_list arguments)
{
    (void)data;
    (void)format;
    (void)arguments;
}

static bool start_daemon(struct server *server, int fd, struct err *err)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, server->cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key},
        {MHD_OPTION_END, 0, NULL},
    };

    if (server->encrypted) {
        flags |= MHD_USE_TLS;
    } else {
        tls[0].option = MHD_OPTION_END;
    }
    server->daemon = MHD_start_daemon(flags,
                                      0,
                                      NULL,
                                      NULL,
                                      on_request,
                                      server,
                                      MHD_OPTION_EXTERNAL_LOGGER,
                                      on_mhd_log,
                                      NULL,
                                      MHD_OPTION_LISTEN_SOCKET,
                                      fd,
                                      MHD_OPTION_CONNECTION_LIMIT,
                                      server->options.connections_max,
                                      MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                                      server->options.connections_per_address_max,
                                      MHD_OPTION_CONNECTION_TIMEOUT,
                                      (unsigned)(server->options.idle_ns / NS_PER_S + 1),
                                      MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                      (size_t)SERVER_HEADERS_MAX,
                                      MHD_OPTION_NOTIFY_COMPLETED,
                                      on_completed,
                                      server,
                                      MHD_OPTION_NOTIFY_CONNECTION,
                                      on_connection,
                                      server,
                                      MHD_OPTION_ARRAY,
                                      tls,
                                      MHD_OPTION_END);
    if (!server->daemon) {
        close(fd);
        return err_set(err,
                       server->encrypted
                           ? "HTTPS does not start: are --tls-cert and --tls-key a pair, in PEM?"
                           : "the HTTP server does not start");
    }
    return true;
}

static void watch(struct server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    ENSURE(info);
    loop_io_init(&server->io, server->loop, info->epoll_fd, on_readable, server);
    loop_io_watch(&server->io, LOOP_READ);
    loop_timer_repeat(&server->sweep_timer, NS_PER_S);
}

struct server *server_new(struct loop *loop, const struct server_options *options,
                          server_fn *on_call, void *data, struct err *err)
{
    static const char too_large[] =
        "{\"success\": false, \"message\": \"the body is too large\"}\n";
    struct server *server = mem_new(sizeof(*server));
    int fd;

    server->loop = loop;
    server->options = *options;
    server->on_call = on_call;
    server->data = data;
    list_init(&server->clients);
    list_init(&server->suspended);
    if (options->request_ns == 0) {
        server->options.request_ns = 15 * NS_PER_S;
        server->options.idle_ns = 75 * NS_PER_S;
        server->options.answer_ns = 120 * NS_PER_S;
    }
    if (options->connections_max == 0) {
        server->options.connections_max = SERVER_CONNECTIONS_MAX;
        server->options.connections_per_address_max = SERVER_CONNECTIONS_PER_ADDRESS_MAX;
    }
    if (!options->title) {
        server->options.title = "the web interface";
        server->options.option = "web";
    }
    server->too_large = response_text(TYPE_JSON, too_large, sizeof(too_large) - 1);
    loop_timer_init(&server->run_timer, loop, on_run_timer, server);
    loop_timer_init(&server->sweep_timer, loop, on_sweep, server);
    if (!server_read_pems(server, err) || !server_listen(server, &fd, err) ||
        !start_daemon(server, fd, err)) {
        server_free(server);
        return NULL;
    }
    watch(server);
    return server;
}

void server_free(struct server *server)
{
    struct held *exchange, *after;

    if (!server) {
        return;
    }
    if (server->daemon) {
        /* libmicrohttpd wants no suspended connections when it stops. */
        list_for_each_safe (exchange, after, &server->suspended, link) {
            later_answer(exchange,
                         MHD_HTTP_SERVICE_UNAVAILABLE,
                         response_text(TYPE_TEXT, "the program ends\n", 17));
        }
        MHD_run(server->daemon);
        loop_io_watch(&server->io, 0);
        loop_timer_stop(&server->run_timer);
        loop_timer_stop(&server->sweep_timer);
        MHD_stop_daemon(server->daemon);
    }
    MHD_destroy_response(server->too_large);
    free(server->cert);
    if (server->key) {
        explicit_bzero(server->key, strlen(server->key));
    }
    free(server->key);
    free(server);
}

int server_port(const struct server *server)
{
    return server->port;
}

bool server_encrypted(const struct server *server)
{
    return server->encrypted;
}

size_t server_connections(const struct server *server)
{
    return server->client_count;
}
