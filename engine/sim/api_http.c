/* SPDX-License-Identifier: MIT */
/*
 * The doors of cicada.h to HTTP: sending, judging, reading.
 */
#define LOGGER "locust.user.users"
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include <cicada.h>

#include "base/log.h"
#include "sim/outcome.h"
#include "sim/sim_private.h"

struct response *const *cicada_http_all(struct user *user, const struct request *requests, size_t n)
{
    struct arena *arena = &user->fiber->arena;
    struct response **responses = arena_alloc(arena, (n + 1) * sizeof(*responses));
    struct outcome **last = &user->pending;
    bool may_block = user_may_block(user);

    user->pending = NULL;
    for (size_t i = 0; i < n; i++) {
        struct outcome *outcome = outcome_prepare(user, &requests[i]);

        responses[i] = &outcome->response;
        if (may_block) {
            *last = outcome;
            last = &outcome->next;
        } else {
            outcome_refuse(outcome);
        }
    }
    responses[n] = NULL;
    if (may_block && n > 0) {
        user_block(user, BLOCK_REQUESTS);
    }
    return responses;
}

struct response *cicada_http(struct user *user, const struct request *request)
{
    return cicada_http_all(user, request, 1)[0];
}

const char *cicada_header(const struct response *response, const char *name)
{
    const struct outcome *outcome = (const struct outcome *)response;
    size_t length;
    const char *value = exchange_header(&outcome->exchange, name, &length);

    return value ? arena_strndup(&outcome->user->fiber->arena, value, length) : NULL;
}

static void clear_cookies(struct user *user, void *data)
{
    (void)data;
    if (user->client) {
        user->sim->transport->ops->cookies_clear(user->client);
    }
}

void cicada_cookies_clear(struct user *user)
{
    user_on_loop(user, clear_cookies, NULL);
}

struct cookie {
    const char *name, *value;
};

static void set_cookie(struct user *user, void *data)
{
    const struct cookie *cookie = data;
    struct err err;

    if (outcome_client(user, &err)) {
        user->sim->transport->ops->cookie_set(
            user->client, cicada_user_host(user), cookie->name, cookie->value);
    } else {
        log_error("class %s: no cookie set: %s", user->class->name, err.text);
    }
}

void cicada_cookie_set(struct user *user, const char *name, const char *value)
{
    struct cookie cookie = {.name = name, .value = value};

    user_on_loop(user, set_cookie, &cookie);
}

/* ---- Judging ---- */

/* Keeps the first failure's text. An interrupted request is not judged: it is in no statistics. */
static void fail(struct outcome *outcome, const char *format, va_list args)
{
    outcome->verdict = VERDICT_FAILED;
    if (!outcome->failure) {
        outcome->failure = arena_vprintf(&outcome->user->fiber->arena, format, args);
    }
}

bool cicada_check(struct response *response, bool ok, const char *format, ...)
{
    va_list args;

    if (!ok) {
        va_start(args, format);
        fail((struct outcome *)response, format, args);
        va_end(args);
    }
    return ok;
}

void cicada_pass(struct response *response)
{
    struct outcome *outcome = (struct outcome *)response;

    outcome->verdict = VERDICT_PASSED;
    outcome->failure = NULL;
}

/* ---- Reading JSON ---- */

/* The value, if it is of one of the kinds; otherwise the response fails and NULL is returned. */
static const json_t *read_json(struct response *response, const char *path, const char *kind,
                               bool (*matches)(const json_t *value))
{
    struct outcome *outcome = (struct outcome *)response;
    const json_t *document = outcome_json(outcome);
    const json_t *value = document ? json_at(document, path) : NULL;

    if (!document) {
        cicada_check(response, false, "json: no JSON in the body");
    } else if (!value) {
        cicada_check(response, false, "json: no \"%s\"", path);
    } else if (!matches(value)) {
        cicada_check(response, false, "json: \"%s\" is no %s", path, kind);
        return NULL;
    }
    return value;
}

static bool is_string(const json_t *value)
{
    return json_is_string(value);
}

static bool is_integer(const json_t *value)
{
    return json_is_integer(value) ||
           (json_is_real(value) && trunc(json_real_value(value)) == json_real_value(value) &&
            fabs(json_real_value(value)) < 0x1p63);
}

static bool is_number(const json_t *value)
{
    return json_is_number(value);
}

static bool is_boolean(const json_t *value)
{
    return json_is_boolean(value);
}

static bool is_container(const json_t *value)
{
    return json_is_array(value) || json_is_object(value);
}

const char *cicada_json_str(struct response *response, const char *path)
{
    const json_t *value = read_json(response, path, "text", is_string);

    return value ? json_string_value(value) : "";
}

long long cicada_json_int(struct response *response, const char *path)
{
    const json_t *value = read_json(response, path, "whole number", is_integer);

    if (!value) {
        return 0;
    }
    return json_is_real(value) ? (long long)json_real_value(value) : json_integer_value(value);
}

double cicada_json_num(struct response *response, const char *path)
{
    const json_t *value = read_json(response, path, "number", is_number);

    return value ? json_number_value(value) : 0;
}

bool cicada_json_bool(struct response *response, const char *path)
{
    const json_t *value = read_json(response, path, "truth value", is_boolean);

    return value && json_is_true(value);
}

size_t cicada_json_len(struct response *response, const char *path)
{
    const json_t *value = read_json(response, path, "array or object", is_container);

    if (!value) {
        return 0;
    }
    return json_is_array(value) ? json_array_size(value) : json_object_size(value);
}

bool cicada_json_has(const struct response *response, const char *path)
{
    const json_t *document = outcome_json((struct outcome *)response);

    return document && json_at(document, path);
}
