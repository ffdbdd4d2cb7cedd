/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.runners"
#include "runner/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"
#include "runner/link_private.h"

enum {
    LINK_MAGIC = 0x6c696e6b,
    BATCH = 256, /* messages per round of the loop */
};

static const int64_t reopen_after_ns = 200 * NS_PER_MS;

/* ---- Receiving ---- */

static bool receive(struct link *link, zmq_msg_t *message)
{
    return link->socket && zmq_msg_recv(message, link->socket, ZMQ_DONTWAIT) >= 0;
}

/* Reads the rest of a message of several frames; true if there was any. */
static bool drop_further_frames(struct link *link, zmq_msg_t *last)
{
    bool more = zmq_msg_more(last), dropped = more;

    while (more) {
        zmq_msg_t frame;

        zmq_msg_init(&frame);
        more = receive(link, &frame) && zmq_msg_more(&frame);
        zmq_msg_close(&frame);
    }
    return dropped;
}

/* One message, if there is one. */
static bool deliver(struct link *link)
{
    zmq_msg_t peer, body;
    bool whole;

    zmq_msg_init(&peer);
    zmq_msg_init(&body);
    bool got = link->listening ? receive(link, &peer) : receive(link, &body);

    if (got && link->listening) {
        whole = zmq_msg_more(&peer) && receive(link, &body) && !drop_further_frames(link, &body);
    } else {
        whole = got && !drop_further_frames(link, &body);
    }
    if (whole) {
        struct link_peer from = {.id = zmq_msg_data(&peer), .length = zmq_msg_size(&peer)};

        link->events.on_message(link->events.data, from, zmq_msg_data(&body), zmq_msg_size(&body));
    } else if (got) {
        log_warning("dropped a message of a wrong number of frames");
    }
    zmq_msg_close(&peer);
    zmq_msg_close(&body);
    return got;
}

static void finish(struct link *link);

static void deliver_batch(struct link *link)
{
    int count = 0;

    link->busy = true;
    link->unread = false;
    while (count < BATCH && !link->freed && deliver(link)) {
        count++;
    }
    link->busy = false;
    if (link->freed) {
        finish(link);
    } else if (count == BATCH) { /* others have their turn in between */
        link->unread = true;
        loop_hurry(link->loop);
    }
}

static void on_readable(struct loop_io *io, int events)
{
    struct link *link = io->data;

    (void)events;
    MAGIC_CHECK(link, (unsigned)LINK_MAGIC);
    link->unread = true;
}

static void on_prepare(struct loop_prepare *prepare)
{
    struct link *link = prepare->data;

    link_monitor_read(link);
    if (link->unread) {
        deliver_batch(link);
    }
}

/* ---- Opening and closing ---- */

static void watch(struct link *link)
{
    loop_io_init(&link->io, link->loop, link_descriptor(link->socket), on_readable, link);
    loop_io_watch(&link->io, LOOP_READ);
    link->unread = true;
}

static void close_socket(struct link *link)
{
    if (!link->socket) {
        return;
    }
    link_monitor_stop(link);
    if (link->io.loop) {
        loop_io_watch(&link->io, 0);
        link->io.loop = NULL;
    }
    zmq_close(link->socket);
    link->socket = NULL;
}

/* Without the brackets that an IPv6 address may have come in: names are looked up without. */
static char *bare_host(const char *host)
{
    size_t length = strlen(host);
    bool brackets = length > 2 && host[0] == '[' && host[length - 1] == ']';

    return brackets ? mem_strndup(host + 1, length - 2) : mem_strdup(host);
}

/* "tcp://host:5557"; an IPv6 address needs brackets. */
static char *endpoint(const struct link *link)
{
    return mem_printf(
        strchr(link->host, ':') ? "tcp://[%s]:%d" : "tcp://%s:%d", link->host, link->port);
}

static void learn_port(struct link *link)
{
    char text[256];
    size_t size = sizeof(text);

    if (zmq_getsockopt(link->socket, ZMQ_LAST_ENDPOINT, text, &size) == 0 && strrchr(text, ':')) {
        link->port = (int)strtol(strrchr(text, ':') + 1, NULL, 10);
    }
}

