/* SPDX-License-Identifier: MIT */
/*
 * ports.h - how near the users' connections are to what the system allows: local ports to one
 * address of a target, or descriptors, whichever ends sooner.
 *
 * A port is taken by an open connection, and for a minute after we closed one. How many of the
 * latter there are is known from below (what the whole machine has in TIME_WAIT) and from above
 * (what we closed): the smaller counts.
 */
#ifndef RUNNER_PORTS_H
#define RUNNER_PORTS_H

#include <stdint.h>

#include "http/transport.h"

enum { PORTS_LOOKS = 31 };

struct ports {
    /* read only for users of the type */
    int64_t used, limit; /* 0, 0: not known */
    /* private */
    int64_t port_limit, descriptor_limit;
    uint64_t closed[PORTS_LOOKS]; /* a ring: by us, in all, at each look */
    uint64_t looks;
};

void ports_init(struct ports *ports);
/* Every two seconds. waiting: of the machine, from ports_waiting(). */
void ports_look(struct ports *ports, const struct transport_counts *counts, int64_t waiting);

/* Connections of the machine in TIME_WAIT; INT64_MAX if that can't be read. */
int64_t ports_waiting(void);

#endif
