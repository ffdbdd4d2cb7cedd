/* SPDX-License-Identifier: MIT */
/*
 * plain.h - a failure's text for people. Recorded are exceptions as Python prints them, for that is
 * what Locust's tools expect: "HTTPError('404 Client Error: Not Found for url: /x')".
 */
#ifndef STATS_PLAIN_H
#define STATS_PLAIN_H

#include "base/buf.h"

/* Appends "404 Not Found", "Timed out after 5 s", "bad code 503"; what is no exception as it is. */
void plain_failure(struct buf *out, const char *text);

#endif