static bool open_socket(struct link *link, struct err *err)
{
    link->socket = zmq_socket(link->context, link->listening ? ZMQ_ROUTER : ZMQ_DEALER);
    if (!link->socket) {
        return err_set(err, "can't make a ZeroMQ socket: %s", zmq_strerror(errno));
    }
    link_set_options(link);
    if (!link_set_curve(link, err)) {
        return false;
    }
    link_monitor_start(link);
    char *address = endpoint(link);
    int failed =
        link->listening ? zmq_bind(link->socket, address) : zmq_connect(link->socket, address);

    if (failed) {
        err_set(err,
                link->listening ? "can't listen for workers on %s: %s"
                                : "can't connect to the master at %s: %s",
                address,
                zmq_strerror(errno));
    } else if (link->listening) {
        learn_port(link);
    }
    free(address);
    if (failed) {
        return false;
    }
    watch(link);
    return true;
}

static void on_reopen_timer(struct loop_timer *timer);

static struct link *make(struct loop *loop, bool listening, const char *host, int port,
                         const char *identity, const struct link_curve *curve,
                         const struct link_events *events, struct err *err)
{
    struct link *link = mem_new(sizeof(*link));

    link->magic = LINK_MAGIC;
    link->loop = loop;
    link->listening = listening;
    link->events = *events;
    link->host = bare_host(host);
    link->port = port;
    link->identity = mem_strdup(identity);
    if (curve) {
        link->curve = (struct link_curve){.server_public = mem_strdup(curve->server_public),
                                          .public = mem_strdup(curve->public),
                                          .secret = mem_strdup(curve->secret)};
    }
    loop_prepare_start(&link->prepare, loop, on_prepare, link);
    loop_timer_init(&link->reopen_timer, loop, on_reopen_timer, link);
    link->context = zmq_ctx_new();
    if (!link->context) {
        err_set(err, "can't start ZeroMQ: %s", zmq_strerror(errno));
        link_free(link);
        return NULL;
    }
    if (!open_socket(link, err)) {
        link_free(link);
        return NULL;
    }
    return link;
}

struct link *link_listen(struct loop *loop, const char *host, int port,
                         const struct link_curve *curve, const struct link_events *events,
                         struct err *err)
{
    return make(loop, true, host, port, NULL, curve, events, err);
}

struct link *link_connect(struct loop *loop, const char *host, int port, const char *identity,
                          const struct link_curve *curve, const struct link_events *events,
                          struct err *err)
{
    size_t length = strlen(identity);

    if (length < 1 || length > LINK_PEER_MAX) {
        err_set(err, "a worker's identity must have 1 to %d bytes", LINK_PEER_MAX);
        return NULL;
    }
    return make(loop, false, host, port, identity, curve, events, err);
}

static void finish(struct link *link)
{
    close_socket(link);
    loop_prepare_stop(&link->prepare);
    loop_timer_stop(&link->reopen_timer);
    if (link->context) {
        zmq_ctx_term(link->context); /* waits for the linger time at most */
    }
    free(link->host);
    free(link->identity);
    free((char *)link->curve.server_public);
    free((char *)link->curve.public);
    free((char *)link->curve.secret);
    link->magic = 0;
    free(link);
}

void link_free(struct link *link)
{
    if (!link) {
        return;
    }
    if (link->busy) { /* from on_message(): the batch is not over */
        link->freed = true;
    } else {
        finish(link);
    }
}

int link_port(const struct link *link)
{
    return link->port;
}

static void on_reopen_timer(struct loop_timer *timer)
{
    struct link *link = timer->data;
    struct err err;

    if (!open_socket(link, &err)) {
        log_error("%s", err.text);
        close_socket(link);
        loop_timer_start(timer, NS_PER_S);
    }
}

void link_reopen(struct link *link)
{
    if (!link->socket) { /* it is being done */
        return;
    }
    /* What waits to be sent goes with the connection: the peer would not know it. */
    link_set_int(link->socket, ZMQ_LINGER, 0);
    close_socket(link);
    loop_timer_start(&link->reopen_timer, reopen_after_ns);
}

bool link_send(struct link *link, struct link_peer to, const void *bytes, size_t length)
{
    if (!link->socket) {
        return false;
    }
    /* Sending may swallow the news of a message that came in. */
    link->unread = true;
    if (link->listening &&
        zmq_send(link->socket, to.id, to.length, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0) {
        return false;
    }
    return zmq_send(link->socket, bytes, length, ZMQ_DONTWAIT) >= 0;
}
