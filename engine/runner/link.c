/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.runners"
#include "runner/link.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"

enum {
    LINK_MAGIC = 0x6c696e6b,
    LINGER_MS = 2000,
    BACKLOG = 4096,        /* thousands of workers start together; the default is 100 */
    QUEUE_MAX = 100000,    /* per peer; above its 1,000 a ROUTER would drop without a word */
    BATCH = 256,           /* messages per round of the loop */
    KEEPALIVE_IDLE_S = 30, /* as Locust's */
};

static const int64_t reopen_after_ns = 200 * NS_PER_MS;
static const int64_t refusals_every_ns = 30 * NS_PER_S; /* in the log */

struct link {
    unsigned magic;
    struct loop *loop;
    struct link_events events;
    void *context, *socket, *monitor;
    struct loop_io io, monitor_io;
    struct loop_prepare prepare;
    struct loop_timer reopen_timer;
    bool unread;         /* ZMQ_FD tells of changes only: look again before the loop waits */
    bool events_unread;  /* the monitor's too */
    bool listening;      /* a master's */
    bool freed;          /* in a callback of ours */
    bool busy;           /* delivering messages */
    unsigned refusals;   /* connections turned away since the last line about them */
    int64_t refusals_ns; /* monotonic: when that was; 0: never */
    char *host, *identity;
    int port;
    struct link_curve curve; /* owned texts */
};

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

/* ---- What happens to the connection ---- */

/* Whoever has no right key tries again ten times a second, and an attacker as often as he likes. */
static void note_refusal(struct link *link, const char *address)
{
    int64_t now_ns = clock_mono_ns();

    link->refusals++;
    if (link->refusals_ns > 0 && now_ns - link->refusals_ns < refusals_every_ns) {
        return;
    }
    if (link->listening) {
        log_warning("connection on %s: a peer that does not speak the protocol, or has no right "
                    "key, was turned away (%u times since the last such line)",
                    address,
                    link->refusals);
    } else {
        log_warning("connection to %s: what answers there does not speak the protocol, or the keys "
                    "do not match (%u times since the last such line)",
                    address,
                    link->refusals);
    }
    link->refusals = 0;
    link->refusals_ns = now_ns;
}

static void note_event(struct link *link, unsigned event, unsigned value, const char *address)
{
    switch (event) {
    case ZMQ_EVENT_CONNECTED:
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        log_debug("connection to %s: %s",
                  address,
                  event == ZMQ_EVENT_CONNECTED ? "established" : "handshake done");
        if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED && link->events.on_session) {
            link->events.on_session(link->events.data, true);
        }
        break;
    case ZMQ_EVENT_DISCONNECTED:
        log_debug("connection to %s: lost", address);
        if (link->events.on_session) {
            link->events.on_session(link->events.data, false);
        }
        break;
    case ZMQ_EVENT_ACCEPT_FAILED:
        log_error("can't accept a worker's connection on %s: %s; is the descriptor limit used up?",
                  address,
                  zmq_strerror((int)value));
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        note_refusal(link, address);
        break;
    default:
        break;
    }
}

static void on_monitor(struct loop_io *io, int events)
{
    struct link *link = io->data;

    (void)events;
    for (;;) {
        zmq_msg_t event, address;
        char text[256] = "";
        uint16_t number = 0;
        uint32_t value = 0;

        zmq_msg_init(&event);
        zmq_msg_init(&address);
        bool got = zmq_msg_recv(&event, link->monitor, ZMQ_DONTWAIT) == 6 &&
                   zmq_msg_recv(&address, link->monitor, ZMQ_DONTWAIT) >= 0;

        if (got) {
            const char *bytes = zmq_msg_data(&event);
            size_t length = zmq_msg_size(&address);

            memcpy(&number, bytes, sizeof(number));
            memcpy(&value, bytes + sizeof(number), sizeof(value));
            memcpy(text, zmq_msg_data(&address), length < sizeof(text) ? length : sizeof(text) - 1);
        }
        zmq_msg_close(&event);
        zmq_msg_close(&address);
        if (!got) {
            return;
        }
        note_event(link, number, value, text);
    }
}

static void on_prepare(struct loop_prepare *prepare)
{
    struct link *link = prepare->data;

    if (link->events_unread) {
        link->events_unread = false;
        on_monitor(&link->monitor_io, LOOP_READ);
    }
    if (link->unread) {
        deliver_batch(link);
    }
}

/* ---- Opening and closing ---- */

static void set_int(void *socket, int option, int value)
{
    ENSURE(zmq_setsockopt(socket, option, &value, sizeof(value)) == 0);
}

/* Whether the name has an IPv6 address; "*" is for every interface, where a dual stack serves both.
 */
