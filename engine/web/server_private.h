/* SPDX-License-Identifier: MIT */
/*
 * server_private.h - what server.c (connections, limits), server_listen.c (its socket) and call.c
 * (requests, answers) share.
 */
#ifndef WEB_SERVER_PRIVATE_H
#define WEB_SERVER_PRIVATE_H

#include <netinet/in.h>

#include "base/list.h"
#include "web/server.h"

/* A connection. */
struct client {
    struct list link; /* server.clients */
    struct MHD_Connection *connection;
    int64_t due_ns; /* monotonic: cut then; 0: never */
    char address[INET6_ADDRSTRLEN];
};

/* A request with a body, or one that is answered later. */
struct held {
    unsigned magic;
    struct server *server;
    struct MHD_Connection *connection;
    struct client *client;
    struct buf body;
    bool too_large;
    bool suspended;
    struct list link; /* server.suspended */
    unsigned status;
    struct MHD_Response *response; /* to be sent when it goes on */
};

struct server {
    struct loop *loop;
    struct server_options options;
    server_fn *on_call;
    void *data;
    struct MHD_Daemon *daemon;
    int port;
    bool encrypted;
    struct loop_io io;
    struct loop_timer run_timer, sweep_timer;
    struct list clients, suspended;
    size_t client_count;
    size_t bodies_bytes;
    struct MHD_Response *too_large;
    char *cert, *key; /* PEM */
};

struct held *server_exchange(struct server *server, struct MHD_Connection *connection);

/* Something happened that libmicrohttpd raises no event for: let it run in the next round. */
void server_hurry(struct server *server);

struct client *server_client(struct MHD_Connection *connection);

/* ---- server_listen.c ---- */

bool server_listen(struct server *server, int *fd, struct err *err);
bool server_read_pems(struct server *server, struct err *err);

#endif
