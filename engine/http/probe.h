/* SPDX-License-Identifier: MIT */
/*
 * probe.h - one GET of a program on this machine, waited for: no loop, no proxy, no redirects, and
 * any certificate will do, as what matters is whether somebody answers.
 */
#ifndef HTTP_PROBE_H
#define HTTP_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Whatever the status. Of the body, body gets as much as fits in it. */
bool http_probe(const char *url, int64_t timeout_ns, int *status, struct buf *body,
                struct err *err);

#endif
