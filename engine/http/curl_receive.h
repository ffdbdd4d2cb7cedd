/* SPDX-License-Identifier: MIT */
/*
 * curl_receive.h - takes an answer in as libcurl delivers it: status line, headers, body, each up
 * to its limit. Which one was exceeded is left in curl_call.limit, and the transfer ends. If what
 * came was not HTTP, its first line is left in the answer's body.
 */
#ifndef HTTP_CURL_RECEIVE_H
#define HTTP_CURL_RECEIVE_H

#include <stddef.h>

/* Of one response in all; http.client would take 6.5 MB. */
enum { CURL_MAX_HEADER_BYTES = 1 << 18 };

/* HEADERFUNCTION and WRITEFUNCTION of an easy handle, whose data is the struct curl_call. */
size_t curl_receive_header(char *line, size_t size, size_t count, void *call);
size_t curl_receive_body(char *bytes, size_t size, size_t count, void *call);

#endif
