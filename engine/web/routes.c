/* SPDX-License-Identifier: MIT */
/* routes.c - the one table of paths, and what holds for all of them. */
#define LOGGER "locust.web"
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "web/host_check.h"
#include "web/web_private.h"

struct route {
    const char *path; /* below the base path */
    unsigned methods; /* a set of call_method */
    web_route_fn *handle;
    bool changes; /* the test: pages of other sites may not */
    bool open;    /* without a login */
};

static const struct route table[] = {
    {"/", CALL_GET, page_index, false, false},
    {"/swarm", CALL_POST, control_swarm, true, false},
    {"/stop", CALL_GET | CALL_POST, control_stop, true, false},
    {"/pause", CALL_POST, control_pause, true, false},
    {"/resume", CALL_POST, control_resume, true, false},
    {"/stats/reset", CALL_GET | CALL_POST, control_reset, true, false},
    {"/stats/requests", CALL_GET, stats_json_requests, false, false},
    {"/stats/requests/csv", CALL_GET, download_requests, false, false},
    {"/stats/requests_full_history/csv", CALL_GET, download_history, false, false},
    {"/stats/failures/csv", CALL_GET, download_failures, false, false},
    {"/stats/report", CALL_GET, report_answer, false, false},
    {"/exceptions", CALL_GET, details_exceptions, false, false},
    {"/exceptions/csv", CALL_GET, download_exceptions, false, false},
    {"/tasks", CALL_GET, details_tasks, false, false},
    {"/logs", CALL_GET, details_logs, false, false},
    {"/worker-count", CALL_GET, details_worker_count, false, false},
    {"/workers", CALL_GET, details_workers, false, false},
    {"/stats/history", CALL_GET, charts_history, false, false},
    {"/stats/histogram", CALL_GET, charts_histogram, false, false},
    {"/stats/heatmap", CALL_GET, charts_heatmap, false, false},
    {"/stats/phases", CALL_GET, charts_phases, false, false},
    {"/failures/lines", CALL_GET, lines_failures, false, false},
    {"/workers/lines", CALL_GET, lines_workers, false, false},
    {"/failures/samples", CALL_GET, samples_answer, false, false},
    {"/events", CALL_GET, events_stream, false, false},
    {"/metrics", CALL_GET, metrics_answer, false, false},
    {"/user", CALL_POST, control_user, true, false},
    {"/login", CALL_GET, login_page, false, true},
    {"/login", CALL_POST, login_submit, true, true},
    {"/logout", CALL_POST, login_out, true, false},
    {"/healthz", CALL_GET, probe_health, false, true},
    {"/readyz", CALL_GET, probe_ready, false, true},
};

/* ---- Other sites ---- */

/* The host and port of an origin, "http://h:1" -> "h:1". */
static bool origin_is(const char *origin, const char *host)
{
    const char *slashes = strstr(origin, "://");

    return host && slashes && strcasecmp(slashes + 3, host) == 0;
}

static bool origin_allowed(const struct web *web, const struct call *call, const char *origin)
{
    const char *cors = web->options->cors;

    return (cors && (strcmp(cors, "*") == 0 || strcasecmp(cors, origin) == 0)) ||
           origin_is(origin, call_header(call, MHD_HTTP_HEADER_HOST)) ||
           origin_is(origin, call_header(call, "X-Forwarded-Host"));
}

/*
 * Browsers say where a request comes from: Origin with every POST, Sec-Fetch-Site with everything
 * that goes to an encrypted or local address. Programs say nothing.
 */
static bool from_elsewhere(const struct web *web, const struct call *call)
{
    const char *origin = call_header(call, MHD_HTTP_HEADER_ORIGIN);
    const char *site = call_header(call, "Sec-Fetch-Site");

    if (origin) {
        return !origin_allowed(web, call, origin);
    }
    return site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

/* ---- Headers of every answer ---- */

void routes_secure(const struct web *web, struct MHD_Response *response)
{
    static const char *const headers[][2] = {
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };

    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    }
    if (web->options->cors) { /* browsers compare it with the origin themselves */
        MHD_add_response_header(response, "Access-Control-Allow-Origin", web->options->cors);
    }
}

/* ---- Finding and refusing ---- */

/* *methods: all that the path has. */
static const struct route *find(const char *path, enum call_method method, unsigned *methods)
{
    const struct route *found = NULL;

    *methods = 0;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strcmp(table[i].path, path) == 0) {
            *methods |= table[i].methods;
            found = table[i].methods & method ? &table[i] : found;
        }
    }
    return found;
}

