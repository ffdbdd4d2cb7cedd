/* SPDX-License-Identifier: MIT */
/* probe.c - for those who keep programs running: is it alive, could a test start. */
#include <stdio.h>

#include "web/web_private.h"

void probe_health(struct web *web, struct call *call)
{
    (void)web;
    call_text(call, MHD_HTTP_OK, TYPE_TEXT, "ok\n");
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

void probe_ready(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    size_t there = stats_json_worker_count(&snapshot), wanted = web->options->expect_workers;
    char why[128];

    if (!snapshot.distributed || (there >= wanted && there > 0)) {
        call_text(call, MHD_HTTP_OK, TYPE_TEXT, "ok\n");
    } else {
        snprintf(
            why, sizeof(why), "%zu of %zu workers are connected\n", there, wanted > 0 ? wanted : 1);
        call_text(call, MHD_HTTP_SERVICE_UNAVAILABLE, TYPE_TEXT, why);
    }
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}
