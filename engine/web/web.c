/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.web"
#include "web/web.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "web/web_private.h"

/* ---- For all routes ---- */

struct snapshot web_snapshot(struct web *web)
{
    return web->runner->ops->snapshot(web->runner);
}

void web_follow(struct web *web)
{
    struct snapshot snapshot = web_snapshot(web);

    watch_follow(web->watch, &snapshot);
}

void web_changed(struct web *web)
{
    web->stats_ns = 0;
}

static void make_pretty(struct buf *out)
{
    json_t *value = json_loadb(buf_text(out), out->length, JSON_DECODE_ANY, NULL);
    char *text =
        value ? json_dumps(value, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;

    if (text) {
        buf_clear(out);
        buf_puts(out, text);
    }
    free(text);
    json_decref(value);
}

void web_answer_json(struct call *call, unsigned status, struct buf *out)
{
    if (!out->failed && call_has_query(call, "pretty")) {
        make_pretty(out);
    }
    buf_putc(out, '\n');
    call_buf(call, status, TYPE_JSON, out);
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

struct MHD_Response *web_shared_json(const struct web *web, struct buf *out)
{
    struct MHD_Response *response = response_text(TYPE_JSON, buf_text(out), out->length);

    buf_fini(out);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    routes_secure(web, response);
    return response;
}

static void on_call(void *data, struct call *call)
{
    routes_answer(data, call);
}

/* ---- Events of the runner ---- */

void web_on_started(struct web *web)
{
    web->run_id++;
    watch_started(web->watch, web->users > 0 ? (uint32_t)web->users : 1, web->spawn_rate);
    web_changed(web);
}

void web_on_spawned(struct web *web)
{
    watch_spawned(web->watch);
    web_changed(web);
}

void web_on_ended(struct web *web)
{
    watch_ended(web->watch);
    web_changed(web);
    control_on_ended(web);
    events_send(web);
}

/* ---- Start and end ---- */

static void on_second(void *data)
{
    struct web *web = data;

    web->ticks++;
    web_changed(web);
    events_send(web);
}

static bool everywhere(const struct web_options *options)
{
    const char *host = options->server.host;

    return !host || !*host || strcmp(host, "*") == 0 || strcmp(host, "::") == 0 ||
           strcmp(host, "0.0.0.0") == 0;
}

static char *make_url(const struct web *web)
{
    const struct web_options *options = web->options;
    const char *host = everywhere(options) ? "localhost" : options->server.host;
    bool brackets = strchr(host, ':') != NULL;

    return mem_printf("%s://%s%s%s:%d%s",
                      server_encrypted(web->server) ? "https" : "http",
                      brackets ? "[" : "",
                      host,
                      brackets ? "]" : "",
                      server_port(web->server),
                      options->base_path);
}

const char *web_url(const struct web *web)
{
    return web->url;
}

bool web_exposed(const struct web *web)
{
    return everywhere(web->options) && !web->options->login.on && !web->options->login.auth_header;
}

struct watch *web_watch(const struct web *web)
{
    return web->watch;
}

struct web *web_new(struct loop *loop, struct runner *runner, const struct web_options *options,
                    struct err *err)
{
    struct web *web = mem_new(sizeof(*web));

    web->loop = loop;
    web->runner = runner;
    web->options = options;
    web->users = options->users;
    web->spawn_rate = options->spawn_rate;
    web->run_time_ns = options->run_time_ns;
    web->stop_timeout_ns = options->stop_timeout_ns;
    web->host = mem_strdup(options->host);
    web->profile = mem_strdup(options->profile);
    control_init(web);
    events_init(web);
    web->watch =
        watch_new(loop, runner, options->distributed ? options->expect_workers : 0, on_second, web);
    web->assets = assets_new(options->build_path, err);
    web->server = web->assets && login_open(web, err)
                      ? server_new(loop, &options->server, on_call, web, err)
                      : NULL;
    if (!web->server) {
        web_free(web);
        return NULL;
    }
    web->url = make_url(web);
    failures_keep_captures(stats_failures(web_snapshot(web).stats), CAPTURE_FIRST);
    return web;
}

void web_free(struct web *web)
{
    if (!web) {
        return;
    }
    control_fini(web);
    events_fini(web);
    login_stop(web);
    server_free(web->server);
    events_free(web);
    watch_free(web->watch);
    login_close(web);
    assets_free(web->assets);
    if (web->stats_response) {
        MHD_destroy_response(web->stats_response);
    }
    free(web->url);
    free(web->host);
    free(web->profile);
    free(web);
}
