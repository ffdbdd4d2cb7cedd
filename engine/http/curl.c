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

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "http/curl_call.h"
#include "http/curl_names.h"
#include "http/url.h"

enum {
    TRANSPORT_MAGIC = 0x7a45,
    CLIENT_MAGIC = 0xc11e,
    KEPT_CALLS = 6, /* handles a client keeps for its next parallel requests */
    BATCH = 8,      /* so many that ended don't wait for the end of the round */
    MAX_PASSES = 4, /* of ending and starting exchanges before the loop gets its turn */
};

struct curl_transport {
    struct transport base;
    uint32_t magic;
    struct loop *loop;
    CURLM *multi;
    struct curl_sockets sockets;
    struct loop_prepare prepare;
    struct list ended;    /* curl_call.queue, oldest first */
    unsigned ended_count; /* since deliver() last ran */
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

static struct curl_transport *to_transport(struct transport *base)
{
    struct curl_transport *transport = (struct curl_transport *)base;

    MAGIC_CHECK(transport, TRANSPORT_MAGIC);
    return transport;
}

static struct curl_client *to_client(struct transport_client *base)
{
    struct curl_client *client = (struct curl_client *)base;

    MAGIC_CHECK(client, CLIENT_MAGIC);
    return client;
}

/* ---- Calls ---- */

static struct curl_call *take_call(struct curl_client *client)
{
    struct curl_call *call;

