/* SPDX-License-Identifier: MIT */
#include "http/curl_error.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/pytext.h"
#include "http/url.h"

/* ---- Operating system ---- */

/* Python's subclasses of OSError. */
static const struct {
    int number;
    const char *name;
} os_classes[] = {
    {ECONNREFUSED, "ConnectionRefusedError"},
    {ECONNRESET, "ConnectionResetError"},
    {ECONNABORTED, "ConnectionAbortedError"},
    {EPIPE, "BrokenPipeError"},
    {ESHUTDOWN, "BrokenPipeError"},
    {ETIMEDOUT, "TimeoutError"},
    {EACCES, "PermissionError"},
    {EPERM, "PermissionError"},
};

void curl_error_os_text(struct buf *out, int os_error)
{
    const char *name = "OSError";

    for (size_t i = 0; i < ARRAY_LEN(os_classes); i++) {
        if (os_classes[i].number == os_error) {
            name = os_classes[i].name;
        }
    }
    buf_printf(out, "%s(%d, ", name, os_error);
    pytext_repr(out, strerror(os_error));
    buf_putc(out, ')');
}

/*
 * libcurl's errno outlives the transfer that set it: but for a failed connect it counts only if the
 * message names it. And not every path keeps it, OpenSSL's above all; there the message ends in it.
 */
static int os_error(const struct curl_failure *failure)
{
    static const int usual[] = {ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH};
    const char *number = strstr(failure->detail, "errno ");

    if (failure->code == CURLE_COULDNT_CONNECT) {
        return failure->os_error;
    }
    if (failure->code == CURLE_GOT_NOTHING) {
        return 0;
    }
    if (failure->detail_lost) {
        return failure->code == CURLE_RECV_ERROR || failure->code == CURLE_SEND_ERROR
                   ? failure->os_error
                   : 0;
    }
    if (number) {
        return (int)strtol(number + strlen("errno "), NULL, 10);
    }
    for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
        if (strstr(failure->detail, strerror(usual[i]))) {
            return usual[i];
        }
    }
    return failure->os_error && strstr(failure->detail, strerror(failure->os_error))
               ? failure->os_error
               : 0;
}

/* ---- While reading ---- */

/* urllib3 wraps what happens after the headers, and requests wraps that. */
static void broken(struct buf *out, const char *cause)
{
    struct buf words;

    buf_init(&words, 4096);
    buf_printf(&words, "Connection broken: %s", cause);
    buf_puts(out, "ChunkedEncodingError(ProtocolError(");
    pytext_repr(out, buf_text(&words));
    buf_printf(out, ", %s))", cause);
    buf_fini(&words);
}

static void short_text(struct buf *out, const struct curl_failure *failure)
{
    char cause[100];

    if (failure->expected_bytes < 0) {
        buf_puts(out, "ChunkedEncodingError(ProtocolError('Response ended prematurely'))");
        return;
    }
    snprintf(cause,
             sizeof(cause),
             "IncompleteRead(%lld bytes read, %lld more expected)",
             (long long)failure->body_bytes,
             (long long)(failure->expected_bytes - failure->body_bytes));
    broken(out, cause);
}

static void io_text(struct buf *out, const struct curl_failure *failure)
{
    int number = os_error(failure);

    if (number == EPIPE && failure->code == CURLE_RECV_ERROR) {
        number = 0; /* how OpenSSL reports a connection that was cut: to Python it is an end */
        if (failure->in_body && failure->expected_bytes >= 0) {
            short_text(out, failure);
            return;
        }
    }
    if (number && failure->in_body) {
        struct buf cause;

        buf_init(&cause, 1024);
        curl_error_os_text(&cause, number);
        broken(out, buf_text(&cause));
        buf_fini(&cause);
    } else if (number) {
        curl_error_os_text(out, number);
    } else if (strstr(failure->detail, "chunk")) {
        char cause[100];

        snprintf(cause,
                 sizeof(cause),
                 "InvalidChunkLength(got length b'', %lld bytes read)",
                 (long long)failure->body_bytes);
        broken(out, cause);
    } else if (failure->in_body) {
        buf_puts(out, "ChunkedEncodingError(ProtocolError('Response ended prematurely'))");
    } else {
        buf_puts(out, "RemoteDisconnected('Remote end closed connection without response')");
    }
}

static void timeout_text(struct buf *out, const struct curl_failure *failure)
{
    struct url_origin origin;
    struct buf words;

    if (!failure->connected || !url_origin(failure->url, &origin)) {
        buf_puts(out, "TimeoutError('timed out')");
        return;
    }
    buf_init(&words, 4096);
    buf_printf(&words,
               "%s(host='%.*s', port=%d): Read timed out.",
               origin.scheme_length == 5 ? "HTTPSConnectionPool" : "HTTPConnectionPool",
               (int)origin.host_length,
               origin.host,
               origin.port);
    if (!failure->in_body) {
        buf_printf(&words, " (read timeout=%.12g)", seconds_from_ns(failure->timeout_ns));
    }
    buf_puts(out, failure->in_body ? "ReadTimeoutError(" : "ReadTimeout(ReadTimeoutError(");
    pytext_repr(out, buf_text(&words));
    buf_puts(out, failure->in_body ? ")" : "))");
    buf_fini(&words);
}

