/* SPDX-License-Identifier: MIT */
/* curl_client.c - a user's side of libcurl: its options, connections, cookies and easy handles. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "http/curl_call.h"
#include "http/curl_private.h"
#include "http/url.h"

enum { KEPT_CALLS = 6 /* handles a client keeps for its next parallel requests */ };

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

void curl_client_give(struct curl_client *client, struct curl_call *call)
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

void curl_client_start(struct transport_client *base, struct exchange *exchange)
{
    struct curl_client *client = curl_client_of(base);
    struct curl_transport *transport = client->transport;
    struct curl_call *call = take_call(client);

    exchange->transport_data = call;
    transport->counts.started++;
    if (curl_call_begin(call, exchange)) {
        curl_transport_run(transport, call);
    } else {
        curl_transport_end(transport, call);
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
    curl_client_give(client, call);
}

void curl_client_cancel(struct transport_client *base, struct exchange *exchange)
{
    struct curl_call *call = exchange->transport_data;

    if (call) {
        ENSURE(call->exchange == exchange);
        cancel_call(curl_client_of(base), call);
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

struct transport_client *curl_client_new(struct transport *base,
                                         const struct client_options *options, struct err *err)
{
    struct curl_transport *transport = curl_transport_of(base);
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
    client->magic = CURL_CLIENT_MAGIC;
    client->transport = transport;
    client->options = *options;
    client->options.proxy = mem_strdup(options->proxy);
    client->options.ca_file = mem_strdup(options->ca_file);
    list_init(&client->idle);
    list_init(&client->running);
    transport->clients++;
    return &client->base;
}

void curl_client_free(struct transport_client *base)
{
    if (!base) {
        return;
    }
    struct curl_client *client = curl_client_of(base);
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

void curl_client_cookies_clear(struct transport_client *base)
{
    struct curl_client *client = curl_client_of(base);

    if (client->calls > 0) {
        cookie_command(client, "ALL");
    }
}

void curl_client_cookie_set(struct transport_client *base, const char *url, const char *name,
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

    cookie_command(curl_client_of(base), line);
    free(line);
}
