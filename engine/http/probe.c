/* SPDX-License-Identifier: MIT */
#include "http/probe.h"

#include <curl/curl.h>

#include "base/clock.h"

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct buf *body = data;

    (void)size; /* 1, says the manual */
    buf_add(body, bytes, count);
    return body->failed ? 0 : count;
}

bool http_probe(const char *url, int64_t timeout_ns, int *status, struct buf *body, struct err *err)
{
    char reason[CURL_ERROR_SIZE] = "";
    long code = 0;
    CURL *easy = curl_easy_init();

    if (!easy) {
        return err_set(err, "libcurl can't be used");
    }
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(timeout_ns / NS_PER_MS));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    CURLcode result = curl_easy_perform(easy);

    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_cleanup(easy);
    *status = (int)code;
    /* A body that is longer than wanted is as good an answer as any. */
    if (result != CURLE_OK && !(result == CURLE_WRITE_ERROR && code > 0)) {
        return err_set(err, "%s", *reason ? reason : curl_easy_strerror(result));
    }
    return true;
}
