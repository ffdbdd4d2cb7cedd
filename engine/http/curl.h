/* SPDX-License-Identifier: MIT */
/*
 * curl.h - the transport that can do everything: libcurl's multi interface on the loop.
 *
 * It behaves as requests does under Locust's HttpUser: methods, redirects, credentials, failure
 * texts (see curl_error.h). What differs, and why:
 *   - a kept-alive connection that turns out dead is replaced and the request sent again, once;
 *     requests would record a failure. Such exchanges are marked retried.
 *   - a Content-Encoding other than gzip, deflate, br and zstd, or a Content-Length that is no
 *     number, is a failure; requests passes the body on.
 *   - timeout_ns covers the whole exchange; in requests each single wait for the server.
 *   - 256 KB of headers and max_body_bytes of body are limits of ours.
 * TLS sessions are not resumed, as in Python: each new connection costs a full handshake.
 * Of the descriptors 64 are left to the rest of the process, of small limits a quarter.
 * Names of targets are looked up once and kept; a proxy's name is left to libcurl.
 */
#ifndef HTTP_CURL_H
#define HTTP_CURL_H

#include "core/loop.h"
#include "http/transport.h"

/* One per process; ignores SIGPIPE from then on. Ends the process with a sentence if libcurl can't
 * be used. */
struct transport *curl_transport_new(struct loop *loop);

/* "libcurl/7.88.1 OpenSSL/3.0.19 ...", for the log. */
const char *curl_transport_version(void);

#endif
