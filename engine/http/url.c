/* SPDX-License-Identifier: MIT */
#include "http/url.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

/* Python's isalnum() for the bytes that matter here. */
static bool alnum_pair(const char *text)
{
    return isalnum((unsigned char)text[0]) && isalnum((unsigned char)text[1]);
}

static bool hex_pair(const char *text)
{
    return isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]);
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static bool unreserved(unsigned char byte)
{
    return byte < 0x80 && (isalnum(byte) || (byte && strchr("-._~", byte)));
}

size_t url_plain(const char *url)
{
    const char *p = url;

    /* Letters, and the digits with "-./" before and ":" behind them. */
    while ((unsigned)(*p | 0x20) - 'a' < 26 || (unsigned)*p - '-' <= ':' - '-') {
        p++;
    }
    return (size_t)(p - url);
}

static bool may_stand(unsigned char byte)
{
    return unreserved(byte) || (byte < 0x80 && byte && strchr("!#$%&'()*+,/:;=?@[]", byte));
}

char *url_quote(const char *url)
{
    static const char digits[] = "0123456789ABCDEF";
    bool fine = true, stray_percent = false; /* then requests quotes every percent sign */

    for (const char *p = url + url_plain(url); *p; p++) {
        fine &= may_stand((unsigned char)*p) && *p != '%';
        stray_percent |= *p == '%' && alnum_pair(p + 1) && !hex_pair(p + 1);
    }
    if (fine) {
        return NULL;
    }
    char *quoted = mem_new(3 * strlen(url) + 1), *out = quoted;

    for (const char *p = url; *p; p++) {
        unsigned char byte = (unsigned char)*p;

        if (byte == '%' && !stray_percent && hex_pair(p + 1)) {
            unsigned char plain = (unsigned char)(hex_digit(p[1]) * 16 + hex_digit(p[2]));

            if (unreserved(plain)) { /* need not have been quoted */
                *out++ = (char)plain;
                p += 2;
                continue;
            }
        }
        if (may_stand(byte) && !(byte == '%' && stray_percent)) {
            *out++ = *p;
        } else {
            *out++ = '%';
            *out++ = digits[byte >> 4];
            *out++ = digits[byte & 15];
        }
    }
    *out = '\0';
    return quoted;
}

bool url_origin(const char *url, struct url_origin *origin)
{
    const char *colon = strstr(url, "://");

    if (!colon) {
        return false;
    }
    size_t scheme_length = (size_t)(colon - url);
    bool secure = scheme_length == 5 && strncasecmp(url, "https", 5) == 0;

    if (!secure && !(scheme_length == 4 && strncasecmp(url, "http", 4) == 0)) {
        return false;
    }
    const char *host = colon + 3, *end = host + strcspn(host, "/?#");
    const char *at = memrchr(host, '@', (size_t)(end - host));

    if (at) {
        host = at + 1;
    }
    const char *host_end, *port = NULL;

    if (*host == '[') {
        host++;
        host_end = memchr(host, ']', (size_t)(end - host));
        if (!host_end) {
            return false;
        }
        port = host_end[1] == ':' ? host_end + 2 : NULL;
    } else {
        host_end = memchr(host, ':', (size_t)(end - host));
        port = host_end ? host_end + 1 : NULL;
        host_end = host_end ? host_end : end;
    }
    *origin = (struct url_origin){
        .scheme = url,
        .scheme_length = scheme_length,
        .host = host,
        .host_length = (size_t)(host_end - host),
        .port = secure ? 443 : 80,
    };
    if (port && port < end) {
        int number = 0;

        for (; port < end; port++) {
            if (!isdigit((unsigned char)*port) || (number = number * 10 + *port - '0') > 65535) {
                return false;
            }
        }
        origin->port = number;
    }
    return origin->host_length > 0;
}

bool url_keeps_auth(const char *from, const char *to)
{
    struct url_origin a, b;

    if (!url_origin(from, &a) || !url_origin(to, &b) || a.host_length != b.host_length ||
        strncasecmp(a.host, b.host, a.host_length) != 0) {
        return false;
    }
    bool same_scheme = a.scheme_length == b.scheme_length;

    if (same_scheme) {
        return a.port == b.port;
    }
    return a.scheme_length == 4 && a.port == 80 && b.port == 443;
}
