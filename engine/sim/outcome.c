/* SPDX-License-Identifier: MIT */
#include "sim/outcome.h"

#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "base/pytext.h"
#include "sim/evidence.h"
#include "sim/sim_private.h"

static const int64_t back_off_ns = 100 * NS_PER_MS;

static void on_done(struct exchange *exchange)
{
    struct outcome *outcome = exchange->data;
    struct user *user = outcome->user;
    const struct exchange_times *times = &exchange->times;

    MAGIC_CHECK(user, (unsigned)USER_MAGIC);
    outcome->state = OUTCOME_OPEN;
    outcome->response = (struct response){
        .status = exchange->status,
        .time = seconds_from_ns(times->total_ns),
        .size = exchange->answer_bytes,
        .body = buf_text(&exchange->answer_body),
        .error = exchange->error,
        .url = exchange->answer_url ? exchange->answer_url : exchange->url,
        .dns_time = seconds_from_ns(times->dns_ns),
        .connect_time = seconds_from_ns(times->connect_ns),
        .tls_time = seconds_from_ns(times->tls_ns),
        .first_byte_time = seconds_from_ns(times->first_byte_ns),
    };
    list_remove(&outcome->link);
    user->sim->counts.waiting_users -= --user->in_flight == 0;
    user_request_done(user, exchange->status > 0);
}

struct transport_client *outcome_client(struct user *user, struct err *err)
{
    const struct user_class *class = user->class->source;
    const struct sim_options *options = user->sim->options;
    struct client_options client = {
        .insecure = class->insecure || options->insecure,
        .http2 = class->http2 || options->http2,
        .proxy = options->proxy ? options->proxy : class->proxy,
        .ca_file = options->ca_file,
    };

    if (!user->client) {
        user->client = user->sim->transport->ops->client_new(user->sim->transport, &client, err);
    }
    return user->client;
}

/* Without a client every request fails for the same reason. */
static void fail_pending(struct user *user, const struct err *err)
{
    for (struct outcome *outcome = user->pending; outcome; outcome = outcome->next) {
        outcome->exchange.error = mem_strdup(err->text);
        outcome->response.error = outcome->exchange.error;
        outcome->state = OUTCOME_OPEN;
        user->sim->counts.requests_started++;
    }
    user->pending = NULL;
    loop_timer_start(&user->timer, back_off_ns);
}

void outcome_start_pending(struct user *user)
{
    struct sim *sim = user->sim;
    struct outcome *outcome = user->pending;
    int64_t now_ns = clock_coarse_ns();
    struct err err;

    if (!outcome_client(user, &err)) {
        fail_pending(user, &err);
        return;
    }
    user->pending = NULL;
    while (outcome) {
        struct outcome *next = outcome->next;

        sim->counts.requests_started++;
        if (outcome->unsendable) {
            outcome->state = OUTCOME_OPEN;
            outcome->response.error = outcome->unsendable;
        } else {
            outcome->state = OUTCOME_IN_FLIGHT;
            outcome->exchange.on_done = on_done;
            outcome->exchange.data = outcome;
            outcome->start_ns = now_ns;
            list_append(&sim->in_flight, &outcome->link);
            sim->counts.waiting_users += user->in_flight++ == 0;
            sim->transport->ops->start(user->client, &outcome->exchange);
        }
        outcome = next;
    }
    if (user->in_flight == 0) { /* in a later round: one without end would starve the others */
        loop_timer_start(&user->timer, 0);
    }
}

void outcome_refuse(struct outcome *outcome)
{
    exchange_fini(&outcome->exchange); /* a part of an answer is none */
    outcome->state = OUTCOME_CLOSED;
    outcome->interrupted = true;
    outcome->response = (struct response){
        .body = "", .error = "the user was stopped", .url = outcome->exchange.url};
}

void outcome_cancel_all(struct user *user)
{
    struct sim *sim = user->sim;

    for (struct outcome *outcome = user->outcomes; outcome; outcome = outcome->older) {
        if (outcome->state == OUTCOME_IN_FLIGHT) {
            sim->transport->ops->cancel(user->client, &outcome->exchange);
            sim->counts.interrupted++;
            list_remove(&outcome->link);
            outcome_refuse(outcome);
        }
    }
    sim->counts.waiting_users -= user->in_flight > 0;
    user->in_flight = 0;
}

