/* SPDX-License-Identifier: MIT */
/* lines.c - GET /failures/lines and /workers/lines: the small lines of the page's tables (API.md).
 */
#include "base/clock.h"
#include "web/web_private.h"

static void open_lines(struct jsonw *w, struct buf *out, const struct lines *lines)
{
    buf_init(out, WEB_ANSWER_MAX);
    jsonw_init(w, out);
    jsonw_open(w, NULL, '{');
    jsonw_int(w, "from", (lines->step - (LINES_POINTS - 1)) * lines->step_s);
    jsonw_int(w, "step", lines->step_s);
    jsonw_open(w, "lines", '{');
}

static void write_line(struct jsonw *w, const char *key, const struct lines *lines,
                       const struct line *line, int digits)
{
    jsonw_open(w, key, '[');
    for (size_t back = LINES_POINTS; back-- > 0;) {
        jsonw_short(w, NULL, (double)lines_value(lines, line, back), digits);
    }
    jsonw_close(w, ']');
}

static void answer(struct jsonw *w, struct buf *out, struct call *call)
{
    jsonw_close(w, '}');
    jsonw_close(w, '}');
    web_answer_json(call, MHD_HTTP_OK, out);
}

void lines_failures(struct web *web, struct call *call)
{
    const struct lines *lines = watch_failure_lines(web->watch);
    struct buf out;
    struct jsonw w;

    web_follow(web);
    struct failures *failures = stats_failures(web_snapshot(web).stats);
    const struct failure *const *sorted = failures_sorted(failures);

    open_lines(&w, &out, lines);
    for (size_t i = 0; i < failures_count(failures); i++) {
        const struct line *line = watch_failure_line(web->watch, sorted[i]);
        char key[FAILURE_KEY_SIZE];

        if (line) {
            failure_key(sorted[i]->method, sorted[i]->name, sorted[i]->text, key);
            write_line(&w, key, lines, line, 0);
        }
    }
    answer(&w, &out, call);
}

void lines_workers(struct web *web, struct call *call)
{
    const struct lines *lines = watch_worker_lines(web->watch);
    struct snapshot snapshot = web_snapshot(web);
    struct buf out;
    struct jsonw w;

    open_lines(&w, &out, lines);
    for (size_t i = 0; i < snapshot.worker_count; i++) {
        const struct line *line = lines_find(lines, (uint64_t)snapshot.workers[i].index);

        if (line) {
            write_line(&w, snapshot.workers[i].id, lines, line, 1);
        }
    }
    answer(&w, &out, call);
}
