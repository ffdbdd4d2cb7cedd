/* SPDX-License-Identifier: MIT */
/* control.c - stopping the test, and clearing what it counted. */
#include "base/clock.h"
#include "base/units.h"
#include "web/form.h"
#include "web/web_private.h"

static const int64_t stop_wait_ns = 60 * NS_PER_S; /* beyond the stop timeout, as Locust's */

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

/* timeout=0: without grace for tasks under way. */
static bool wants_no_grace(struct call *call)
{
    struct form form;
    int64_t grace_ns;
    bool none = form_read(&form, call) && form_get(&form, "timeout") &&
                units_parse_span(form_get(&form, "timeout"), &grace_ns) && grace_ns == 0;

    form_fini(&form);
    return none;
}

void control_stop(struct web *web, struct call *call)
{
    web->runner->ops->halt(web->runner);
    if (wants_no_grace(call) && web_snapshot(web).state == RUN_STOPPING) {
        web->runner->ops->halt(web->runner);
    }
    web_changed(web);
    if (web_snapshot(web).state != RUN_STOPPING || web->waiter_count == WEB_WAITERS_MAX) {
        call_own(call, MHD_HTTP_OK, stopped_response(web));
        return;
    }
    if (web->waiter_count == 0) {
        loop_timer_start(&web->wait_timer, stop_wait_ns + web->stop_timeout_ns);
    }
    web->waiters[web->waiter_count++] = call_later(call);
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
