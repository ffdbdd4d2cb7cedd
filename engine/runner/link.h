/* SPDX-License-Identifier: MIT */
/*
 * link.h - a ZeroMQ socket on the loop: bytes in, bytes out. A master listens (ROUTER), a worker
 * connects (DEALER). What the bytes mean is proto's business.
 *
 * Everything is called on the loop's thread; libzmq's own thread does the network.
 */
#ifndef RUNNER_LINK_H
#define RUNNER_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/loop.h"

struct link;

enum { LINK_PEER_MAX = 255, LINK_MESSAGE_MAX = 16 << 20 };

/* Who sent a message, or is to get one: on a master the worker's identity, else empty. */
struct link_peer {
    const void *id; /* not terminated; borrowed for the call */
    size_t length;  /* at most LINK_PEER_MAX */
};

struct link_events {
    void *data;
    /* The bytes are borrowed for the call. Messages of more than one frame are dropped. */
    void (*on_message)(void *data, struct link_peer from, const void *bytes, size_t length);
    /* A worker's TCP session came up or was lost; ZeroMQ reconnects by itself. May be NULL. */
    void (*on_session)(void *data, bool up);
};

/* CURVE keys as 40 characters of Z85 text; NULL: no encryption. */
struct link_curve {
    const char *server_public;   /* a worker's: of the master */
    const char *public, *secret; /* our own */
};

/* A new pair of keys, and the public key to a secret one; both as text. */
bool link_curve_new(char secret[41], char public[41], struct err *err);
bool link_curve_public(const char *secret, char public[41], struct err *err);

/*
 * host "*" is every interface, in IPv6 too where the machine has it. Port 0 takes a free one. False
 * with a sentence if the address is taken or makes no sense.
 */
struct link *link_listen(struct loop *loop, const char *host, int port,
                         const struct link_curve *curve, const struct link_events *events,
                         struct err *err);

/* identity: 1 to 255 bytes of text. The master need not be there yet. */
struct link *link_connect(struct loop *loop, const char *host, int port, const char *identity,
                          const struct link_curve *curve, const struct link_events *events,
                          struct err *err);

/* Waits up to two seconds for what was sent to leave. NULL is fine. */
void link_free(struct link *link);

int link_port(const struct link *link); /* that was bound or connected to */

/*
 * Takes a copy. False when it can't be queued: a master has no such peer, or too much waits for it
 * already; a worker has HWM messages waiting. to is ignored by a worker's link.
 */
bool link_send(struct link *link, struct link_peer to, const void *bytes, size_t length);

/*
 * Closes the socket, TCP connection and queue included, and opens it anew a moment later: a Locust
 * master ignores a second connection of an identity while the first is still there. Nothing can be
 * sent meanwhile.
 */
void link_reopen(struct link *link);

#endif