static bool wants_ipv6(const char *host)
{
    struct addrinfo hints = {.ai_family = AF_INET6, .ai_socktype = SOCK_STREAM}, *found = NULL;
    const char *name = strcmp(host, "*") == 0 ? "::" : host;
    bool any = getaddrinfo(name, NULL, &hints, &found) == 0;

    if (any) {
        int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

        any = fd >= 0;
        if (any) {
            close(fd);
        }
        freeaddrinfo(found);
    }
    return any;
}

static bool set_key(void *socket, int option, const char *key)
{
    enum { KEY_LENGTH = 40 };

    return key && strlen(key) == KEY_LENGTH && zmq_setsockopt(socket, option, key, KEY_LENGTH) == 0;
}

static bool set_curve(struct link *link, struct err *err)
{
    const struct link_curve *curve = &link->curve;

    if (!curve->secret) {
        return true;
    }
    if (link->listening) {
        set_int(link->socket, ZMQ_CURVE_SERVER, 1);
    } else if (!set_key(link->socket, ZMQ_CURVE_SERVERKEY, curve->server_public)) {
        return err_set(err, "the master's public key is not a CURVE key of 40 characters");
    }
    if (!set_key(link->socket, ZMQ_CURVE_SECRETKEY, curve->secret) ||
        (curve->public && !set_key(link->socket, ZMQ_CURVE_PUBLICKEY, curve->public))) {
        return err_set(err, "our own key is not a CURVE key of 40 characters");
    }
    return true;
}

static void set_options(struct link *link)
{
    int64_t largest = LINK_MESSAGE_MAX;

    set_int(link->socket, ZMQ_LINGER, LINGER_MS);
    set_int(link->socket, ZMQ_SNDHWM, QUEUE_MAX);
    set_int(link->socket, ZMQ_RCVHWM, QUEUE_MAX);
    set_int(link->socket, ZMQ_TCP_KEEPALIVE, 1);
    set_int(link->socket, ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_S);
    set_int(link->socket, ZMQ_IPV6, wants_ipv6(link->host));
    zmq_setsockopt(link->socket, ZMQ_MAXMSGSIZE, &largest, sizeof(largest));
    if (link->listening) {
        set_int(link->socket, ZMQ_BACKLOG, BACKLOG);
        set_int(
            link->socket, ZMQ_ROUTER_MANDATORY, 1); /* a lost message is an error, not silence */
        set_int(
            link->socket, ZMQ_ROUTER_HANDOVER, 1); /* the newest connection of an identity wins */
    } else {
        zmq_setsockopt(link->socket, ZMQ_ROUTING_ID, link->identity, strlen(link->identity));
    }
}

static int descriptor(void *socket)
{
    int fd = -1;
    size_t size = sizeof(fd);

    ENSURE(zmq_getsockopt(socket, ZMQ_FD, &fd, &size) == 0);
    return fd;
}

/* Before the socket connects: what happens to it earlier is told to nobody. */
static void watch_events(struct link *link)
{
    static const char address[] = "inproc://monitor";

    if (zmq_socket_monitor(link->socket, address, ZMQ_EVENT_ALL) == 0) {
        link->monitor = zmq_socket(link->context, ZMQ_PAIR);
        set_int(link->monitor, ZMQ_LINGER, 0);
        zmq_connect(link->monitor, address);
        loop_io_init(&link->monitor_io, link->loop, descriptor(link->monitor), on_monitor, link);
        loop_io_watch(&link->monitor_io, LOOP_READ);
    }
}

static void watch(struct link *link)
{
    loop_io_init(&link->io, link->loop, descriptor(link->socket), on_readable, link);
    loop_io_watch(&link->io, LOOP_READ);
    link->unread = link->events_unread = true;
}

static void close_socket(struct link *link)
{
    if (!link->socket) {
        return;
    }
    if (link->monitor) {
        loop_io_watch(&link->monitor_io, 0);
        zmq_socket_monitor(link->socket, NULL, 0);
        zmq_close(link->monitor);
        link->monitor = NULL;
    }
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
    set_options(link);
    if (!set_curve(link, err)) {
        return false;
    }
    watch_events(link);
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
    set_int(link->socket, ZMQ_LINGER, 0);
    close_socket(link);
    loop_timer_start(&link->reopen_timer, reopen_after_ns);
}

bool link_curve_new(char secret[41], char public[41], struct err *err)
{
    return zmq_curve_keypair(public, secret) == 0 ||
           err_set(err, "this libzmq can't make CURVE keys: %s", zmq_strerror(errno));
}

bool link_curve_public(const char *secret, char public[41], struct err *err)
{
    return zmq_curve_public(public, secret) == 0 ||
           err_set(err, "the secret key is not a CURVE key of 40 characters");
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
