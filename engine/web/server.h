/* SPDX-License-Identifier: MIT */
/*
 * server.h - the HTTP server of the web interface: libmicrohttpd, its epoll descriptor on the loop.
 *
 * Every client is a stranger: what it sends is bounded, how long it may take is bounded, and a slow
 * one delays nobody. The server knows no routes; it hands each complete request to one function.
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/loop.h"
#include "web/call.h"

enum {
    SERVER_CONNECTIONS_MAX = 1000,
    SERVER_CONNECTIONS_PER_ADDRESS_MAX = 600,
    SERVER_HEADERS_MAX = 32 * 1024, /* of a request, and what MHD needs besides */
    SERVER_BODY_MAX = 1024 * 1024,
    SERVER_BODIES_MAX = 16 * 1024 * 1024, /* of all requests under way */
};

struct server;

struct server_options {
    const char *host;      /* NULL, "" or "*": all interfaces */
    uint16_t port;         /* 0: a free one */
    const char *cert_path; /* PEM; NULL: plain HTTP */
    const char *key_path;
    const char *title;                    /* for complaints; NULL: "the web interface" */
    const char *option;                   /* --OPTION-host and --OPTION-port; NULL: "web" */
    unsigned connections_max;             /* 0: SERVER_CONNECTIONS_MAX */
    unsigned connections_per_address_max; /* likewise */
    /* Limits of time, for tests; 0: 15 s for a request to arrive, 75 s between requests, 120 s for
     * a client to take its answer. */
    int64_t request_ns, idle_ns, answer_ns;
};

/* Answers the call, or takes it over by call_later(). */
typedef void server_fn(void *data, struct call *call);

/* Listens at once. NULL with a sentence if the address can't be had or the certificate is bad. */
struct server *server_new(struct loop *loop, const struct server_options *options,
                          server_fn *on_call, void *data, struct err *err);
void server_free(struct server *server); /* NULL is fine; connections are cut */

int server_port(const struct server *server);
bool server_encrypted(const struct server *server);
size_t server_connections(const struct server *server);

#endif
