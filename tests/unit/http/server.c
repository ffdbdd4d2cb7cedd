/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <zlib.h>

struct server {
    int fd, port;
    pthread_t thread;
    atomic_uint accepted, running;
};

struct connection {
    struct server *server;
    int fd;
    unsigned number, requests;
    bool once, reset_then; /* ends at the second request, and so */
    char *request;         /* head and body, NUL terminated */
    size_t length;
};

/* ---- Bytes ---- */

static void say(struct connection *c, const void *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(c->fd, bytes, length, MSG_NOSIGNAL);

        if (sent <= 0) {
            return;
        }
        bytes = (const char *)bytes + sent;
        length -= (size_t)sent;
    }
}

static void say_text(struct connection *c, const char *text)
{
    say(c, text, strlen(text));
}

static void answer(struct connection *c, int status, const char *extra, const void *body,
                   size_t length)
{
    char head[4096];
    bool head_only = strncmp(c->request, "HEAD ", 5) == 0;

    snprintf(head,
             sizeof(head),
             "HTTP/1.1 %d Whatever\r\nContent-Length: %zu\r\n%s\r\n",
             status,
             length,
             extra);
    say_text(c, head);
    if (!head_only) {
        say(c, body, length);
    }
}

static void answer_text(struct connection *c, const char *text)
{
    answer(c, 200, "", text, strlen(text));
}

static void wait_for_client(struct connection *c)
{
    char byte;

    while (recv(c->fd, &byte, 1, 0) > 0) {
    }
}

