/* SPDX-License-Identifier: MIT */
/* login.c - the check of each request, and the pages to log in and out by. */
#define LOGGER "locust.web"
#include "web/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "web/form.h"
#include "web/web_private.h"

static const struct session *session_of(struct login *login, const struct call *call)
{
    const char *id = call_cookie(call, LOGIN_COOKIE);

    return id ? sessions_find(&login->sessions, id, clock_mono_ns()) : NULL;
}

static bool has_token(struct login *login, const struct call *call)
{
    static const char scheme[] = "Bearer ";
    const char *authorization = call_header(call, MHD_HTTP_HEADER_AUTHORIZATION);

    return login->users && authorization &&
           strncasecmp(authorization, scheme, strlen(scheme)) == 0 &&
           users_file_token(login->users, authorization + strlen(scheme));
}

static bool shows_csrf(const struct session *session, const struct call *call)
{
    const char *token = call_header(call, "X-CSRF-Token");

    return token && strlen(token) == SESSION_ID_SIZE - 1 &&
           CRYPTO_memcmp(token, session->csrf, SESSION_ID_SIZE - 1) == 0;
}

enum login_result login_check(struct login *login, const struct call *call,
                              const struct login_question *question)
{
    const char *proxied = question->auth_header ? call_header(call, question->auth_header) : NULL;

    if ((proxied && *proxied) || has_token(login, call)) {
        return LOGIN_FINE;
    }
    const struct session *session = session_of(login, call);

    if (!session) {
        return LOGIN_NOBODY;
    }
    return !question->changes || question->own_page || shows_csrf(session, call) ? LOGIN_FINE
                                                                                 : LOGIN_FORGED;
}

const char *login_csrf(struct login *login, const struct call *call)
{
    const struct session *session = session_of(login, call);

    return session ? session->csrf : NULL;
}

/* ---- Where to go afterwards ---- */

/* Only within these pages: another site could have made the link. "?tab=stats" is of the page
 * itself. */
static const char *safe_place(const struct web *web, const char *next)
{
    const char *base = web->options->base_path;
    size_t length = strlen(base);
    bool own_page = next && *next == '?';
    bool inside = next && strncmp(next, base, length) == 0 && next[length] == '/' &&
                  next[length + 1] != '/' && next[length + 1] != '\\';

    if (!own_page && !inside) {
        return NULL;
    }
    for (const char *p = next; *p; p++) {
        if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '\\') {
            return NULL;
        }
    }
    return next;
}

static void go(const struct web *web, struct call *call, const char *next)
{
    const char *place = safe_place(web, next);
    struct buf home;

    buf_init(&home, 4096);
    if (!place || *place == '?') {
        buf_printf(&home, "%s/", web->options->base_path);
    }
    buf_puts(&home, place ? place : "");
    call_text(call, MHD_HTTP_SEE_OTHER, TYPE_TEXT, "");
    call_add_header(call, MHD_HTTP_HEADER_LOCATION, buf_text(&home));
    buf_fini(&home);
}

static void set_cookie(const struct web *web, struct call *call, const char *id)
{
    struct buf cookie;

    buf_init(&cookie, 4096);
    buf_printf(&cookie,
               "%s=%s; Path=%s/; HttpOnly; SameSite=Lax%s%s",
               LOGIN_COOKIE,
               id,
               web->options->base_path,
               server_encrypted(web->server) ? "; Secure" : "",
               *id ? "" : "; Max-Age=0");
    call_add_header(call, MHD_HTTP_HEADER_SET_COOKIE, buf_text(&cookie));
    buf_fini(&cookie);
}

/* ---- Routes ---- */

void login_page(struct web *web, struct call *call)
{
    if (web->options->login.on) {
        page_login(web, call, NULL, safe_place(web, call_query(call, "next")), MHD_HTTP_OK);
    } else {
        go(web, call, NULL);
        call->status = MHD_HTTP_FOUND;
    }
}

/* A password that is being compared; its call is suspended meanwhile. */
struct attempt {
    struct web *web;
    struct held *held;
    struct call call;
    char *name, *next; /* next may be NULL */
    char client[64];
};

static void free_attempt(void *data)
{
    struct attempt *attempt = data;

    free(attempt->name);
    free(attempt->next);
    free(attempt);
}

static void on_compared(void *data, bool good)
{
    struct attempt *attempt = data;
    struct web *web = attempt->web;
    struct call *call = &attempt->call;
    int64_t now_ns = clock_mono_ns();

    if (good) {
        log_info("%s has logged in from %s", attempt->name, attempt->client);
        go(web, call, attempt->next);
        set_cookie(web, call, sessions_add(&web->login.sessions, attempt->name, now_ns)->id);
    } else {
        sessions_failed(&web->login.sessions, attempt->client, now_ns);
        log_warning("login from %s failed", attempt->client);
        page_login(web, call, "Wrong name or password", attempt->next, MHD_HTTP_UNAUTHORIZED);
    }
    routes_secure(web, call->response);
    later_answer(attempt->held, call->status, call->response);
    free_attempt(attempt);
}

