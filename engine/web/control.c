/* SPDX-License-Identifier: MIT */
/* control.c - stopping the test, pausing it, and clearing what it counted. */
#include "base/clock.h"
#include "base/units.h"
#include "web/form.h"
#include "web/web_private.h"

static const int64_t stop_wait_ns = 60 * NS_PER_S; /* beyond the stop timeout, as Locust's */
static const int64_t longest_grace_ns = INT64_C(365) * 24 * 3600 * NS_PER_S;

/* ---- Stop ---- */

static struct MHD_Response *stopped_response(const struct web *web)
{
    struct buf out;

    buf_init(&out, 1024);
    buf_puts(&out, "{\"success\":true,\"message\":\"Test stopped\"}\n");
    return web_shared_json(web, &out);
}

static void release(struct web *web)
{
    loop_timer_stop(&web->wait_timer);
    for (size_t i = 0; i < web->waiter_count; i++) {
        later_answer(web->waiters[i], MHD_HTTP_OK, stopped_response(web));
    }
    web->waiter_count = 0;
}

static void on_wait_timer(struct loop_timer *timer)
{
    release(timer->data);
}

void control_init(struct web *web)
{
    loop_timer_init(&web->wait_timer, web->loop, on_wait_timer, web);
}

void control_on_ended(struct web *web)
{
    if (web->waiter_count > 0) {
        release(web);
    }
}

void control_fini(struct web *web)
{
    control_on_ended(web);
}

/* Below 0: not said. False, answered, if it makes no sense. */
static bool read_grace(struct call *call, int64_t *grace_ns)
{
    struct form form;
    const char *text = form_read(&form, call) ? form_get(&form, "timeout") : NULL;
    bool good = true;

    *grace_ns = -1;
    if (text && *text) {
        good = units_parse_span(text, grace_ns) && *grace_ns <= longest_grace_ns;
    }
    if (!good) {
        struct err err;

        err_set(&err, "timeout is no time span, such as 0, 30 or 1m30s: '%s'", text);
        call_refuse(call, MHD_HTTP_BAD_REQUEST, "timeout", err.text);
    }
    form_fini(&form);
    return good;
}

void control_stop(struct web *web, struct call *call)
{
    int64_t grace_ns;

    if (!read_grace(call, &grace_ns)) {
        return;
    }
    web->runner->ops->halt(web->runner, grace_ns);
    web_changed(web);
    events_send(web);
    if (web_snapshot(web).state != RUN_STOPPING || web->waiter_count == WEB_WAITERS_MAX) {
        call_own(call, MHD_HTTP_OK, stopped_response(web));
        return;
    }
    loop_timer_start(&web->wait_timer, stop_wait_ns + web_snapshot(web).stopping_left_ns);
    web->waiters[web->waiter_count++] = call_later(call);
}

/* ---- Pause ---- */

static void answer_done(struct call *call, const char *message)
{
    struct buf out;
    struct jsonw w;

    buf_init(&out, 1024);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    jsonw_bool(&w, "success", true);
    jsonw_text(&w, "message", message);
    jsonw_close(&w, '}');
    web_answer_json(call, MHD_HTTP_OK, &out);
}

static void set_pause(struct web *web, struct call *call, bool paused)
{
    int64_t before_ns = web_snapshot(web).paused_ns;
    struct err err;

    if (!web->runner->ops->pause(web->runner, paused, &err)) {
        call_refuse(call, MHD_HTTP_CONFLICT, NULL, err.text);
        return;
    }
    if (paused && before_ns == 0) {
        watch_paused(web->watch);
    } else if (!paused && before_ns > 0) {
        watch_resumed(web->watch, before_ns);
    }
    web_changed(web);
    events_send(web);
    answer_done(call, paused ? "Test paused" : "Test resumed");
}

void control_pause(struct web *web, struct call *call)
{
    set_pause(web, call, true);
}

void control_resume(struct web *web, struct call *call)
{
    set_pause(web, call, false);
}

/* ---- Clear ---- */

void control_reset(struct web *web, struct call *call)
{
    web->runner->ops->reset(web->runner);
    watch_cleared(web->watch);
    web_changed(web);
    call_text(call, MHD_HTTP_OK, TYPE_HTML, "ok");
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}
