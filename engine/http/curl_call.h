/* SPDX-License-Identifier: MIT */
/*
 * curl_call.h - one easy handle and the exchange it carries, from its begin to its outcome:
 * redirects decided as requests decides them, failures put into words. What libcurl is told to send
 * is curl_request.h's, and how the answer is taken in curl_receive.h's. Knows nothing of the loop
 * or the multi handle; its owner adds and removes the easy handle.
 */
#ifndef HTTP_CURL_CALL_H
#define HTTP_CURL_CALL_H

#include <curl/curl.h>

#include "base/arena.h"
#include "base/list.h"
#include "http/curl_error.h"
#include "http/curl_sockets.h"
#include "http/exchange.h"
#include "http/transport.h"

enum curl_call_state {
    CALL_IDLE,      /* no exchange */
    CALL_RESOLVING, /* waits for its host's address */
    CALL_RUNNING,   /* in the multi handle */
    CALL_ENDED,     /* on_done is due */
};

struct curl_call {
    uint32_t magic;
    enum curl_call_state state; /* the owner's, and so are the next three */
    struct list link;           /* curl_client.idle or .running */
    struct list queue;          /* curl_transport.ended or in a queue of curl_names */
    struct transport_client *client;

    CURL *easy;                 /* read only */
    struct exchange *exchange;  /* read only; NULL when idle */
    int64_t start_ns;           /* read only */
    struct curl_slist *resolve; /* read only: given to libcurl with this request; NULL: none */

    /* private to curl_request.c: what the handle was told last */
    struct curl_slist *headers; /* nodes point to the exchange's lines; libcurl only reads them */
    size_t header_capacity;
    struct arena texts; /* lines that had to be rewritten */
    const char *method_set;
    bool http2, body_set, headers_set, auth_set, wait_set;
    long timeout_ms, connect_timeout_ms;
    /* private to curl_call.c: of the handle */
    struct curl_socket_opener opener;
    char detail[CURL_ERROR_SIZE]; /* see forget_detail() */
    /* private to curl_call.c: of the exchange; curl_request.c reads the first two lines */
    const char *method;
    bool body_dropped, auth_dropped, cookie_dropped; /* on the way through redirects */
    char *url; /* quoted, or a redirect's; NULL: as the exchange has it */
    unsigned redirects, attempts;
    bool detail_lost;
    int64_t wait_ns; /* when the wait for the name began */
    /* curl_receive.c's, reset for each request */
    size_t header_count, header_bytes;
    bool in_body;          /* the last response's headers are complete */
    enum curl_limit limit; /* why we stopped reading */
};

/* NULL when out of memory. The share, options and sockets must outlive the call. */
struct curl_call *curl_call_new(CURLSH *share, const struct client_options *options,
                                struct curl_sockets *sockets);
void curl_call_free(struct curl_call *call);

/* Takes the exchange on and sets the handle up for it. False: ended already, with an error. */
bool curl_call_begin(struct curl_call *call, struct exchange *exchange);

/* The URL of the request that is due next. */
const char *curl_call_url(const struct curl_call *call);

/* An entry for libcurl's DNS cache, to go with the next transfer; NULL: none. */
void curl_call_set_resolve(struct curl_call *call, struct curl_slist *entry);

/*
 * The transfer ended. True: a redirect is to be followed, and the handle is set up for it.
 * False: the answer is complete.
 */
bool curl_call_end(struct curl_call *call, CURLcode code);

/* The call waits for its host's name; it ends if that takes longer than a connect may. */
void curl_call_await_name(struct curl_call *call);
/* The name was looked up. False: it wasn't found, and the call ended. */
bool curl_call_named(struct curl_call *call, int gai_error);
/* True: the wait took too long, and the call ended. */
bool curl_call_name_overdue(struct curl_call *call);

/* Ends without a transfer, for a reason of the owner's. */
void curl_call_fail(struct curl_call *call, const char *error);

/* Lets go of the exchange: the call is idle again. */
void curl_call_release(struct curl_call *call);

#endif
