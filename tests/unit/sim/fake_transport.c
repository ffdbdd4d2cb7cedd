/* SPDX-License-Identifier: MIT */
#include "fake_transport.h"

#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "core/coro.h"

struct fake_call {
    struct list link; /* fake_transport.calls */
    struct transport_client *client;
    struct exchange *exchange;
    const struct fake_answer *answer;
    struct loop_timer timer;
};

static struct fake_transport *fake_of(struct transport_client *client)
{
    return (struct fake_transport *)client->transport;
}

static const struct fake_answer *find_answer(const struct fake_transport *fake, const char *url)
{
    static const struct fake_answer fine = {.status = 200};
    size_t length = strlen(url);

    for (const struct fake_answer *a = fake->script; a && a->path; a++) {
        size_t tail = strlen(a->path);

        if (length >= tail && strcmp(url + length - tail, a->path) == 0) {
            return a;
        }
    }
    return &fine;
}

static void drop_call(struct fake_call *call)
{
    list_remove(&call->link);
    loop_timer_stop(&call->timer);
    free(call);
}

static void on_answer(struct loop_timer *timer)
{
    struct fake_call *call = timer->data;
    struct exchange *exchange = call->exchange;
    const struct fake_answer *answer = call->answer;

    exchange->status = answer->status;
    exchange->reason = mem_strdup(answer->reason);
    exchange->error = mem_strdup(answer->error);
    if (answer->body && !exchange->discard_body) {
        buf_puts(&exchange->answer_body, answer->body);
    }
    exchange->answer_bytes = answer->body ? strlen(answer->body) : 0;
    buf_init(&exchange->answer_headers, 4096);
    buf_puts(&exchange->answer_headers, answer->headers ? answer->headers : "");
    exchange->times.total_ns = 5000000;
    fake_of(call->client)->finished++;
    drop_call(call);
    exchange->on_done(exchange); /* the client may be gone after this */
}

static void write_down(struct fake_transport *fake, const struct exchange *exchange)
{
    buf_printf(&fake->journal, "%s %s", exchange->method, exchange->url);
    for (const char *const *line = exchange->headers; line && *line; line++) {
        buf_printf(&fake->journal, "|%s", *line);
    }
    if (exchange->auth_name) {
        buf_printf(&fake->journal, "|auth %s:%s", exchange->auth_name, exchange->auth_password);
    }
    if (exchange->body) {
        buf_puts(&fake->journal, "|");
        buf_add(&fake->journal, exchange->body, exchange->body_bytes);
    }
    buf_puts(&fake->journal, "\n");
}

static void start(struct transport_client *client, struct exchange *exchange)
{
    struct fake_transport *fake = fake_of(client);
    struct fake_call *call = mem_new(sizeof(*call));

    ENSURE(!coro_current()); /* on the loop's stack, as transport.h promises */
    fake->started++;
    write_down(fake, exchange);
    call->client = client;
    call->exchange = exchange;
    call->answer = find_answer(fake, exchange->url);
    list_append(&fake->calls, &call->link);
    loop_timer_init(&call->timer, fake->loop, on_answer, call);
    buf_init(&exchange->answer_body, exchange->max_body_bytes);
    if (call->answer->delay_ns != FAKE_NEVER) {
        loop_timer_start(&call->timer, call->answer->delay_ns);
    } else if (call->answer->body) {
        buf_puts(&exchange->answer_body, call->answer->body);
    }
}

static void cancel(struct transport_client *client, struct exchange *exchange)
{
    struct fake_transport *fake = fake_of(client);
    struct fake_call *call, *after;

    ENSURE(!coro_current());
    list_for_each_safe (call, after, &fake->calls, link) {
        if (call->exchange == exchange) {
            fake->cancelled++;
            drop_call(call);
        }
    }
}

static struct transport_client *client_new(struct transport *transport,
                                           const struct client_options *options, struct err *err)
{
    struct fake_transport *fake = (struct fake_transport *)transport;

    (void)options;
    if (fake->refuse_clients) {
        err_set(err, "no client to be had");
        return NULL;
    }
    struct transport_client *client = mem_new(sizeof(*client));

    client->transport = transport;
    fake->clients++;
    return client;
}

static void client_free(struct transport_client *client)
{
    struct fake_transport *fake = fake_of(client);
    struct fake_call *call, *after;

    list_for_each_safe (call, after, &fake->calls, link) {
        if (call->client == client) {
            fake->cancelled++;
            drop_call(call);
        }
    }
    fake->clients--;
    free(client);
}

static void cookies_clear(struct transport_client *client)
{
    buf_puts(&fake_of(client)->journal, "cookies cleared\n");
}

static void cookie_set(struct transport_client *client, const char *url, const char *name,
                       const char *value)
{
    buf_printf(&fake_of(client)->journal, "cookie %s=%s for %s\n", name, value, url);
}

static bool resolve(struct transport *transport, const char *url, struct err *err)
{
    (void)transport;
    (void)url;
    (void)err;
    return true;
}

static const struct transport_counts *counts(const struct transport *transport)
{
    static const struct transport_counts some = {.connections_opened = 3};

    (void)transport;
    return &some;
}

void fake_transport_init(struct fake_transport *fake, struct loop *loop,
                         const struct fake_answer *script)
{
    static const struct transport_ops ops = {
        .client_new = client_new,
        .client_free = client_free,
        .start = start,
        .cancel = cancel,
        .cookies_clear = cookies_clear,
        .cookie_set = cookie_set,
        .resolve = resolve,
        .counts = counts,
    };

    *fake = (struct fake_transport){.base = {.ops = &ops}, .loop = loop, .script = script};
    buf_init(&fake->journal, 1 << 20);
    list_init(&fake->calls);
}

void fake_transport_fini(struct fake_transport *fake)
{
    ENSURE(fake->clients == 0 && list_empty(&fake->calls));
    buf_fini(&fake->journal);
}