/* "HTTPError('404 Client Error: Not Found for url: /x')", as requests' raise_for_status() says. */
static void status_failure(struct buf *out, const struct outcome *outcome)
{
    int status = outcome->response.status;
    struct buf text;

    buf_init(&text, 8192);
    buf_printf(&text,
               "%d %s Error: %s for url: %s",
               status,
               status < 500 ? "Client" : "Server",
               outcome->exchange.reason ? outcome->exchange.reason : "",
               outcome->name);
    buf_puts(out, "HTTPError(");
    pytext_repr(out, buf_text(&text));
    buf_putc(out, ')');
    buf_fini(&text);
}

static bool failed(const struct outcome *outcome)
{
    switch (outcome->verdict) {
    case VERDICT_FAILED:
        return true;
    case VERDICT_PASSED:
        return false;
    case VERDICT_BY_STATUS:
        break;
    }
    return outcome->response.error || outcome->response.status >= 400;
}

/* What is recorded: the error, else the failed check, else the status. */
static const char *failure_text(struct buf *out, const struct outcome *outcome)
{
    if (outcome->response.error) {
        return outcome->response.error;
    }
    if (outcome->failure) {
        buf_puts(out, "CatchResponseError(");
        pytext_repr(out, outcome->failure);
        buf_putc(out, ')');
    } else {
        status_failure(out, outcome);
    }
    return buf_text(out);
}

static int64_t at_least_0(int64_t ns)
{
    return ns > 0 ? ns : 0;
}

/* On a redirect's way several connections may have been made: their times are added up. */
static struct phase_times phases_of(const struct exchange *exchange)
{
    const struct exchange_times *times = &exchange->times;
    int64_t opening_ns = times->dns_ns + times->connect_ns + times->tls_ns;
    struct phase_times phases = {
        .connected = opening_ns > 0,
        .dns_ns = times->dns_ns,
        .connect_ns = times->connect_ns,
        .tls_ns = times->tls_ns,
        .first_byte_ns = -1,
    };

    if (times->first_byte_ns > 0 && exchange->status > 0) {
        phases.first_byte_ns = at_least_0(times->first_byte_ns - opening_ns);
        phases.download_ns = at_least_0(times->total_ns - times->first_byte_ns);
    }
    return phases;
}

static void record(struct outcome *outcome)
{
    struct phase_times phases = phases_of(&outcome->exchange);
    struct buf text;

    buf_init(&text, 16384);
    struct stats_sample sample = {
        .method = outcome->exchange.method,
        .name = outcome->name,
        .elapsed_ns = outcome->exchange.times.total_ns,
        .wall_ns = clock_wall_ns(),
        .content_length = outcome->exchange.answer_bytes,
        .failure = failed(outcome) ? failure_text(&text, outcome) : NULL,
        .phases = &phases,
    };
    struct sample hook = {
        .type = sample.method,
        .name = sample.name,
        .time = outcome->response.time,
        .size = outcome->response.size,
        .error = sample.failure,
        .status = outcome->response.status,
        .url = outcome->response.url,
        .user = outcome->user,
    };

    const struct failure *kind = sim_record(outcome->user->sim, &sample, &hook);

    if (kind) {
        evidence_keep(outcome, kind, sample.failure, sample.wall_ns);
    }
    buf_fini(&text);
}

void outcome_commit(struct user *user)
{
    for (struct outcome *outcome = user->outcomes; outcome; outcome = outcome->older) {
        if (outcome->state == OUTCOME_CLOSED && !outcome->interrupted) {
            break; /* older ones are, too */
        }
        if (outcome->state == OUTCOME_OPEN) {
            outcome->state = OUTCOME_CLOSED;
            record(outcome);
        }
    }
}

void outcome_drop_all(struct user *user)
{
    for (struct outcome *outcome = user->outcomes; outcome; outcome = outcome->older) {
        json_decref(outcome->json);
        exchange_fini(&outcome->exchange);
    }
    user->outcomes = NULL;
}

const json_t *outcome_json(struct outcome *outcome)
{
    if (!outcome->json_tried) {
        outcome->json_tried = true;
        outcome->json = json_loadb(outcome->response.body,
                                   outcome->exchange.answer_body.length,
                                   JSON_DECODE_ANY | JSON_ALLOW_NUL,
                                   NULL);
    }
    return outcome->json;
}
