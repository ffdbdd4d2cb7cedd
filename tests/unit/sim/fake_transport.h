/* SPDX-License-Identifier: MIT */
/*
 * fake_transport.h - HTTP without a network, for the tests of sim/ and runner/: answers come from a
 * script, in a later round of the loop, and what was asked is written down.
 */
#ifndef UNIT_FAKE_TRANSPORT_H
#define UNIT_FAKE_TRANSPORT_H

#include "base/list.h"
#include "core/loop.h"
#include "http/transport.h"

enum { FAKE_NEVER = -1 };

/* The first row whose path ends the URL is the answer; without one it is an empty 200. */
struct fake_answer {
    const char *path; /* NULL ends the script */
    int status;       /* 0: none, with an error */
    const char *reason, *body, *error, *headers;
    int64_t delay_ns; /* FAKE_NEVER: until it is cancelled, with the body there already */
};

struct fake_transport {
    struct transport base;
    struct loop *loop;
    const struct fake_answer *script; /* may be NULL */
    bool refuse_clients;
    /* to be read by tests */
    struct buf journal; /* a line per call: "GET http://h/x|Name: value|body" */
    uint64_t started, finished, cancelled, clients;
    struct list calls; /* fake_call.link: running */
};

void fake_transport_init(struct fake_transport *fake, struct loop *loop,
                         const struct fake_answer *script);
void fake_transport_fini(struct fake_transport *fake); /* every client must be gone */

#endif
