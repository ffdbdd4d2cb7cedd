/* SPDX-License-Identifier: MIT */
#include "http/curl_request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"

/*
 * libcurl writes a request byte by byte through its own printf, 150 instructions each, and what its
 * options for these two give it writes twice: as a line per transfer, then into the request.
 * Headers of ours are written once.
 */
static struct curl_slist accept_encoding = {.data = (char *)"Accept-Encoding: gzip, deflate"};
static struct curl_slist own_headers = {.data = (char *)"User-Agent: cicada/" CICADA_VERSION,
                                        .next = &accept_encoding};

/* ---- For the client ---- */

void curl_request_init(struct curl_call *call, const struct client_options *options)
{
    CURL *easy = call->easy;

    call->http2 = options->http2;
    call->method_set = "GET";
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* keep cookies, in the share's jar */
    /* The default, 118 s, would reconnect silently after a long think time; urllib3 keeps on. */
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 86400L);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate"); /* decodes them */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    /* Locust ignores the environment; an empty text keeps libcurl from reading it. */
    curl_easy_setopt(easy, CURLOPT_PROXY, options->proxy ? options->proxy : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    if (options->proxy) { /* for the CONNECT */
        curl_easy_setopt(easy, CURLOPT_USERAGENT, "cicada/" CICADA_VERSION);
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, &own_headers);
    if (options->http2) {
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    } else {
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    }
    if (options->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (options->ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    }
    /* libcurl shares the parsed certificates between connections only without a directory of
     * them: 0.7 ms instead of 31 ms per connection. */
    if (options->ca_file || curl_version_info(CURLVERSION_NOW)->cainfo) {
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    /* Python does not resume TLS sessions either; and each would cost memory per user. */
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
}

void curl_request_fini(struct curl_call *call)
{
    arena_fini(&call->texts);
    free(call->headers);
}

/* ---- For each request ---- */

/*
 * requests sends "Content-Length: 0" with every method but GET and HEAD when there is no body, so
 * those go out as a POST of nothing under their own name.
 */
static void set_method(struct curl_call *call)
{
    const struct exchange *exchange = call->exchange;
    bool head = strcmp(call->method, "HEAD") == 0, get = strcmp(call->method, "GET") == 0;
    bool body = exchange->body && !call->body_dropped;
    bool post = body || (!head && !get && !call->body_dropped);

    if (!post && !call->body_set && strcmp(call->method_set, call->method) == 0 && (head || get)) {
        return;
    }
    CURL *easy = call->easy;
    const char *natural = head ? "HEAD" : post ? "POST" : "GET";

    if (post) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        if (head) { /* sends a body, expects none */
            curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        }
        curl_easy_setopt(
            easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(body ? exchange->body_bytes : 0));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body ? exchange->body : "");
    } else if (head) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    /* The method's text is the caller's and may be gone at the next request: remember ours. */
    curl_easy_setopt(
        easy, CURLOPT_CUSTOMREQUEST, strcmp(natural, call->method) == 0 ? NULL : call->method);
    call->method_set = strcmp(natural, call->method) == 0 ? natural : "";
    call->body_set = post;
}

static bool name_is(const char *line, size_t length, const char *name)
{
    return strlen(name) == length && strncasecmp(line, name, length) == 0;
}

/* What requests takes out of the headers on the way through a redirect. */
static bool header_dropped(const struct curl_call *call, const char *line, size_t length)
{
    if ((call->auth_dropped || call->exchange->auth_name) &&
        name_is(line, length, "Authorization")) {
        return true; /* auth= wins over the header in requests, too */
    }
    if (call->cookie_dropped && name_is(line, length, "Cookie")) {
        return true;
    }
    return call->body_dropped &&
           (name_is(line, length, "Content-Type") || name_is(line, length, "Content-Length") ||
            name_is(line, length, "Transfer-Encoding"));
}

static void add_header(struct curl_call *call, size_t index, const char *line)
{
    if (index >= call->header_capacity) {
        call->header_capacity = call->header_capacity ? call->header_capacity * 2 : 4;
        call->headers = mem_resize(call->headers, call->header_capacity, sizeof(*call->headers));
    }
    call->headers[index].data = (char *)(uintptr_t)line;
}

/* requests refuses the same, so that no header can smuggle in another. */
static bool header_valid(const char *line, size_t name_length)
{
    return name_length > 0 && line[name_length] == ':' && line[0] != ' ' && line[0] != '\t' &&
           !strpbrk(line, "\r\n");
}