    if (!list_empty(&client->idle)) {
        call = list_item(client->idle.next, struct curl_call, link);
        list_remove(&call->link);
    } else {
        if (!client->share) {
            client->share = curl_share_init();
            if (!client->share) {
                out_of_memory("a user's connections");
            }
            curl_share_setopt(client->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
            curl_share_setopt(client->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
        }
        call = curl_call_new(client->share, &client->options, &client->transport->sockets);
        if (!call) {
            out_of_memory("a request");
        }
        call->client = &client->base;
        client->calls++;
    }
    list_append(&client->running, &call->link);
    return call;
}

/* The exchange is over and out of the multi handle. */
static void give_call(struct curl_client *client, struct curl_call *call)
{
    call->exchange->transport_data = NULL;
    curl_call_release(call);
    list_remove(&call->link);
    if (client->calls > KEPT_CALLS) {
        client->calls--;
        curl_call_free(call);
    } else {
        /* The last one used comes first: its memory is warm. */
        list_prepend(&client->idle, &call->link);
    }
}

static void end_call(struct curl_transport *transport, struct curl_call *call)
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
        end_call(transport, call);
    }
}

/* Hands the next request of the call to libcurl once its host's address is known. */
static void run_call(struct curl_transport *transport, struct curl_call *call)
{
    struct url_origin origin;

    /* Behind a proxy the name is the proxy's business, and the proxy's own name libcurl's. */
    if (to_client(call->client)->options.proxy || !url_origin(curl_call_url(call), &origin)) {
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
        run_call(transport, call);
    } else {
        end_call(transport, call);
    }
}

static void on_name_check(void *data, struct list *waiter)
{
    struct curl_call *call = list_item(waiter, struct curl_call, queue);

    if (curl_call_name_overdue(call)) {
        list_remove(waiter);
        end_call(data, call);
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
            run_call(transport, call);
        } else {
            end_call(transport, call);
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
        give_call(to_client(call->client), call);
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

static void client_start(struct transport_client *base, struct exchange *exchange)
{
    struct curl_client *client = to_client(base);
    struct curl_transport *transport = client->transport;
    struct curl_call *call = take_call(client);

    exchange->transport_data = call;
    transport->counts.started++;
    if (curl_call_begin(call, exchange)) {
        run_call(transport, call);
    } else {
        end_call(transport, call);
    }
    if (!transport->delivering && transport->prepared_ns == loop_now_ns(transport->loop)) {
        loop_hurry(transport->loop); /* from another prepare hook, after ours had its turn */
    }
}

static void cancel_call(struct curl_client *client, struct curl_call *call)
{
    if (call->state == CALL_RUNNING) {
        curl_multi_remove_handle(client->transport->multi, call->easy);
    }
    list_remove(&call->queue);
    client->transport->counts.cancelled++;
    give_call(client, call);
}

static void client_cancel(struct transport_client *base, struct exchange *exchange)
{
    struct curl_call *call = exchange->transport_data;

    if (call) {
        ENSURE(call->exchange == exchange);
        cancel_call(to_client(base), call);
    }
}

static bool proxy_valid(const char *proxy)
{
    CURLU *url = curl_url();
    unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
    bool valid = url && curl_url_set(url, CURLUPART_URL, proxy, flags) == CURLUE_OK;

    curl_url_cleanup(url);
    return valid;
}

static struct transport_client *client_new(struct transport *base,
                                           const struct client_options *options, struct err *err)
{
    struct curl_transport *transport = to_transport(base);
    const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);

    if (options->http2 && !(version->features & CURL_VERSION_HTTP2)) {
        err_set(err, "HTTP/2 was asked for, but libcurl %s is built without", version->version);
        return NULL;
    }
    if (options->ca_file && access(options->ca_file, R_OK) != 0) {
        err_set(
            err, "can't read the certificates in \"%s\": %s", options->ca_file, strerror(errno));
        return NULL;
    }
    if (options->proxy && !proxy_valid(options->proxy)) {
        err_set(err, "\"%s\" is not a proxy's URL", options->proxy);
        return NULL;
    }
    if (options->http2) {
        curl_sockets_stream(&transport->sockets);
    }
    struct curl_client *client = mem_new(sizeof(*client));

    client->base.transport = base;
    client->magic = CLIENT_MAGIC;
    client->transport = transport;
    client->options = *options;
    client->options.proxy = mem_strdup(options->proxy);
    client->options.ca_file = mem_strdup(options->ca_file);
    list_init(&client->idle);
    list_init(&client->running);
    transport->clients++;
    return &client->base;
}

static void client_free(struct transport_client *base)
{
    if (!base) {
        return;
    }
    struct curl_client *client = to_client(base);
    struct curl_call *call, *next;

    list_for_each_safe (call, next, &client->running, link) {
        cancel_call(client, call);
    }
    list_for_each_safe (call, next, &client->idle, link) {
        list_remove(&call->link);
        curl_call_free(call);
    }
    if (client->share) {
        ENSURE(curl_share_cleanup(client->share) == CURLSHE_OK);
    }
    client->transport->clients--;
    free((char *)(uintptr_t)client->options.proxy);
    free((char *)(uintptr_t)client->options.ca_file);
    client->magic = 0;
    free(client);
}

/* A line for the client's jar, which any of its handles can reach. */
static void cookie_command(struct curl_client *client, const char *line)
{
    struct curl_call *call = take_call(client);

    curl_easy_setopt(call->easy, CURLOPT_COOKIELIST, line);
    list_remove(&call->link);
    list_prepend(&client->idle, &call->link);
}

static void client_cookies_clear(struct transport_client *base)
{
    struct curl_client *client = to_client(base);

    if (client->calls > 0) {
        cookie_command(client, "ALL");
    }
}

static void client_cookie_set(struct transport_client *base, const char *url, const char *name,
                              const char *value)
{
    struct url_origin origin;

    /* A tab or newline would end the field; no cookie may hold one. */
    if (!url_origin(url, &origin) || strpbrk(name, "\t\r\n") || strpbrk(value, "\t\r\n")) {
        return;
    }
    /* Netscape's format: host, subdomains too, path, https only, expiry, name, value. */
    char *line = mem_printf(
        "%.*s\tFALSE\t/\tFALSE\t0\t%s\t%s", (int)origin.host_length, origin.host, name, value);

    cookie_command(to_client(base), line);
    free(line);
}

static bool transport_resolve(struct transport *base, const char *url, struct err *err)
{
    struct curl_transport *transport = to_transport(base);
    struct url_origin origin;

    if (!url_origin(url, &origin)) {
        return err_set(err, "\"%s\" is not an http or https URL", url);
    }
    return curl_names_resolve(transport->names, &origin, err);
}

/* ---- Life ---- */

static void transport_free(struct transport *base)
{
    if (!base) {
        return;
    }
    struct curl_transport *transport = to_transport(base);

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

    MAGIC_CHECK(transport, TRANSPORT_MAGIC);
    transport->counts.connections_opened = transport->sockets.opened;
    transport->counts.connections_open = transport->sockets.open;
    transport->counts.idle_closed = transport->sockets.idle_closed;
    return &transport->counts;
}

static const struct transport_ops curl_ops = {
    .free = transport_free,
    .client_new = client_new,
    .client_free = client_free,
    .start = client_start,
    .cancel = client_cancel,
    .cookies_clear = client_cookies_clear,
    .cookie_set = client_cookie_set,
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
    transport->magic = TRANSPORT_MAGIC;
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
