/* SPDX-License-Identifier: MIT */
#include "http/curl_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "http/curl_receive.h"
#include "http/curl_request.h"
#include "http/url.h"

enum {
    CALL_MAGIC = 0xca11,
    MAX_REDIRECTS = 30,    /* requests' default */
    RECEIVE_BYTES = 16384, /* malloced per running transfer before libcurl 8.7 */
};

/* ---- What libcurl calls ---- */

/*
 * libcurl sends again when a kept-alive connection turns out dead. But it writes only the first
 * message of a transfer, so that when the second attempt fails, too, the first one's is there.
 */
static void forget_detail(struct curl_call *call)
{
    call->detail_lost |= call->detail[0] != '\0';
    call->detail[0] = '\0';
}

static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct curl_call *call = data;

    if (call->attempts > 0) {
        forget_detail(call);
    }
    return curl_sockets_open(&call->opener, purpose, address);
}

/* Called each time the request is about to be sent. */
static int on_send(void *data, char *remote, char *local, int remote_port, int local_port)
{
    struct curl_call *call = data;

    (void)remote;
    (void)local;
    (void)remote_port;
    (void)local_port;
    if (call->attempts++ > 0) {
        forget_detail(call);
    }
    return CURL_PREREQFUNC_OK;
}

/* ---- The handle ---- */

static void set_up_handle(struct curl_call *call, CURLSH *share, struct curl_sockets *sockets)
{
    CURL *easy = call->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(easy, CURLOPT_SHARE, share);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->detail);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, curl_receive_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, curl_receive_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, curl_sockets_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, sockets);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 1L); /* see curl_receive.c */
    /* Redirects are followed here, not by libcurl: see redirect(). */
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)MAX_REDIRECTS);
}

struct curl_call *curl_call_new(CURLSH *share, const struct client_options *options,
                                struct curl_sockets *sockets)
{
    CURL *easy = curl_easy_init();

    if (!easy) {
        return NULL;
    }
    struct curl_call *call = mem_new(sizeof(*call));

    call->magic = CALL_MAGIC;
    call->easy = easy;
    call->opener.sockets = sockets;
    list_init(&call->link);
    list_init(&call->queue);
    set_up_handle(call, share, sockets);
    curl_request_init(call, options);
    return call;
}

void curl_call_free(struct curl_call *call)
{
    if (!call) {
        return;
    }
    MAGIC_CHECK(call, CALL_MAGIC);
    curl_easy_cleanup(call->easy);
    curl_request_fini(call);
    free(call->url);
    call->magic = 0;
    free(call);
}

void curl_call_release(struct curl_call *call)
{
    free(call->url);
    call->url = NULL;
    call->exchange = NULL;
    call->state = CALL_IDLE;
}

const char *curl_call_url(const struct curl_call *call)
{
    return call->url ? call->url : call->exchange->url;
}

void curl_call_set_resolve(struct curl_call *call, struct curl_slist *entry)
{
    if (entry != call->resolve) {
        curl_easy_setopt(call->easy, CURLOPT_RESOLVE, entry);
        call->resolve = entry;
    }
}

/* ---- The request ---- */

static bool set_request(struct curl_call *call, int64_t spent_ns)
{
    call->attempts = 0;
    call->detail_lost = false;
    call->header_count = call->header_bytes = 0;
    call->limit = CURL_LIMIT_NONE;
    call->in_body = false;
    call->opener.error = 0;
    call->detail[0] = '\0';
    return curl_request_set(call, spent_ns);
}

static void fail_url(struct curl_call *call, const char *url)
{
    struct buf text;

    buf_init(&text, 8192);
    curl_error_url_text(&text, url);
    curl_call_fail(call, buf_text(&text));
    buf_fini(&text);
}