static bool set_headers(struct curl_call *call)
{
    const char *const *line = call->exchange->headers;
    bool content_type = false, user_agent = false, encoding = false;
    size_t count = 0;

    arena_reset(&call->texts);
    for (; line && *line; line++) {
        size_t length = strcspn(*line, ":");

        if (!header_valid(*line, length)) {
            struct buf text;

            buf_init(&text, 4096);
            curl_error_header_text(&text, *line);
            curl_call_fail(call, buf_text(&text));
            buf_fini(&text);
            return false;
        }
        if (header_dropped(call, *line, length)) {
            continue;
        }
        const char *value = *line + length + 1;

        content_type |= name_is(*line, length, "Content-Type");
        user_agent |= name_is(*line, length, "User-Agent");
        encoding |= name_is(*line, length, "Accept-Encoding");
        if (value[strspn(value, " \t")] == '\0') {
            /* libcurl's spelling for a header without a value; a colon would remove it. */
            add_header(call, count++, arena_printf(&call->texts, "%.*s;", (int)length, *line));
        } else {
            add_header(call, count++, *line);
        }
    }
    if (call->body_set) {
        add_header(call, count++, "Expect:"); /* no waiting for a 100 before a large body */
        if (!content_type) {
            add_header(call, count++, "Content-Type:"); /* requests doesn't invent one */
        }
    }
    if (count > 0) {
        if (!user_agent) {
            add_header(call, count++, own_headers.data);
        }
        if (!encoding) {
            add_header(call, count++, accept_encoding.data);
        }
    }
    for (size_t i = 0; i < count; i++) {
        call->headers[i].next = i + 1 < count ? &call->headers[i + 1] : NULL;
    }
    if (count > 0 || call->headers_set) {
        curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, count > 0 ? call->headers : &own_headers);
        call->headers_set = count > 0;
    }
    return true;
}

static void set_auth(struct curl_call *call)
{
    const struct exchange *exchange = call->exchange;
    bool wanted = exchange->auth_name && !call->auth_dropped;

    if (wanted || call->auth_set) {
        const char *password = exchange->auth_password ? exchange->auth_password : "";

        curl_easy_setopt(call->easy, CURLOPT_USERNAME, wanted ? exchange->auth_name : NULL);
        curl_easy_setopt(call->easy, CURLOPT_PASSWORD, wanted ? password : NULL);
        call->auth_set = wanted;
    }
}

/* Whole milliseconds, never 0, which would mean for ever. */
static long milliseconds(int64_t ns)
{
    int64_t ms = ns / NS_PER_MS + (ns % NS_PER_MS > 0);

    return ms < 1 ? 1 : ms > INT32_MAX ? INT32_MAX : (long)ms;
}

/* The timeout covers the whole exchange: a redirect gets what is left of it. */
static void set_timeouts(struct curl_call *call, int64_t spent_ns)
{
    const struct exchange *exchange = call->exchange;
    long timeout_ms = exchange->timeout_ns > 0 ? milliseconds(exchange->timeout_ns - spent_ns) : 0;
    long connect_ms = exchange->connect_timeout_ns > 0 ? milliseconds(exchange->connect_timeout_ns)
                      : timeout_ms                     ? timeout_ms
                                                       : INT32_MAX;

    if (timeout_ms != call->timeout_ms) {
        curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, timeout_ms);
        call->timeout_ms = timeout_ms;
    }
    if (connect_ms != call->connect_timeout_ms) {
        curl_easy_setopt(call->easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
        call->connect_timeout_ms = connect_ms;
    }
}

/*
 * With HTTP/2 a user has one connection: exchanges that start together wait for it. Where it can't
 * come, on plain HTTP, they would wait for each other.
 */
static void set_connection(struct curl_call *call)
{
    bool wait = call->http2 && strncasecmp(curl_call_url(call), "https", 5) == 0;

    if (wait != call->wait_set) {
        curl_easy_setopt(call->easy, CURLOPT_PIPEWAIT, (long)wait);
        call->wait_set = wait;
    }
}

bool curl_request_set(struct curl_call *call, int64_t spent_ns)
{
    set_method(call);
    if (!set_headers(call)) {
        return false;
    }
    set_auth(call);
    set_connection(call);
    set_timeouts(call, spent_ns);
    curl_easy_setopt(call->easy, CURLOPT_URL, curl_call_url(call));
    return true;
}
