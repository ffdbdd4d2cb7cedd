/* SPDX-License-Identifier: MIT */
/* link_monitor.c - what happens to a link's connections, as libzmq's socket monitor tells it. */
#define LOGGER "locust.runners"
#include "runner/link_private.h"

#include <stdint.h>
#include <string.h>

#include <zmq.h>

#include "base/clock.h"
#include "base/log.h"

static const int64_t refusals_every_ns = 30 * NS_PER_S; /* in the log */

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

static void read_all(struct link *link)
{
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

static void on_readable(struct loop_io *io, int events)
{
    (void)events;
    read_all(io->data);
}

void link_monitor_start(struct link *link)
{
    static const char address[] = "inproc://monitor";

    if (zmq_socket_monitor(link->socket, address, ZMQ_EVENT_ALL) == 0) {
        link->monitor = zmq_socket(link->context, ZMQ_PAIR);
        link_set_int(link->monitor, ZMQ_LINGER, 0);
        zmq_connect(link->monitor, address);
        loop_io_init(
            &link->monitor_io, link->loop, link_descriptor(link->monitor), on_readable, link);
        loop_io_watch(&link->monitor_io, LOOP_READ);
        link->events_unread = true;
    }
}

void link_monitor_read(struct link *link)
{
    if (link->events_unread) {
        link->events_unread = false;
        read_all(link);
    }
}

void link_monitor_stop(struct link *link)
{
    if (!link->monitor) {
        return;
    }
    loop_io_watch(&link->monitor_io, 0);
    zmq_socket_monitor(link->socket, NULL, 0);
    zmq_close(link->monitor);
    link->monitor = NULL;
    link->events_unread = false;
}