bool curl_call_begin(struct curl_call *call, struct exchange *exchange)
{
    struct url_origin origin;

    MAGIC_CHECK(call, CALL_MAGIC);
    exchange_fini(exchange);
    buf_init_from(&exchange->answer_headers, CURL_MAX_HEADER_BYTES, exchange->stock);
    buf_init_from(&exchange->answer_body,
                  exchange->max_body_bytes ? exchange->max_body_bytes : SIZE_MAX / 4,
                  exchange->stock);
    call->exchange = exchange;
    call->start_ns = clock_mono_ns();
    call->method = exchange->method;
    call->url = url_quote(exchange->url);
    call->redirects = 0;
    call->body_dropped = call->auth_dropped = call->cookie_dropped = false;
    if (!url_origin(curl_call_url(call), &origin)) {
        fail_url(call, exchange->url);
        return false;
    }
    return set_request(call, 0);
}

/* ---- The answer ---- */

static int64_t info_ns(CURL *easy, CURLINFO info)
{
    curl_off_t us = 0;

    curl_easy_getinfo(easy, info, &us);
    return us * NS_PER_US;
}

static void add_times(struct curl_call *call)
{
    struct exchange *exchange = call->exchange;
    curl_off_t body_bytes = 0;
    long connections = 0;

    curl_easy_getinfo(call->easy, CURLINFO_NUM_CONNECTS, &connections);
    curl_easy_getinfo(call->easy, CURLINFO_SIZE_DOWNLOAD_T, &body_bytes);
    exchange->wire_bytes += call->header_bytes + (uint64_t)body_bytes;
    exchange->retried |= call->attempts > 1;
    exchange->times.total_ns = clock_mono_ns() - call->start_ns;
    if (connections <= 0) {
        return;
    }
    exchange->connections += (unsigned)connections;

    /* Each counts from the transfer's start, and is 0 if it never came so far. */
    int64_t resolved_ns = info_ns(call->easy, CURLINFO_NAMELOOKUP_TIME_T);
    int64_t connected_ns = info_ns(call->easy, CURLINFO_CONNECT_TIME_T);
    int64_t secured_ns = info_ns(call->easy, CURLINFO_APPCONNECT_TIME_T);

    exchange->times.dns_ns += resolved_ns;
    if (connected_ns > resolved_ns) {
        exchange->times.connect_ns += connected_ns - resolved_ns;
    }
    if (secured_ns > connected_ns) {
        exchange->times.tls_ns += secured_ns - connected_ns;
    }
}

void curl_call_fail(struct curl_call *call, const char *error)
{
    struct exchange *exchange = call->exchange;

    /* As in Locust a failed request has no status and no content; the bytes stay counted. */
    exchange->status = 0;
    buf_fini(&exchange->answer_body);
    free(exchange->error);
    exchange->error = mem_strdup(error);
    exchange->times.total_ns = clock_mono_ns() - call->start_ns;
}

static void fail_with(struct curl_call *call, CURLcode code, int gai_error)
{
    struct curl_failure failure = {
        .code = code,
        .limit = call->limit,
        .os_error = call->opener.error,
        .gai_error = gai_error,
        .detail = call->detail,
        .detail_lost = call->detail_lost,
        .url = curl_call_url(call),
        .timeout_ns = call->exchange->timeout_ns,
        .body_limit = call->exchange->max_body_bytes,
        .header_limit = CURL_MAX_HEADER_BYTES,
        .in_body = call->in_body,
        .expected_bytes = -1,
    };
    curl_off_t received = 0, expected = -1;
    long os_error = 0;

    curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &os_error);
    curl_easy_getinfo(call->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
    curl_easy_getinfo(call->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &expected);
    if (!failure.os_error) {
        failure.os_error = (int)os_error;
    }
    if (code == CURLE_COULDNT_CONNECT && failure.os_error == EADDRNOTAVAIL) {
        curl_sockets_no_port(call->opener.sockets);
    }
    failure.connected = call->attempts > 0 || info_ns(call->easy, CURLINFO_CONNECT_TIME_T) > 0;
    failure.body_bytes = received;
    failure.expected_bytes = expected;

    size_t encoding_length = 0;
    const char *encoding = exchange_header(call->exchange, "Content-Encoding", &encoding_length);
    char *encoding_copy = encoding ? mem_strndup(encoding, encoding_length) : NULL;
    struct buf text;

    failure.encoding = encoding_copy;
    failure.first_line = buf_text(&call->exchange->answer_body); /* see curl_receive.h */
    buf_init(&text, 8192);
    curl_error_text(&text, &failure);
    curl_call_fail(call, buf_text(&text));
    buf_fini(&text);
    free(encoding_copy);
}

