/* SPDX-License-Identifier: MIT */
/*
 * Answers that are always the same are made at start-up from one table; those that depend on the
 * request are made by a function each.
 */
#include "target/fault_plan.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "target/fault_bytes.h"
#include "target/route.h"
#include "target/text.h"

#define OWN_MAX_BYTES 65536U

struct fault_plans {
    struct routes *routes;
    struct buf *fixed; /* by number in the table; empty where nothing is built */
};

/* What a function gets to make its answer from. */
struct question {
    struct fault_plans *plans;
    const char *param; /* the one in the path, or "" */
    const char *url;   /* the decoded argument of that name, or "" */
};

struct plan {
    const char *pattern;
    enum fault_end end;
    void (*build)(struct buf *out); /* at start-up */
    /* per request; what it writes into answer->own is sent instead of what was built */
    void (*make)(const struct question *question, struct fault_answer *answer);
    bool repeats; /* its last FAULT_REPEAT_BYTES, over and over */
};

static void add_answer(struct buf *out, unsigned status, const char *headers, const char *body)
{
    buf_printf(out,
               "HTTP/1.1 %u %s\r\nContent-Length: %zu\r\n%s\r\n%s",
               status,
               MHD_get_reason_phrase_for(status),
               strlen(body),
               headers,
               body);
}

static void add_ok(struct buf *out)
{
    add_answer(out, 200, "Content-Type: text/plain\r\n", "ok");
}

static void add_bad_request(struct buf *out)
{
    add_answer(out, 400, "Content-Type: text/plain\r\n", "the parameter makes no sense");
}

static void make_count(const struct question *question, struct fault_answer *answer)
{
    struct buf counts;

    buf_init(&counts, OWN_MAX_BYTES);
    routes_write_counts(question->plans->routes, &counts);
    add_answer(&answer->own, 200, "Content-Type: application/json\r\n", buf_text(&counts));
    buf_fini(&counts);
}

static void make_reset(const struct question *question, struct fault_answer *answer)
{
    routes_reset(question->plans->routes);
    add_answer(&answer->own, 200, "Content-Type: application/json\r\n", "{}\n");
}

static void make_index(const struct question *question, struct fault_answer *answer)
{
    struct buf list;

    buf_init(&list, OWN_MAX_BYTES);
    routes_write_list(question->plans->routes, &list);
    add_answer(&answer->own, 200, "Content-Type: text/plain\r\n", buf_text(&list));
    buf_fini(&list);
}

static bool parse_pause(const struct question *question, struct fault_answer *answer,
                        int64_t *pause_ns)
{
    unsigned long ms;

    if (!text_number(question->param, FAULT_DELAY_MAX_MS, &ms)) {
        add_bad_request(&answer->own);
        return false;
    }
    *pause_ns = (int64_t)ms * NS_PER_MS;
    return true;
}

static void make_delay(const struct question *question, struct fault_answer *answer)
{
    if (parse_pause(question, answer, &answer->before_ns)) {
        add_ok(&answer->own);
    }
}

static void make_drip(const struct question *question, struct fault_answer *answer)
{
    if (parse_pause(question, answer, &answer->each_ns) && answer->each_ns == 0) {
        answer->each_ns = 1;
    }
}

static void make_status(const struct question *question, struct fault_answer *answer)
{
    unsigned long status;

    if (!text_number(question->param, 999, &status) || status < 200) {
        add_bad_request(&answer->own);
    } else if (status == 204 || status == 304) {
        buf_printf(&answer->own,
                   "HTTP/1.1 %lu %s\r\n\r\n",
                   status,
                   MHD_get_reason_phrase_for((unsigned)status));
    } else {
        add_answer(&answer->own, (unsigned)status, "Content-Type: text/plain\r\n", "as asked\n");
    }
}

static void make_redirect_other(const struct question *question, struct fault_answer *answer)
{
    struct buf header;

    if (*question->url == '\0' || strpbrk(question->url, "\r\n")) {
        add_bad_request(&answer->own);
        return;
    }
    buf_init(&header, OWN_MAX_BYTES);
    buf_printf(&header, "Location: %s\r\n", question->url);
    add_answer(&answer->own, 302, buf_text(&header), "");
    buf_fini(&header);
}

static void build_redirect_loop(struct buf *out)
{
    add_answer(out, 302, "Location: /redirect-loop\r\n", "");
}

static void build_redirect_file(struct buf *out)
{
    add_answer(out, 302, "Location: file:///etc/passwd\r\n", "");
}

