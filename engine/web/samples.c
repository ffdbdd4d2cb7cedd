/* SPDX-License-Identifier: MIT */
/* samples.c - what was sent and came back where requests failed (API.md). */
#include <string.h>

#include "base/clock.h"
#include "web/web_private.h"

static const struct failure *find_kind(struct failures *failures, const char *wanted)
{
    const struct failure *const *sorted = failures_sorted(failures);
    char key[FAILURE_KEY_SIZE];

    for (size_t i = 0; i < failures_count(failures); i++) {
        failure_key(sorted[i]->method, sorted[i]->name, sorted[i]->text, key);
        if (strcmp(key, wanted) == 0) {
            return sorted[i];
        }
    }
    return NULL;
}

static void write_sample(struct jsonw *w, const struct failure *kind,
                         const struct failure_capture *capture)
{
    jsonw_open(w, NULL, '{');
    jsonw_float(w, "t", (double)(capture->wall_ns / NS_PER_MS) / 1e3);
    jsonw_text(w, "method", kind->method);
    jsonw_text(w, "name", kind->name);
    jsonw_text(w, "url", capture->url);
    if (capture->status > 0) {
        jsonw_int(w, "status", capture->status);
    } else {
        jsonw_null(w, "status");
    }
    jsonw_text(w, "error", capture->error);
    jsonw_text(w, "request_headers", capture->request_headers);
    jsonw_text(w, "request_body", *capture->request_body ? capture->request_body : NULL);
    jsonw_text(w, "response_headers", capture->response_headers);
    jsonw_text(w, "body", capture->body);
    jsonw_text(w, "worker", *capture->worker ? capture->worker : NULL);
    jsonw_close(w, '}');
}

void samples_answer(struct web *web, struct call *call)
{
    const char *key = call_query(call, "key");
    const struct failure *kind = find_kind(stats_failures(web_snapshot(web).stats), key ? key : "");
    struct buf out;
    struct jsonw w;

    if (!kind) {
        call_refuse(call, MHD_HTTP_NOT_FOUND, "key", "there is no such kind of failure");
        return;
    }
    buf_init(&out, WEB_ANSWER_MAX);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    jsonw_open(&w, "samples", '[');
    for (size_t i = 0; i < kind->capture_count; i++) {
        write_sample(&w, kind, &kind->captures[i]);
    }
    jsonw_close(&w, ']');
    jsonw_close(&w, '}');
    web_answer_json(call, MHD_HTTP_OK, &out);
}