void curl_call_await_name(struct curl_call *call)
{
    call->state = CALL_RESOLVING;
    call->wait_ns = clock_mono_ns();
}

bool curl_call_named(struct curl_call *call, int gai_error)
{
    call->exchange->times.dns_ns += clock_mono_ns() - call->wait_ns;
    if (gai_error) {
        fail_with(call, CURLE_COULDNT_RESOLVE_HOST, gai_error);
    }
    return gai_error == 0;
}

static bool passed(int64_t since_ns, int64_t limit_ns, int64_t now_ns)
{
    return limit_ns > 0 && now_ns - since_ns >= limit_ns;
}

bool curl_call_name_overdue(struct curl_call *call)
{
    const struct exchange *exchange = call->exchange;
    int64_t now_ns = clock_mono_ns();

    if (!passed(call->wait_ns, exchange->connect_timeout_ns, now_ns) &&
        !passed(call->start_ns, exchange->timeout_ns, now_ns)) {
        return false;
    }
    curl_call_fail(call, "TimeoutError('timed out')");
    return true;
}

static bool is_redirect(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/*
 * libcurl could follow redirects itself, but with any method other than GET and POST it would keep
 * method and body where requests turns to GET, and the other way round. This is
 * requests.sessions.SessionRedirectMixin.resolve_redirects().
 */
static bool redirect(struct curl_call *call, long status, const char *target)
{
    struct exchange *exchange = call->exchange;
    int64_t spent_ns = clock_mono_ns() - call->start_ns;
    struct url_origin origin;

    if (call->redirects >= MAX_REDIRECTS) {
        curl_call_fail(call, "TooManyRedirects('Exceeded 30 redirects.')");
        return false;
    }
    if (exchange->timeout_ns > 0 && spent_ns >= exchange->timeout_ns) {
        fail_with(call, CURLE_OPERATION_TIMEDOUT, 0);
        return false;
    }
    if (!url_origin(target, &origin)) {
        fail_url(call, target);
        return false;
    }
    call->redirects++;
    if (strcmp(call->method, "HEAD") != 0 &&
        (status == 303 || status == 302 || (status == 301 && strcmp(call->method, "POST") == 0))) {
        call->method = "GET";
    }
    call->body_dropped |= status != 307 && status != 308;
    call->auth_dropped |= !url_keeps_auth(curl_call_url(call), target);
    call->cookie_dropped = true; /* the jar has the say from here on */

    char *quoted = url_quote(target);

    free(call->url);
    call->url = quoted ? quoted : mem_strdup(target);
    buf_clear(&exchange->answer_body);
    exchange->answer_bytes = 0;
    return set_request(call, spent_ns);
}

bool curl_call_end(struct curl_call *call, CURLcode code)
{
    struct exchange *exchange = call->exchange;
    char *target = NULL;
    long status = 0;

    MAGIC_CHECK(call, CALL_MAGIC);
    add_times(call);
    if (code != CURLE_OK) {
        fail_with(call, code, 0);
        return false;
    }
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    exchange->status = (int)status;
    if (status >= 300 && status < 400 && exchange->follow_redirects && is_redirect(status) &&
        strcmp(exchange->method, "HEAD") != 0) {
        curl_easy_getinfo(call->easy, CURLINFO_REDIRECT_URL, &target);
    }
    if (target) {
        return redirect(call, status, target);
    }
    if (call->redirects > 0) {
        exchange->answer_url = mem_strdup(call->url);
    }
    return false;
}
