/* SPDX-License-Identifier: MIT */
/*
 * One multi handle carries every user's transfers. All users ask the same host, so libcurl's own
 * connection pool would be one long list, walked for every request and drained by users who sleep;
 * therefore each client has a share object with a pool (and a cookie jar) of its own.
 *
 * libcurl must not be called from its callbacks, and on_done may do anything. So exchanges that
 * ended are queued, and on_done runs when libcurl is not on the stack: from the loop's prepare
 * hook, or earlier when several wait. Each user's memory is some 20 KB here and there; if thousands
 * of answers were read first and thousands of requests written then, all of it would be fetched
 * from main memory twice.
 */
#include "http/curl.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "http/curl_call.h"
#include "http/curl_names.h"
#include "http/curl_private.h"
#include "http/url.h"

enum {
    BATCH = 8,      /* so many that ended don't wait for the end of the round */
    MAX_PASSES = 4, /* of ending and starting exchanges before the loop gets its turn */
};

/* ---- Exchanges ---- */

void curl_transport_end(struct curl_transport *transport, struct curl_call *call)
{
    call->state = CALL_ENDED;
    list_append(&transport->ended, &call->queue);
    transport->ended_count++;
}

static void add_call(struct curl_transport *transport, struct curl_call *call)
{
    if (curl_multi_add_handle(transport->multi, call->easy) == CURLM_OK) {
        call->state = CALL_RUNNING;
    } else {
        curl_call_fail(call, "MemoryError()");
        curl_transport_end(transport, call);
    }
}

void curl_transport_run(struct curl_transport *transport, struct curl_call *call)
{
    struct url_origin origin;

    /* Behind a proxy the name is the proxy's business, and the proxy's own name libcurl's. */
    if (curl_client_of(call->client)->options.proxy || !url_origin(curl_call_url(call), &origin)) {
        add_call(transport, call);
        return;
    }
    switch (curl_names_ask(transport->names, &origin, &call->queue)) {
    case NAMES_READY:
        curl_call_set_resolve(call, curl_names_entry(transport->names, &origin));
        add_call(transport, call);
        break;
    case NAMES_PENDING:
        curl_call_await_name(call);
        break;
    }
}

static void on_name(void *data, struct list *waiter, int error)
{
    struct curl_transport *transport = data;
    struct curl_call *call = list_item(waiter, struct curl_call, queue);

    if (curl_call_named(call, error)) {
        curl_transport_run(transport, call);
    } else {
        curl_transport_end(transport, call);
    }
}

static void on_name_check(void *data, struct list *waiter)
{
    struct curl_call *call = list_item(waiter, struct curl_call, queue);

    if (curl_call_name_overdue(call)) {
        list_remove(waiter);
        curl_transport_end(data, call);
    }
}

static void hand_over(struct curl_transport *transport);

/* libcurl has run: take out what is complete. The time is taken here, not when on_done runs. */
static void collect(void *data)
{
    struct curl_transport *transport = data;
    const CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(transport->multi, &left))) {
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        struct curl_call *call;

        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&call);
        bool follow = curl_call_end(call, code);

        if (call->resolve && code == CURLE_OK) {
            curl_names_entry_used(call->resolve);
        }
        curl_multi_remove_handle(transport->multi, easy);
        if (follow) {
            curl_transport_run(transport, call);
        } else {
            curl_transport_end(transport, call);
        }
    }
    if (transport->ended_count >= BATCH && !transport->delivering) {
        hand_over(transport);
    }
}

static void deliver(struct curl_transport *transport)
{
    struct list batch;

    /* What on_done ends or starts waits for the next pass; what it cancels leaves the batch. */
    list_init(&batch);
    transport->ended_count = 0;
    while (!list_empty(&transport->ended)) {
        struct list *link = transport->ended.next;

        list_remove(link);
        list_append(&batch, link);
    }
    while (!list_empty(&batch)) {
        struct curl_call *call = list_item(batch.next, struct curl_call, queue);
        struct exchange *exchange = call->exchange;

        list_remove(&call->queue);
        transport->counts.finished++;
        transport->counts.reconnects += exchange->retried;
        curl_client_give(curl_client_of(call->client), call);
        exchange->on_done(exchange); /* the client may be gone after this */
    }
}

