/* SPDX-License-Identifier: MIT */
/*
 * health_port.h - a small HTTP server of its own for those who keep programs running, where there
 * is no web interface: GET /healthz, /readyz and /metrics.
 *
 * It answers on the loop, which is the point: an answer proves that the loop turns at that very
 * moment, and one that hangs can't claim that it is well. What asks must have a limit of time.
 * Every client is a stranger and gets what the web interface's clients get, with tighter limits.
 */
#ifndef WEB_HEALTH_PORT_H
#define WEB_HEALTH_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "core/loop.h"

struct health_port;

struct health_port_options {
    const char *host; /* "" or "*": all interfaces */
    uint16_t port;    /* 0: a free one */
    void *data;
    /* Whether work can begin; if not, why gets a line without its end. */
    bool (*ready)(void *data, struct buf *why);
    void (*metrics)(void *data, struct buf *out); /* in Prometheus' text format */
};

/* Listens at once. NULL with a sentence if the address can't be had. */
struct health_port *health_port_new(struct loop *loop, const struct health_port_options *options,
                                    struct err *err);
void health_port_free(struct health_port *port); /* NULL is fine */

int health_port_number(const struct health_port *port);

#endif