static const struct plan table[] = {
    {.pattern = "/", .make = make_index},
    {.pattern = "/_count", .make = make_count},
    {.pattern = "/_count/reset", .make = make_reset},
    {.pattern = "/ok", .build = add_ok},
    {.pattern = "/status/{code}", .make = make_status},
    {.pattern = "/delay/{ms}", .make = make_delay},
    {.pattern = "/drop", .end = FAULT_HOLD},
    {.pattern = "/reset", .end = FAULT_RESET},
    {.pattern = "/reset-mid-body", .end = FAULT_RESET, .build = fault_build_cut_body},
    {.pattern = "/close", .end = FAULT_CLOSE},
    {.pattern = "/close-idle", .end = FAULT_KEEP_BRIEF, .build = add_ok},
    {.pattern = "/truncate", .end = FAULT_CLOSE, .build = fault_build_cut_body},
    {.pattern = "/longer", .end = FAULT_CLOSE, .build = fault_build_longer},
    {.pattern = "/drip/{ms}", .build = fault_build_drip, .make = make_drip},
    {.pattern = "/garbage", .end = FAULT_CLOSE, .build = fault_build_garbage},
    {.pattern = "/http09", .end = FAULT_CLOSE, .build = fault_build_http09},
    {.pattern = "/huge-header", .build = fault_build_huge_header},
    {.pattern = "/many-headers", .build = fault_build_many_headers},
    {.pattern = "/endless-header", .build = fault_build_endless_header, .repeats = true},
    {.pattern = "/endless-continue", .build = fault_build_endless_continue, .repeats = true},
    {.pattern = "/bad-chunk", .end = FAULT_CLOSE, .build = fault_build_bad_chunk},
    {.pattern = "/huge-chunk-size", .end = FAULT_CLOSE, .build = fault_build_huge_chunk_size},
    {.pattern = "/unterminated-chunks",
     .end = FAULT_CLOSE,
     .build = fault_build_unterminated_chunks},
    {.pattern = "/tiny-chunks", .build = fault_build_tiny_chunks},
    {.pattern = "/gzip-bomb", .build = fault_build_gzip_bomb},
    {.pattern = "/bad-gzip", .build = fault_build_bad_gzip},
    {.pattern = "/redirect-loop", .build = build_redirect_loop},
    {.pattern = "/redirect-file", .build = build_redirect_file},
    {.pattern = "/redirect-other", .make = make_redirect_other},
};

struct fault_plans *fault_plans_new(void)
{
    struct fault_plans *plans = mem_new(sizeof(*plans));

    plans->routes = routes_new();
    plans->fixed = mem_array(ARRAY_LEN(table), sizeof(*plans->fixed));
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        ENSURE(routes_add(plans->routes, ON_ANY, table[i].pattern) == i);
        buf_init(&plans->fixed[i], FAULT_FIXED_MAX_BYTES);
        if (table[i].build) {
            table[i].build(&plans->fixed[i]);
            ENSURE(!plans->fixed[i].failed);
        }
    }
    return plans;
}

void fault_plans_free(struct fault_plans *plans)
{
    if (!plans) {
        return;
    }
    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        buf_fini(&plans->fixed[i]);
    }
    free(plans->fixed);
    routes_free(plans->routes);
    free(plans);
}

/* The value of "url" in a query, decoded, in memory of the caller. */
static void find_url(const char *query, char *url, size_t size)
{
    url[0] = '\0';
    while (*query) {
        size_t length = strcspn(query, "&");

        if (length > 4 && strncmp(query, "url=", 4) == 0 && length - 4 < size) {
            memcpy(url, query + 4, length - 4);
            url[length - 4] = '\0';
            MHD_http_unescape(url);
            return;
        }
        query += length + (query[length] == '&');
    }
}

void fault_plans_answer(struct fault_plans *plans, const char *method, const char *target,
                        struct fault_answer *answer)
{
    char path[ROUTE_PARAM_BYTES * 2];
    char url[4096];
    struct route_match match;
    size_t length = strcspn(target, "?");

    *answer = (struct fault_answer){.repeat_from = SIZE_MAX};
    buf_init(&answer->own, FAULT_FIXED_MAX_BYTES);
    snprintf(path, sizeof(path), "%.*s", length < sizeof(path) ? (int)length : 0, target);
    find_url(target[length] == '?' ? target + length + 1 : "", url, sizeof(url));

    enum method known = method_from_name(method);

    routes_match(plans->routes, known, path, &match);
    routes_count(plans->routes, known, &match);
    if (match.result != ROUTE_FOUND) {
        add_answer(&answer->own, 404, "Content-Type: text/plain\r\n", "no such fault\n");
        answer->bytes = buf_text(&answer->own);
        answer->length = answer->own.length;
        return;
    }
    const struct plan *plan = &table[match.number];
    const struct buf *bytes = &plans->fixed[match.number];

    answer->end = plan->end;
    if (plan->make) {
        const struct question question = {
            .plans = plans,
            .param = strchr(plan->pattern, '{') ? match.params[0] : "",
            .url = url,
        };

        plan->make(&question, answer);
        bytes = answer->own.length > 0 ? &answer->own : bytes;
    }
    answer->bytes = buf_text(bytes);
    answer->length = bytes->length;
    if (plan->repeats) {
        answer->repeat_from = answer->length - FAULT_REPEAT_BYTES;
    }
}
