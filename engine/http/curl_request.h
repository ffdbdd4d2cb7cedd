/* SPDX-License-Identifier: MIT */
/*
 * curl_request.h - turns what a client and its exchange ask for into options of the easy handle:
 * method, headers, credentials, timeouts, TLS and proxy. Sends headers as requests would. What
 * libcurl calls and what becomes of the answer is curl_call.c's.
 *
 * It remembers what it set last, so a request like the one before sets little more than its URL.
 */
#ifndef HTTP_CURL_REQUEST_H
#define HTTP_CURL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "http/curl_call.h"

/* What stays the same for all requests of a client. */
void curl_request_init(struct curl_call *call, const struct client_options *options);
void curl_request_fini(struct curl_call *call); /* after curl_easy_cleanup() */

/*
 * Sets the handle up for the call's exchange, by the call's method and URL and without what a
 * redirect drops. spent_ns: how much of the timeout is gone. The exchange's texts must stay until
 * the transfer has ended. False: a header is invalid, and the call failed.
 */
bool curl_request_set(struct curl_call *call, int64_t spent_ns);

#endif
