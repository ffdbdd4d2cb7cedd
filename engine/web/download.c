/* SPDX-License-Identifier: MIT */
/* download.c - the CSV files, as --csv writes them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "report/csv_rows.h"
#include "web/web_private.h"

/* "attachment;filename=Locust_2026-11-25-20h35_shop.c_http://host_requests.csv" */
void download_name(struct web *web, struct call *call, const char *what, const char *suffix)
{
    struct snapshot snapshot = web_snapshot(web);
    time_t start = (time_t)(stats_total(snapshot.stats)->start_ns / NS_PER_S);
    struct tm local;
    char moment[32] = "";
    struct buf name;

    if (localtime_r(&start, &local)) {
        strftime(moment, sizeof(moment), "%Y-%m-%d-%Hh%M", &local);
    }
    buf_init(&name, 4096);
    buf_puts(&name, "attachment;filename=");
    size_t from = name.length;

    buf_printf(&name, "Locust_%s_%s", moment, web->options->locustfile);
    if (web->host) {
        buf_printf(&name, "_%s", web->host);
    }
    buf_printf(&name, "_%s.%s", what, suffix);
    for (char *p = name.data + from; *p; p++) { /* only what a header may hold */
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || strchr("\";\\,", *p)) {
            *p = '-';
        }
    }
    call_add_header(call, MHD_HTTP_HEADER_CONTENT_DISPOSITION, buf_text(&name));
    buf_fini(&name);
}

static void answer(struct web *web, struct call *call, struct buf *rows, const char *what)
{
    call_buf(call, MHD_HTTP_OK, TYPE_CSV, rows);
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    download_name(web, call, what, "csv");
}

void download_requests(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    struct buf rows;

    buf_init(&rows, WEB_ANSWER_MAX);
    csv_columns(&rows, csv_stats_columns);
    csv_stats_rows(&rows, snapshot.stats, FIGURES_EXACT);
    answer(web, call, &rows, "requests");
}

void download_failures(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    struct buf rows;

    buf_init(&rows, WEB_ANSWER_MAX);
    csv_columns(&rows, csv_failures_columns);
    csv_failures_rows(&rows, snapshot.stats);
    answer(web, call, &rows, "failures");
}

void download_exceptions(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    struct buf rows;

    buf_init(&rows, WEB_ANSWER_MAX);
    csv_columns(&rows, csv_exceptions_columns);
    csv_exceptions_rows(&rows, snapshot.stats);
    answer(web, call, &rows, "exceptions");
}

/* ---- The file of --csv-full-history ---- */

static void send_file(struct web *web, struct call *call, int fd, const struct stat *file)
{
    char tag[64], moment[64] = "";
    struct tm utc;
    const char *known = call_header(call, MHD_HTTP_HEADER_IF_NONE_MATCH);

    snprintf(tag,
             sizeof(tag),
             "\"%llx-%llx\"",
             (unsigned long long)file->st_mtim.tv_sec * NS_PER_S + file->st_mtim.tv_nsec,
             (unsigned long long)file->st_size);
    if (gmtime_r(&file->st_mtim.tv_sec, &utc)) {
        strftime(moment, sizeof(moment), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    }
    if (known && strstr(known, tag)) {
        close(fd);
        call_text(call, MHD_HTTP_NOT_MODIFIED, TYPE_CSV, "");
    } else {
        /* The size of now: the file grows while it is sent. */
        struct MHD_Response *response =
            MHD_create_response_from_fd((uint64_t)file->st_size, fd); /* takes the descriptor */

        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, TYPE_CSV);
        call_own(call, MHD_HTTP_OK, response);
    }
    call_add_header(call, MHD_HTTP_HEADER_ETAG, tag);
    call_add_header(call, MHD_HTTP_HEADER_LAST_MODIFIED, moment);
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache, max-age=0");
    download_name(web, call, "requests_full_history", "csv");
}

void download_history(struct web *web, struct call *call)
{
    const char *path = web->options->history_csv_path;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct stat file;

    if (fd >= 0 && fstat(fd, &file) == 0) {
        send_file(web, call, fd, &file);
        return;
    }
    if (fd >= 0) {
        close(fd);
    }
    call_text(call,
              MHD_HTTP_NOT_FOUND,
              TYPE_HTML,
              "Error: Server was not started with option to generate full history.");
}
