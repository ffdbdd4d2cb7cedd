/* SPDX-License-Identifier: MIT */
/*
 * From what a scenario asks for to an exchange: address, name, headers, body. On the user's stack,
 * all in the task's memory.
 */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/pytext.h"
#include "sim/format.h"
#include "sim/headers.h"
#include "sim/outcome.h"
#include "sim/sim_private.h"
#include "sim/address.h"

static const double default_timeout_s = 60;
static const size_t default_max_body = 64u << 20;

static double first_positive(double a, double b, double c)
{
    return a > 0 ? a : (b > 0 ? b : c);
}

/* Ends the user: it can't do anything sensible, and its neighbours of the class can't either. */
static _Noreturn void no_host(struct user *user, const char *path)
{
    struct arena *arena = &user->fiber->arena;

    user->stop_self = true;
    user_crash(user,
               arena_printf(arena,
                            "class %s has no host to send %s to; give --host, or set .host in "
                            "the class",
                            user->class->name,
                            path),
               "  cicada_http()\n");
}

/* As arena_printf(), which takes ten times as long, and every request comes along here. */
static const char *joined(struct arena *arena, const char *a, const char *b, const char *c)
{
    char *text = arena_alloc(arena, strlen(a) + strlen(b) + strlen(c) + 1);

    stpcpy(stpcpy(stpcpy(text, a), b), c);
    return text;
}

static const char *full_url(struct user *user, const char *path)
{
    struct arena *arena = &user->fiber->arena;

    if (address_absolute(path)) {
        return path;
    }
    if (!user->class->host) {
        no_host(user, path);
    }
    return joined(arena, user->class->host, *path == '/' || !*path ? "" : "/", path);
}

static bool given(const char *const *headers, const char *name)
{
    for (; headers && headers[0] && headers[1]; headers += 2) {
        if (strcasecmp(headers[0], name) == 0) {
            return true;
        }
    }
    return false;
}

/* As requests raises it, so that the failure groups with those of Python workers. */
static char *invalid_header(struct arena *arena, const char *kind, const char *part)
{
    struct buf message, text;

    buf_init(&message, 4096);
    buf_init(&text, 16384);
    buf_printf(&message,
               "Invalid leading whitespace, reserved character(s), or return character(s) in "
               "header %s: ",
               kind);
    pytext_repr(&message, part);
    buf_puts(&text, "InvalidHeader(");
    pytext_repr(&text, buf_text(&message));
    buf_putc(&text, ')');
    char *copy = arena_strdup(arena, buf_text(&text));

    buf_fini(&message);
    buf_fini(&text);
    return copy;
}

