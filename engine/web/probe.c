/* SPDX-License-Identifier: MIT */
/* probe.c - for those who keep programs running: is it alive, could a test start. */
#include "web/metrics.h"
#include "web/web_private.h"

enum { WHY_MAX = 256 };

void probe_health(struct web *web, struct call *call)
{
    (void)web;
    call_text(call, MHD_HTTP_OK, TYPE_TEXT, "ok\n");
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

bool metrics_ready(const struct snapshot *snapshot, size_t workers_wanted, struct buf *why)
{
    size_t there = stats_json_worker_count(snapshot);

    if (!snapshot->distributed || (there >= workers_wanted && there > 0)) {
        return true;
    }
    buf_printf(
        why, "%zu of %zu workers are connected", there, workers_wanted > 0 ? workers_wanted : 1);
    return false;
}

void probe_ready(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    struct buf text;
    unsigned status = MHD_HTTP_OK;

    buf_init(&text, WHY_MAX);
    if (metrics_ready(&snapshot, web->options->expect_workers, &text)) {
        buf_puts(&text, "ok");
    } else {
        status = MHD_HTTP_SERVICE_UNAVAILABLE;
    }
    buf_putc(&text, '\n');
    call_buf(call, status, TYPE_TEXT, &text);
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}