/* Reads one request; false when the client left. */
static bool read_request(struct connection *c)
{
    size_t capacity = 4 * 1024 * 1024, wanted = 0;

    c->request = c->request ? c->request : malloc(capacity);
    c->length = 0;
    for (;;) {
        ssize_t got = recv(c->fd, c->request + c->length, capacity - 1 - c->length, 0);

        if (got <= 0) {
            return false;
        }
        c->length += (size_t)got;
        c->request[c->length] = '\0';
        char *end = strstr(c->request, "\r\n\r\n");

        if (end && !wanted) {
            char *length = strcasestr(c->request, "\r\nContent-Length:");

            wanted = (size_t)(end + 4 - c->request) +
                     (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
        }
        if (wanted && c->length >= wanted) {
            return true;
        }
    }
}

/* ---- Routes ---- */

static void bomb(struct connection *c)
{
    size_t size = 16 * 1024 * 1024;
    char *zeros = calloc(1, size), *packed = malloc(size);
    z_stream stream = {0};

    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (unsigned char *)zeros;
    stream.avail_in = (unsigned)size;
    stream.next_out = (unsigned char *)packed;
    stream.avail_out = (unsigned)size;
    deflate(&stream, Z_FINISH);
    answer(c, 200, "Content-Encoding: gzip\r\n", packed, stream.total_out);
    deflateEnd(&stream);
    free(zeros);
    free(packed);
}

static void many_headers(struct connection *c, int count)
{
    say_text(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    for (int i = 0; i < count; i++) {
        say_text(c, "X-Padding: 0123456789\r\n");
    }
    say_text(c, "\r\n");
}

static void reset(struct connection *c)
{
    struct linger linger = {.l_onoff = 1};

    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

/* False: close the connection. */
static bool route(struct connection *c)
{
    char path[2048] = "", text[4096];
    int number = 0;

    sscanf(c->request, "%*s %2047s", path);
    char *query = strchr(path, '?');

    if (query) {
        *query++ = '\0';
    }
    c->requests++;
    if (c->once && c->requests > 1) {
        if (c->reset_then) {
            reset(c);
        }
        return false;
    }
    if (strcmp(path, "/echo") == 0) {
        answer(c, 200, "Content-Type: text/plain\r\n", c->request, c->length);
    } else if (strcmp(path, "/connection") == 0) {
        snprintf(text, sizeof(text), "%u", c->number);
        answer_text(c, text);
    } else if (strcmp(path, "/cookie") == 0) {
        snprintf(text, sizeof(text), "Set-Cookie: %s\r\n", query);
        answer(c, 200, text, "", 0);
    } else if (sscanf(path, "/moved/%d", &number) == 1) {
        snprintf(text, sizeof(text), "Location: %s\r\n", query);
        answer(c, number, text, "go", 2);
    } else if (strcmp(path, "/loop") == 0) {
        answer(c, 302, "Location: /loop\r\n", "", 0);
    } else if (sscanf(path, "/status/%d", &number) == 1) {
        answer(c, number, "", "x", 1);
    } else if (sscanf(path, "/size/%d", &number) == 1) {
        char *bytes = calloc(1, (size_t)number + 1);

        answer(c, 200, "", bytes, (size_t)number);
        free(bytes);
    } else if (sscanf(path, "/headers/%d", &number) == 1) {
        many_headers(c, number);
    } else if (sscanf(path, "/delay/%d", &number) == 1) {
        usleep((useconds_t)number * 1000);
        answer_text(c, "late");
    } else if (strcmp(path, "/bomb") == 0) {
        bomb(c);
    } else if (strcmp(path, "/slow") == 0) {
        wait_for_client(c);
        return false;
    } else if (strcmp(path, "/stall") == 0) {
        say_text(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        wait_for_client(c);
        return false;
    } else if (strcmp(path, "/reset") == 0) {
        reset(c);
        return false;
    } else if (strcmp(path, "/close") == 0) {
        return false;
    } else if (strcmp(path, "/truncated") == 0) {
        say_text(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
        return false;
    } else if (strcmp(path, "/garbage") == 0) {
        say_text(c, "this is not http\r\n\r\n");
        return false;
    } else if (strcmp(path, "/last") == 0) {
        answer_text(c, "bye");
        return false;
    } else if (strcmp(path, "/bad-gzip") == 0) {
        answer(c, 200, "Content-Encoding: gzip\r\n", "plain text", 10);
    } else if (strcmp(path, "/once") == 0 || strcmp(path, "/once-reset") == 0) {
        c->once = true;
        c->reset_then = strcmp(path, "/once-reset") == 0;
        answer_text(c, "once");
    } else {
        answer(c, 404, "", "", 0);
    }
    return true;
}

static void *connection_thread(void *data)
{
    struct connection *c = data;

    while (read_request(c) && route(c)) {
    }
    close(c->fd);
    atomic_fetch_sub(&c->server->running, 1);
    free(c->request);
    free(c);
    return NULL;
}

static void *accept_thread(void *data)
{
    struct server *server = data;

    for (;;) {
        int fd = accept(server->fd, NULL, NULL);

        if (fd < 0) {
            return NULL;
        }
        struct connection *c = calloc(1, sizeof(*c));
        pthread_t thread;
        int on = 1;

        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        c->server = server;
        c->fd = fd;
        c->number = atomic_fetch_add(&server->accepted, 1) + 1;
        atomic_fetch_add(&server->running, 1);
        pthread_create(&thread, NULL, connection_thread, c);
        pthread_detach(thread);
    }
}

struct server *server_new(void)
{
    struct server *server = calloc(1, sizeof(*server));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);

    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server->fd, (struct sockaddr *)&address, size) != 0 || listen(server->fd, 1000) != 0 ||
        getsockname(server->fd, (struct sockaddr *)&address, &size) != 0) {
        perror("server");
        abort();
    }
    server->port = ntohs(address.sin_port);
    pthread_create(&server->thread, NULL, accept_thread, server);
    return server;
}

void server_free(struct server *server)
{
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->fd);
    for (int i = 0; i < 5000 && atomic_load(&server->running) > 0; i++) {
        usleep(1000);
    }
    free(server);
}

int server_port(const struct server *server)
{
    return server->port;
}

unsigned server_connections(struct server *server)
{
    return atomic_load(&server->accepted);
}
