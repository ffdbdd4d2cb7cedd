/* SPDX-License-Identifier: MIT */
/*
 * transport.h - the one interface to HTTP: start an exchange for a user, one callback when it
 * ended.
 *
 * A transport serves all users of a process on one loop. Each user has a client: its connections,
 * cookies and TLS sessions, shared with nobody. Everything is called on the loop's stack; nothing
 * blocks but transport_resolve().
 */
#ifndef HTTP_TRANSPORT_H
#define HTTP_TRANSPORT_H

#include <stdbool.h>

#include "base/err.h"
#include "http/exchange.h"

struct transport; /* implementations embed it as their first member */
struct transport_client;

/* What a client keeps for all its exchanges; the strings are copied by client_new(). */
struct client_options {
    bool insecure;       /* accept any certificate */
    bool http2;          /* offer HTTP/2 by ALPN on https */
    const char *proxy;   /* NULL: none, whatever the environment says */
    const char *ca_file; /* PEM; NULL: the system's */
};

struct transport_counts;

struct transport_ops {
    void (*free)(struct transport *transport); /* every client must be freed before */
    /* NULL with a sentence, when the options can't be met. */
    struct transport_client *(*client_new)(struct transport *transport,
                                           const struct client_options *options, struct err *err);
    /* Exchanges still running are cancelled. */
    void (*client_free)(struct transport_client *client);
    /*
     * Never calls on_done before it returns. Any number of exchanges of one client may run at a
     * time, on as many connections.
     */
    void (*start)(struct transport_client *client, struct exchange *exchange);
    /* No callback follows. An exchange that is not running is fine. */
    void (*cancel)(struct transport_client *client, struct exchange *exchange);
    void (*cookies_clear)(struct transport_client *client);
    /* For every path of the URL's host. */
    void (*cookie_set)(struct transport_client *client, const char *url, const char *name,
                       const char *value);
    /*
     * Looks the URL's host up now, blocking, and keeps the answer for every client: so that a ramp
     * of 10,000 users makes one DNS query, and a misspelt host is reported before the test starts.
     */
    bool (*resolve)(struct transport *transport, const char *url, struct err *err);
    const struct transport_counts *(*counts)(const struct transport *transport); /* borrowed */
};

struct transport {
    const struct transport_ops *ops;
};

struct transport_client {
    struct transport *transport;
};

/* Counters since the transport was made. */
struct transport_counts {
    uint64_t started, finished, cancelled;
    uint64_t connections_opened, connections_open;
    uint64_t reconnects;  /* exchanges repeated because a kept-alive connection was dead */
    uint64_t idle_closed; /* kept-alive connections the server closed while nothing ran on them */
};

#endif
