/* SPDX-License-Identifier: MIT */
/*
 * curl.h - the transport that can do everything: libcurl's multi interface on the loop.
 */
#ifndef HTTP_CURL_H
#define HTTP_CURL_H

#include "core/loop.h"
#include "http/transport.h"

/* One per process; ignores SIGPIPE from then on. Ends the process with a sentence if libcurl can't
 * be used. */
struct transport *curl_transport_new(struct loop *loop);

const struct transport_counts *curl_transport_counts(const struct transport *transport);

/* "libcurl/7.88.1 OpenSSL/3.0.19 ...", for the log. */
const char *curl_transport_version(void);

#endif