static bool set_by_user(const struct user *user, const char *name)
{
    for (size_t i = 0; i < headers_count(user->headers); i++) {
        if (strcasecmp(headers_at(user->headers, i)->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static const char *content_type(const struct request *request)
{
    if (request->json) {
        return "application/json";
    }
    return request->form ? "application/x-www-form-urlencoded" : NULL;
}

/* The user's headers, unless the request has its own of that name; the request's; the body's type,
 * unless one of them says it. */
static void build_headers(struct outcome *outcome, const struct request *request)
{
    struct user *user = outcome->user;
    struct arena *arena = &user->fiber->arena;
    const char *type = content_type(request);
    size_t count = 0, most = headers_count(user->headers) + 2;

    for (const char *const *h = request->headers; h && h[0] && h[1]; h += 2) {
        most++;
    }
    const char **lines = arena_alloc(arena, most * sizeof(*lines));

    for (size_t i = 0; i < headers_count(user->headers); i++) {
        const struct user_header *header = headers_at(user->headers, i);

        if (!given(request->headers, header->name)) {
            lines[count++] = header->line;
        }
    }
    for (const char *const *h = request->headers; h && h[0] && h[1]; h += 2) {
        if (!header_name_valid(h[0])) {
            outcome->unsendable = invalid_header(arena, "name", h[0]);
        } else if (!header_value_valid(h[1])) {
            outcome->unsendable = invalid_header(arena, "value", h[1]);
        }
        lines[count++] = arena_printf(arena, "%s: %s", h[0], h[1]);
    }
    if (type && !given(request->headers, "Content-Type") && !set_by_user(user, "Content-Type")) {
        lines[count++] = arena_printf(arena, "Content-Type: %s", type);
    }
    lines[count] = NULL;
    outcome->exchange.headers = lines;
}

static void build_body(struct outcome *outcome, const struct request *request)
{
    struct exchange *exchange = &outcome->exchange;

    if (request->json) {
        exchange->body = request->json;
        exchange->body_bytes = strlen(request->json);
    } else if (request->form) {
        const char *form = address_form(&outcome->user->fiber->arena, request->form);

        exchange->body = form;
        exchange->body_bytes = strlen(form);
    } else if (request->body) {
        exchange->body = request->body;
        exchange->body_bytes = request->body_size;
    }
}

/* The name is the path, after that of the base URL, without the query given apart; or the format
 * that made it. */
static const char *build_name(struct user *user, const struct request *request)
{
    struct arena *arena = &user->fiber->arena;
    const char *path = request->path ? request->path : "";
    const char *format = format_of(arena, path), *base = user->class->base_path;

    if (request->name) {
        return request->name;
    }
    const char *named = format ? format : path;

    if (address_absolute(path)) {
        named = address_absolute(named) ? address_path(arena, named) : named;
        return format ? named : address_quote(arena, named);
    }

    base = base ? base : "";
    if (*base || *named != '/') {
        bool slash = *named ? *named != '/' : !*base;

        named = arena_printf(arena, "%s%s%s", base, slash ? "/" : "", named);
    }
    return format ? named : address_quote(arena, named);
}

struct outcome *outcome_prepare(struct user *user, const struct request *request)
{
    struct arena *arena = &user->fiber->arena;
    struct outcome *outcome = arena_alloc(arena, sizeof(*outcome));
    const struct user_class *class = user->class->source;
    const struct sim_options *options = user->sim->options;
    struct exchange *exchange = &outcome->exchange;
    const char *path = request->path ? request->path : "";
    double timeout = first_positive(request->timeout, options->timeout, class->timeout);
    double connect = first_positive(options->connect_timeout, class->connect_timeout, timeout);

    memset(outcome, 0, sizeof(*outcome));
    outcome->user = user;
    outcome->name = build_name(user, request);
    if (request->query) {
        path = address_add_query(arena, path, address_form(arena, request->query));
    }
    exchange->method = request->method ? request->method : "GET";
    exchange->url = address_quote(arena, full_url(user, path));
    exchange->timeout_ns = ns_from_seconds(timeout > 0 ? timeout : default_timeout_s);
    exchange->connect_timeout_ns = connect > 0 ? ns_from_seconds(connect) : exchange->timeout_ns;
    exchange->max_body_bytes = options->max_body_bytes ? options->max_body_bytes
                               : class->max_body       ? class->max_body
                                                       : default_max_body;
    exchange->follow_redirects = !request->no_redirect;
    exchange->discard_body = request->discard_body;
    exchange->stock = &user->sim->answers;
    build_headers(outcome, request);
    build_body(outcome, request);
    if (request->auth && request->auth[0]) {
        exchange->auth_name = request->auth[0];
        exchange->auth_password = request->auth[1] ? request->auth[1] : "";
    } else if (user->auth_name) {
        exchange->auth_name = user->auth_name;
        exchange->auth_password = user->auth_password;
    } else if (user->class->auth_name) {
        exchange->auth_name = user->class->auth_name;
        exchange->auth_password = user->class->auth_password;
    }
    outcome->response = (struct response){.body = "", .url = exchange->url};
    outcome->older = user->outcomes;
    user->outcomes = outcome;
    return outcome;
}
