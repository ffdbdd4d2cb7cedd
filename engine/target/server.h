/* SPDX-License-Identifier: MIT */
/*
 * server.h - the HTTP server: connections, bodies, delayed answers; what to answer is mounted.
 *
 * It has no thread of its own. The loop waits for server_fd() to be readable, no longer than until
 * server_next_ns(), and then calls server_run().
 *
 * A request counts when it has arrived whole and its path is looked at, before any delay.
 */
#ifndef TARGET_SERVER_H
#define TARGET_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "target/request.h"
#include "target/timer.h"

#define SERVER_BODY_MAX_BYTES ((size_t)16 << 20)    /* of one request; more is a 413 */
#define SERVER_BODIES_MAX_BYTES ((size_t)256 << 20) /* of all requests under way; 413 too */

struct server_options {
    int listen_fd; /* the server's from server_new() on, whatever it returns */
    unsigned max_connections;
    struct timers *timers; /* must outlive the server */
    const char *tls_cert;  /* PEM texts; both NULL for plain HTTP */
    const char *tls_key;
};

struct server;

/* NULL and a sentence when it cannot start. */
struct server *server_new(const struct server_options *options, struct err *err);
void server_free(struct server *server); /* delayed answers are not sent any more */

/* The table is borrowed; the context is what its handlers find in request->context. */
void server_mount(struct server *server, const struct endpoint *endpoints, void *context);
struct routes *server_routes(struct server *server);

int server_fd(const struct server *server);
int64_t server_next_ns(const struct server *server, int64_t now_ns); /* INT64_MAX: no hurry */
void server_run(struct server *server);

#endif