/* False if too many are being compared. */
static bool compare(struct web *web, struct call *call, const struct form *form, const char *next)
{
    const char *name = form_get(form, "username");
    struct attempt *attempt = mem_new(sizeof(*attempt));
    struct hasher_events events = {attempt, on_compared, free_attempt};
    struct password_check check =
        users_file_check(web->login.users, name, form_get(form, "password"));

    attempt->web = web;
    attempt->name = mem_strdup(name);
    attempt->next = mem_strdup(next);
    snprintf(attempt->client, sizeof(attempt->client), "%s", call->client);
    if (!hasher_add(web->login.hasher, &check, &events)) {
        password_check_fini(&check);
        free_attempt(attempt);
        return false;
    }
    attempt->call = *call; /* to be answered by, when the texts of the request are gone */
    attempt->call.body = attempt->call.path = "";
    attempt->call.body_length = 0;
    attempt->held = call_later(call);
    return true;
}

static void try_password(struct web *web, struct call *call, const struct form *form)
{
    struct login *login = &web->login;
    const char *name = form_get(form, "username"), *password = form_get(form, "password");
    const char *wanted = form_get(form, "next");
    const char *next = safe_place(web, wanted ? wanted : call_query(call, "next"));
    int64_t now_ns = clock_mono_ns();

    if (!name || !password || !login->users) {
        page_login(web, call, "Name and password, please", next, MHD_HTTP_BAD_REQUEST);
    } else if (!sessions_may_try(&login->sessions, call->client, now_ns) ||
               !compare(web, call, form, next)) {
        log_warning("login from %s refused: too many attempts", call->client);
        page_login(web, call, "Too many attempts: try again in a minute", next, 429);
        call_add_header(call, MHD_HTTP_HEADER_RETRY_AFTER, "60");
    }
}

void login_submit(struct web *web, struct call *call)
{
    struct form form;

    if (!web->options->login.on) {
        go(web, call, NULL);
        return;
    }
    if (form_read(&form, call)) {
        try_password(web, call, &form);
    } else {
        page_login(web, call, "This is no form", NULL, MHD_HTTP_BAD_REQUEST);
    }
    for (size_t i = 0; i < form.count; i++) {
        explicit_bzero(form.fields[i].value, strlen(form.fields[i].value));
    }
    form_fini(&form);
}

void login_out(struct web *web, struct call *call)
{
    const char *id = call_cookie(call, LOGIN_COOKIE);

    if (id) {
        sessions_drop(&web->login.sessions, id);
    }
    go(web, call, NULL);
    set_cookie(web, call, "");
}

/* Percent-encoded, all but what stands for itself in any part of an address. */
static void put_encoded(struct buf *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        if (strchr("/-._~", *p) || (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') ||
            (*p >= 'a' && *p <= 'z')) {
            buf_putc(out, *p);
        } else {
            buf_printf(out, "%%%02X", (unsigned char)*p);
        }
    }
}

/* One more argument of an address that is being written: a void *, as the library hands it on. */
static enum MHD_Result put_argument(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct buf *out = context;

    (void)kind;
    buf_putc(out, memchr(out->data, '?', out->length) ? '&' : '?');
    put_encoded(out, name);
    if (value) {
        buf_putc(out, '=');
        put_encoded(out, value);
    }
    return MHD_YES;
}

/* Browsers get the page to log in by, programs an answer; but who asks for the page itself is only
 * sent on, as with Locust: probes of containers take that for a sign of life. */
void login_refuse(const struct web *web, struct call *call)
{
    const char *accept = call_header(call, MHD_HTTP_HEADER_ACCEPT);
    bool page = strcmp(call->path + strlen(web->options->base_path), "/") == 0;
    struct buf asked;
    struct buf place;

    if (call->method != CALL_GET || (!page && (!accept || !strstr(accept, "text/html")))) {
        call_refuse(call, MHD_HTTP_UNAUTHORIZED, NULL, "log in first, or send a bearer token");
        call_add_header(call, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer realm=\"cicada\"");
        return;
    }
    buf_init(&asked, 4096);
    put_encoded(&asked, call->path);
    MHD_get_connection_values(call->connection, MHD_GET_ARGUMENT_KIND, put_argument, &asked);
    buf_init(&place, 16 * 1024); /* encoded once more, and a base path */
    buf_printf(&place, "%s/login?next=", web->options->base_path);
    if (!asked.failed) { /* else it is too long to be brought back to */
        put_encoded(&place, buf_text(&asked));
    }
    call_text(call, MHD_HTTP_FOUND, TYPE_TEXT, "");
    call_add_header(call, MHD_HTTP_HEADER_LOCATION, buf_text(&place));
    buf_fini(&place);
    buf_fini(&asked);
}

bool login_open(struct web *web, struct err *err)
{
    const struct web_login_options *options = &web->options->login;

    if (options->on && options->users_file) {
        web->login.users = users_file_open(options->users_file, err);
        web->login.hasher = web->login.users ? hasher_new(web->loop) : NULL;
        return web->login.users != NULL;
    }
    return true;
}

void login_stop(struct web *web)
{
    hasher_free(web->login.hasher);
    web->login.hasher = NULL;
}

void login_close(struct web *web)
{
    users_file_free(web->login.users);
    sessions_fini(&web->login.sessions);
}
