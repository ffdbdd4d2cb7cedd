/* SPDX-License-Identifier: MIT */
/*
 * url.h - what requests does to a URL before it sends it, and whom it trusts after a redirect.
 */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes at the beginning may stand in any part of a URL; of most URLs it is all. */
size_t url_plain(const char *url);

/*
 * requests.utils.requote_uri(): bytes that may not stand in a URL are percent-encoded; what is
 * encoded already stays. NULL when the URL is fine as it is, else owned by the caller.
 */
char *url_quote(const char *url);

/* The parts that say who is asked; the texts point into the URL. */
struct url_origin {
    const char *scheme, *host; /* host without the brackets of an IPv6 address */
    size_t scheme_length, host_length;
    int port; /* the scheme's default if the URL has none */
};

/* False for what isn't http or https, or has no host or an impossible port. */
bool url_origin(const char *url, struct url_origin *origin);

/*
 * requests' should_strip_auth() turned round: may credentials meant for one URL go to another?
 * Only to the same host, scheme and port, or from http to https on their default ports.
 */
bool url_keeps_auth(const char *from, const char *to);

#endif