/* The text after a prefix of libcurl's message; NULL if it starts otherwise. */
static const char *after(const char *text, const char *prefix)
{
    const char *found = strstr(text, prefix);

    return found ? found + strlen(prefix) : NULL;
}

/* libcurl's own words: for this case if it told, else for the code. */
static const char *words_of(const struct curl_failure *failure)
{
    return failure->detail[0] ? failure->detail : curl_easy_strerror(failure->code);
}

/* Whatever else libcurl may report. */
static void other_text(struct buf *out, const struct curl_failure *failure)
{
    buf_puts(out, "ConnectionError(");
    pytext_repr(out, words_of(failure));
    buf_putc(out, ')');
}

static void encoding_text(struct buf *out, const struct curl_failure *failure)
{
    const char *reason = after(failure->detail, "unencoding: ");
    struct buf words;

    if (!failure->encoding) { /* it went wrong at the header, which we never saw */
        other_text(out, failure);
        return;
    }
    buf_init(&words, 1024);
    buf_printf(&words,
               "Received response with content-encoding: %s, but failed to decode it.",
               failure->encoding);
    buf_puts(out, "ContentDecodingError(DecodeError(");
    pytext_repr(out, buf_text(&words));
    buf_clear(&words);
    buf_printf(
        &words, "Error -3 while decompressing data: %s", reason ? reason : words_of(failure));
    buf_puts(out, ", error(");
    pytext_repr(out, buf_text(&words));
    buf_puts(out, ")))");
    buf_fini(&words);
}

/* ---- TLS ---- */

static bool numeric_host(const char *host, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (host[i] == ':') {
            return true;
        }
        if (!isdigit((unsigned char)host[i]) && host[i] != '.') {
            return false;
        }
    }
    return true;
}

