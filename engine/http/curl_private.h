/* SPDX-License-Identifier: MIT */
/*
 * curl_private.h - what the transport (curl.c, the multi handle) and its clients (curl_client.c)
 * know of each other; nobody else includes this.
 */
#ifndef HTTP_CURL_PRIVATE_H
#define HTTP_CURL_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/ensure.h"
#include "base/list.h"
#include "core/loop.h"
#include "http/curl_call.h"
#include "http/curl_sockets.h"
#include "http/transport.h"

enum { CURL_TRANSPORT_MAGIC = 0x7a45, CURL_CLIENT_MAGIC = 0xc11e };

struct curl_transport {
    struct transport base;
    uint32_t magic;
    struct loop *loop;
    CURLM *multi;
    struct curl_sockets sockets;
    struct loop_prepare prepare;
    struct list ended;    /* curl_call.queue, oldest first */
    unsigned ended_count; /* since curl.c last delivered */
    struct curl_names *names;
    struct transport_counts counts;
    unsigned clients;
    bool delivering;     /* on_prepare() is at work */
    int64_t prepared_ns; /* the loop's time when it last was: tells the round */
};

struct curl_client {
    struct transport_client base;
    uint32_t magic;
    struct curl_transport *transport;
    CURLSH *share; /* NULL until the first exchange */
    struct client_options options;
    struct list idle, running; /* curl_call.link */
    unsigned calls;
};

static inline struct curl_transport *curl_transport_of(struct transport *base)
{
    struct curl_transport *transport = (struct curl_transport *)base;

    MAGIC_CHECK(transport, CURL_TRANSPORT_MAGIC);
    return transport;
}

static inline struct curl_client *curl_client_of(struct transport_client *base)
{
    struct curl_client *client = (struct curl_client *)base;

    MAGIC_CHECK(client, CURL_CLIENT_MAGIC);
    return client;
}

/* ---- curl.c ---- */

/* Hands the next request of the call to libcurl once its host's address is known. */
void curl_transport_run(struct curl_transport *transport, struct curl_call *call);

/* The call has its outcome and is out of the multi handle: on_done is due. */
void curl_transport_end(struct curl_transport *transport, struct curl_call *call);

/* ---- curl_client.c ---- */

/* The exchange is over and out of the multi handle: its handle is free for the next. */
void curl_client_give(struct curl_client *client, struct curl_call *call);

/* The clients' part of struct transport_ops. */
struct transport_client *curl_client_new(struct transport *base,
                                         const struct client_options *options, struct err *err);
void curl_client_free(struct transport_client *base);
void curl_client_start(struct transport_client *base, struct exchange *exchange);
void curl_client_cancel(struct transport_client *base, struct exchange *exchange);
void curl_client_cookies_clear(struct transport_client *base);
void curl_client_cookie_set(struct transport_client *base, const char *url, const char *name,
                            const char *value);

#endif
