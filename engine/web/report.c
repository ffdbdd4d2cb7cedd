/* SPDX-License-Identifier: MIT */
/* report.c - GET /stats/report: the HTML report of what is known now. */
#include <string.h>

#include "report/html.h"
#include "web/web_private.h"

struct html_options web_report(const struct web *web)
{
    const struct web_options *options = web->options;

    return (struct html_options){
        .watch = web->watch,
        .plan = options->plan,
        .host = web->host,
        .locustfile = options->locustfile,
        .profile = web->profile,
        .description = options->description,
        .command = options->command,
        .users = web->users > 0 ? (uint32_t)web->users : 1,
        .spawn_rate = web->spawn_rate > 0 ? web->spawn_rate : 1,
        .run_time_ns = web->run_time_ns,
        .shaped = options->shaped,
    };
}

void report_answer(struct web *web, struct call *call)
{
    const char *theme = call_query(call, "theme");
    bool download = call_has_query(call, "download");
    struct html_options options = web_report(web);
    struct snapshot snapshot = web_snapshot(web);
    struct buf out;

    web_follow(web);
    options.dark = theme && strcmp(theme, "dark") == 0;
    if (!download) {
        options.download =
            options.dark ? "report?theme=dark&download=1" : "report?theme=light&download=1";
    }
    buf_init(&out, HTML_MAX);
    html_write(&out, &snapshot, &options);
    call_buf(call, MHD_HTTP_OK, TYPE_HTML, &out);
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (download) {
        download_name(web, call, "report", "html");
    }
}