/* Ends and starts exchanges, in turns; libcurl is not on the stack. */
static void hand_over(struct curl_transport *transport)
{
    transport->delivering = true;
    for (int pass = 0; pass < MAX_PASSES; pass++) {
        bool ran = curl_sockets_run_expired(&transport->sockets);

        if (!list_empty(&transport->ended)) {
            deliver(transport);
        } else if (!ran) {
            break;
        }
    }
    transport->delivering = false;
}

static void on_prepare(struct loop_prepare *prepare)
{
    struct curl_transport *transport = prepare->data;

    transport->prepared_ns = loop_now_ns(transport->loop);
    hand_over(transport);
    if (transport->sockets.expired || !list_empty(&transport->ended)) {
        loop_hurry(transport->loop);
    }
}

/* ---- The interface ---- */

static bool transport_resolve(struct transport *base, const char *url, struct err *err)
{
    struct curl_transport *transport = curl_transport_of(base);
    struct url_origin origin;

    if (!url_origin(url, &origin)) {
        return err_set(err, "\"%s\" is not an http or https URL", url);
    }
    return curl_names_resolve(transport->names, &origin, err);
}

static void transport_free(struct transport *base)
{
    if (!base) {
        return;
    }
    struct curl_transport *transport = curl_transport_of(base);

    ENSURE(transport->clients == 0);
    loop_prepare_stop(&transport->prepare);
    curl_multi_cleanup(transport->multi);
    curl_sockets_fini(&transport->sockets);
    curl_names_free(transport->names);
    curl_global_cleanup();
    transport->magic = 0;
    free(transport);
}

static const struct transport_counts *transport_counts(const struct transport *base)
{
    struct curl_transport *transport = (struct curl_transport *)(uintptr_t)base;

    MAGIC_CHECK(transport, CURL_TRANSPORT_MAGIC);
    transport->counts.connections_opened = transport->sockets.opened;
    transport->counts.connections_open = transport->sockets.open;
    transport->counts.idle_closed = transport->sockets.idle_closed;
    return &transport->counts;
}

static const struct transport_ops curl_ops = {
    .free = transport_free,
    .client_new = curl_client_new,
    .client_free = curl_client_free,
    .start = curl_client_start,
    .cancel = curl_client_cancel,
    .cookies_clear = curl_client_cookies_clear,
    .cookie_set = curl_client_cookie_set,
    .resolve = transport_resolve,
    .counts = transport_counts,
};

struct transport *curl_transport_new(struct loop *loop)
{
    struct curl_transport *transport = mem_new(sizeof(*transport));

    /* A server that hangs up while we send is an error of one request, not the process's end. */
    signal(SIGPIPE, SIG_IGN);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        !(transport->multi = curl_multi_init())) {
        fprintf(stderr, "cicada: libcurl could not be initialised\n");
        exit(2);
    }
    transport->base.ops = &curl_ops;
    transport->magic = CURL_TRANSPORT_MAGIC;
    transport->loop = loop;
    list_init(&transport->ended);
    /* Only the clients' own pools hold connections; their number is nobody's but the users'. */
    curl_multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS, 1000000L);
    curl_sockets_init(&transport->sockets, loop, transport->multi, collect, transport);
    transport->names = curl_names_new(loop, on_name, on_name_check, transport);
    loop_prepare_start(&transport->prepare, loop, on_prepare, transport);
    return &transport->base;
}

/*
 * Not curl_version(): for the version of the LDAP library it has SASL look for its plug-ins in the
 * file system, thousands of allocations, one of which crashes when it fails.
 */
const char *curl_transport_version(void)
{
    static char text[200]; /* always the same */
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    bool http2 = info->age >= CURLVERSION_SIXTH && info->features & CURL_VERSION_HTTP2;

    snprintf(text,
             sizeof(text),
             "libcurl/%s %s zlib/%s%s",
             info->version,
             info->ssl_version ? info->ssl_version : "without TLS",
             info->libz_version ? info->libz_version : "none",
             http2 ? " HTTP/2" : "");
    return text;
}