static void certificate_text(struct buf *out, const struct curl_failure *failure)
{
    const char *reason = after(failure->detail, "SSL certificate problem: ");
    struct url_origin origin;
    struct buf words;

    buf_init(&words, 1024);
    buf_puts(&words, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ");
    if (reason || failure->detail_lost || !url_origin(failure->url, &origin)) {
        buf_puts(&words, reason ? reason : words_of(failure));
    } else {
        buf_printf(&words,
                   "%s mismatch, certificate is not valid for '%.*s'.",
                   numeric_host(origin.host, origin.host_length) ? "IP address" : "Hostname",
                   (int)origin.host_length,
                   origin.host);
    }
    buf_puts(out, "SSLError(SSLCertVerificationError(1, ");
    pytext_repr(out, buf_text(&words));
    buf_puts(out, "))");
    buf_fini(&words);
}

static void handshake_text(struct buf *out, const struct curl_failure *failure)
{
    /* "error:0A00010B:SSL routines::wrong version number" */
    const char *reason = after(failure->detail, "SSL routines:");

    if (os_error(failure)) {
        curl_error_os_text(out, os_error(failure));
    } else if (reason && strchr(reason, ':')) {
        reason = strchr(reason, ':') + 1;
        buf_puts(out, "SSLError(SSLError(1, '[SSL: ");
        for (const char *p = reason; *p; p++) {
            buf_putc(out, *p == ' ' ? '_' : (char)toupper((unsigned char)*p));
        }
        buf_printf(out, "] %s'))", reason);
    } else if (failure->detail_lost) {
        other_text(out, failure);
    } else {
        buf_puts(out,
                 "SSLError(SSLEOFError(8, '[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in "
                 "violation of protocol'))");
    }
}

/* ---- Limits, names, URLs ---- */

static void limit_text(struct buf *out, const struct curl_failure *failure)
{
    switch (failure->limit) {
    case CURL_LIMIT_NONE:
        break;
    case CURL_LIMIT_HEADER_COUNT:
        buf_puts(out, "HTTPException('got more than 100 headers')");
        break;
    case CURL_LIMIT_HEADER_LINE:
        buf_puts(out, "LineTooLong('got more than 65536 bytes when reading header line')");
        break;
    case CURL_LIMIT_STATUS_LINE:
        buf_puts(out, "LineTooLong('got more than 65536 bytes when reading status line')");
        break;
    case CURL_LIMIT_HEADER_BYTES: /* ours; http.client has no such limit */
        buf_printf(
            out, "HTTPException('got more than %zu bytes of headers')", failure->header_limit);
        break;
    case CURL_LIMIT_BODY: /* ours */
        buf_printf(out, "HTTPException('got more than %zu bytes of body')", failure->body_limit);
        break;
    case CURL_LIMIT_NOT_HTTP:
        buf_puts(out, "BadStatusLine(");
        pytext_repr(out, failure->first_line ? failure->first_line : "");
        buf_putc(out, ')');
        break;
    }
}

static void resolve_text(struct buf *out, const struct curl_failure *failure)
{
    int error = failure->gai_error ? failure->gai_error : EAI_NONAME;

    buf_printf(out, "gaierror(%d, ", error);
    pytext_repr(out, gai_strerror(error));
    buf_putc(out, ')');
}

void curl_error_header_text(struct buf *out, const char *line)
{
    size_t length = strcspn(line, ":");
    bool name_valid = length > 0 && line[length] == ':' && !isspace((unsigned char)line[0]) &&
                      strcspn(line, "\r\n") >= length;
    struct buf part, words;

    buf_init(&part, 1024);
    buf_init(&words, 4096);
    if (name_valid) {
        const char *value = line + length + 1;

        buf_puts(&part, value + (*value == ' '));
    } else {
        buf_add(&part, line, length);
    }
    buf_printf(&words,
               "Invalid leading whitespace, reserved character(s), or return character(s) in "
               "header %s: ",
               name_valid ? "value" : "name");
    pytext_repr(&words, buf_text(&part));
    buf_puts(out, "InvalidHeader(");
    pytext_repr(out, buf_text(&words));
    buf_putc(out, ')');
    buf_fini(&part);
    buf_fini(&words);
}

void curl_error_url_text(struct buf *out, const char *url)
{
    const char *colon = strstr(url, "://");
    size_t scheme = colon ? (size_t)(colon - url) : 0;
    bool http = (scheme == 4 || scheme == 5) && strncasecmp(url, "https", scheme) == 0;
    bool other = colon || (strchr(url, ':') && strncasecmp(url, "http", 4) != 0);
    const char *kind = "InvalidURL";
    struct buf words;

    buf_init(&words, 4096);
    if (http && strchr("/?#", colon[3])) {
        buf_puts(&words, "Invalid URL ");
        pytext_repr(&words, url);
        buf_puts(&words, ": No host supplied");
    } else if (http) {
        buf_printf(&words, "Failed to parse: %s", url);
    } else if (other) {
        kind = "InvalidSchema";
        buf_puts(&words, "No connection adapters were found for ");
        pytext_repr(&words, url);
    } else {
        kind = "MissingSchema";
        buf_puts(&words, "Invalid URL ");
        pytext_repr(&words, url);
        buf_printf(&words, ": No scheme supplied. Perhaps you meant https://%s?", url);
    }
    buf_printf(out, "%s(", kind);
    pytext_repr(out, buf_text(&words));
    buf_putc(out, ')');
    buf_fini(&words);
}

/* ---- All of it ---- */

/* CURLE_TOO_LARGE, which older headers lack. */
enum { CODE_TOO_LARGE = 100 };

/* The status line is gone by then; libcurl keeps its version at best. */
static void version_text(struct buf *out, const struct curl_failure *failure)
{
    const char *version = after(failure->detail, "Unsupported HTTP version (");

    if (version) {
        buf_printf(out, "UnknownProtocol('HTTP/%.*s')", (int)strcspn(version, ")"), version);
    } else if (strstr(failure->detail, "HTTP")) {
        buf_puts(out, "BadStatusLine('')");
    } else {
        other_text(out, failure);
    }
}

void curl_error_text(struct buf *out, const struct curl_failure *failure)
{
    if (failure->limit != CURL_LIMIT_NONE) {
        limit_text(out, failure);
        return;
    }
    switch ((int)failure->code) {
    case CURLE_COULDNT_CONNECT:
        if (os_error(failure)) {
            curl_error_os_text(out, os_error(failure));
        } else {
            other_text(out, failure);
        }
        break;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        resolve_text(out, failure);
        break;
    case CURLE_OPERATION_TIMEDOUT:
        timeout_text(out, failure);
        break;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        io_text(out, failure);
        break;
    case CURLE_PARTIAL_FILE:
        short_text(out, failure);
        break;
    case CURLE_BAD_CONTENT_ENCODING:
        encoding_text(out, failure);
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
        certificate_text(out, failure);
        break;
    case CURLE_SSL_CONNECT_ERROR:
        handshake_text(out, failure);
        break;
    case CURLE_URL_MALFORMAT:
        curl_error_url_text(out, failure->url);
        break;
    case CURLE_OUT_OF_MEMORY: /* also a header line over 100 KB, before 8.6 */
    case CODE_TOO_LARGE:
        if (failure->connected && !failure->in_body) {
            buf_puts(out, "LineTooLong('got more than 65536 bytes when reading header line')");
        } else {
            buf_puts(out, "MemoryError()");
        }
        break;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        version_text(out, failure);
        break;
    default: /* an open set: newer versions know more */
        other_text(out, failure);
        break;
    }
}
