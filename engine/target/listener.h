/* SPDX-License-Identifier: MIT */
/* listener.h - a listening TCP socket, for either of the two servers. */
#ifndef TARGET_LISTENER_H
#define TARGET_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Non-blocking, with the longest backlog the system gives. Port 0 takes a free one; *bound_port
 * says which. On true *fd is the caller's to close.
 */
bool listener_open(const char *host, uint16_t port, int *fd, uint16_t *bound_port, struct err *err);

/* "http://127.0.0.1:8000", an IPv6 host in brackets; owned by the caller, free(). */
char *listener_url(const char *scheme, const char *host, uint16_t port);

#endif