static void allow(const struct web *web, struct call *call, unsigned methods)
{
    const char *names = methods == CALL_GET    ? "GET, HEAD, OPTIONS"
                        : methods == CALL_POST ? "OPTIONS, POST"
                                               : "GET, HEAD, OPTIONS, POST";

    if (call->method == CALL_OPTIONS) {
        call_text(call, MHD_HTTP_OK, TYPE_TEXT, "");
    } else {
        call_text(call, MHD_HTTP_METHOD_NOT_ALLOWED, TYPE_TEXT, "Method not allowed\n");
    }
    call_add_header(call, MHD_HTTP_HEADER_ALLOW, names);
    if (web->options->cors && call->method == CALL_OPTIONS) {
        call_add_header(call, "Access-Control-Allow-Methods", names);
        call_add_header(
            call, "Access-Control-Allow-Headers", "Authorization, Content-Type, X-CSRF-Token");
        call_add_header(call, "Access-Control-Max-Age", "600");
    }
}

static void redirect_to_base(const struct web *web, struct call *call)
{
    struct buf place;

    buf_init(&place, 4096);
    buf_printf(&place, "%s/", web->options->base_path);
    call_text(call, MHD_HTTP_PERMANENT_REDIRECT, TYPE_TEXT, "");
    call_add_header(call, MHD_HTTP_HEADER_LOCATION, buf_text(&place));
    buf_fini(&place);
}

static void not_found(struct call *call)
{
    call_text(call,
              MHD_HTTP_NOT_FOUND,
              TYPE_HTML,
              "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
              "<p>There is nothing at this address.</p>\n");
}

/* A browser that says so sends the request from a page of ours. */
static bool from_own_page(const struct call *call)
{
    const char *origin = call_header(call, MHD_HTTP_HEADER_ORIGIN);
    const char *site = call_header(call, "Sec-Fetch-Site");

    return origin ? origin_is(origin, call_header(call, MHD_HTTP_HEADER_HOST)) ||
                        origin_is(origin, call_header(call, "X-Forwarded-Host"))
                  : site && strcmp(site, "same-origin") == 0;
}

/* With a login another name has no session, and no proxy speaks for it: only then does it matter.
 */
static bool name_is_known(const struct web *web, const struct call *call)
{
    const struct web_options *options = web->options;
    const char *host = call_header(call, MHD_HTTP_HEADER_HOST);
    const char *bound = options->server.host;
    bool one = bound && strcmp(bound, "*") != 0; /* else it is no name */
    const char *const names[] = {one ? bound : NULL, NULL};

    return options->login.on || options->login.auth_header ||
           host_check(host, options->allowed_hosts) || host_check(host, names);
}

static void refuse_name(struct web *web, struct call *call)
{
    const char *host = call_header(call, MHD_HTTP_HEADER_HOST);
    struct err err;

    err_set(&err,
            "this is not known by the name '%.*s': --web-allowed-host %.*s lets it in, and with "
            "--web-login the name does not matter",
            (int)strcspn(host, ":"),
            host,
            (int)strcspn(host, ":"),
            host);
    if (!web->host_told) {
        web->host_told = true;
        log_warning("asked by a name that is not known, which a page of another site could do: %s",
                    err.text);
    }
    call_refuse(call, MHD_HTTP_MISDIRECTED_REQUEST, NULL, err.text);
}

/* False, answered, if the one who asks may not. */
static bool admit(struct web *web, struct call *call, const struct route *route)
{
    const struct web_login_options *login = &web->options->login;
    struct login_question question = {.auth_header = login->auth_header,
                                      .changes = route->changes,
                                      .own_page = from_own_page(call)};

    if (!route->open && !name_is_known(web, call)) {
        refuse_name(web, call);
        return false;
    }
    if (route->changes && from_elsewhere(web, call)) {
        log_warning("%s refused: it comes from a page of another site", route->path);
        call_refuse(call,
                    MHD_HTTP_FORBIDDEN,
                    NULL,
                    "pages of other sites may not do this; --web-cors ORIGIN allows one");
        return false;
    }
    if (route->open || (!login->on && !login->auth_header)) {
        return true;
    }
    switch (login_check(&web->login, call, &question)) {
    case LOGIN_FINE:
        return true;
    case LOGIN_NOBODY:
        login_refuse(web, call);
        return false;
    case LOGIN_FORGED:
        call_refuse(call,
                    MHD_HTTP_FORBIDDEN,
                    NULL,
                    "this needs the page's X-CSRF-Token header, or a bearer token");
        return false;
    }
    return false;
}

static void answer(struct web *web, struct call *call, const char *path)
{
    unsigned methods;
    const struct route *route = find(path, call->method, &methods);

    if (!route && methods) {
        allow(web, call, methods);
    } else if (!route) {
        if (!(call->method == CALL_GET && assets_answer(web->assets, call, path))) {
            not_found(call);
        }
    } else if (admit(web, call, route)) {
        route->handle(web, call);
    }
}

void routes_answer(struct web *web, struct call *call)
{
    const char *base = web->options->base_path;
    size_t length = strlen(base);

    if (strncmp(call->path, base, length) != 0 ||
        (call->path[length] != '/' && call->path[length] != '\0')) {
        not_found(call);
    } else if (call->path[length] == '\0') {
        redirect_to_base(web, call);
    } else {
        answer(web, call, call->path + length);
    }
    if (call->response && !call->shared) {
        routes_secure(web, call->response);
    }
}
