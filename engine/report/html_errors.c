/* SPDX-License-Identifier: MIT */
/* html_errors.c - what went wrong: failures by kind, and exceptions of the scenario's own code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "report/html_private.h"
#include "report/number.h"
#include "stats/plain.h"

/* Characters and rows that a reader can take in. */
enum { KINDS_SHOWN = 300, EXCEPTIONS_SHOWN = 100, TEXT_SHOWN = 600, TRACE_SHOWN = 8000 };

static int by_count(const void *a, const void *b)
{
    const struct failure *first = *(const struct failure *const *)a;
    const struct failure *second = *(const struct failure *const *)b;

    return (first->occurrences < second->occurrences) - (first->occurrences > second->occurrences);
}

/* In plain words; what was recorded unfolds. */
static void what_happened(struct buf *out, const char *plain, const char *recorded)
{
    if (strcmp(plain, recorded) == 0) {
        html_cell(out, "long", plain, TEXT_SHOWN);
        return;
    }
    buf_puts(out, "<td class=\"long\"><details><summary>");
    html_text_cut(out, plain, TEXT_SHOWN);
    buf_puts(out, "</summary><pre>");
    html_text_cut(out, recorded, TEXT_SHOWN);
    buf_puts(out, "</pre></details></td>");
}

static void failure_row(struct buf *out, const struct failure *failure)
{
    char text[NUMBER_SIZE], moment[HTML_TIME_SIZE];
    struct buf what;

    buf_init(&what, 64 * 1024);
    plain_failure(&what, failure->text);

    buf_puts(out, "<tr>");
    html_number(out, "strong", number_count(text, failure->occurrences), 0);
    buf_puts(out, "<td class=\"name\">");
    html_text_cut(out, failure->method, 20);
    buf_puts(out, *failure->method ? " " : "");
    html_text_cut(out, failure->name, TEXT_SHOWN);
    buf_puts(out, "</td>");
    what_happened(out, buf_text(&what), failure->text);
    html_cell(out, "t2", html_time(moment, failure->first_seen_ns, "%T"), SIZE_MAX);
    html_cell(out, "t2", html_time(moment, failure->last_seen_ns, "%T"), SIZE_MAX);
    buf_puts(out, "</tr>\n");
    buf_fini(&what);
}

void html_failures(const struct html *html)
{
    static const struct html_column columns[] = {
        {"Count", NULL, true},
        {"Request", NULL, false},
        {"What happened", NULL, false},
        {"First", NULL, false},
        {"Last", NULL, false},
    };
    struct failures *failures = stats_failures(html->snapshot->stats);
    size_t count = failures_count(failures);
    const struct failure **list = mem_array(count + 1, sizeof(const struct failure *));
    struct buf *out = html->out;
    char note[64];

    if (count > 0) {
        memcpy(list, failures_sorted(failures), count * sizeof(const struct failure *));
        qsort(list, count, sizeof(const struct failure *), by_count);
    }
    snprintf(note, sizeof(note), "%zu kind%s", count, count == 1 ? "" : "s");
    html_section(out, "Failures", count > 0 ? note : NULL);
    if (count == 0) {
        buf_puts(out,
                 "<div class=\"card none\"><b>No failures</b>Every response passed its "
                 "checks.</div>\n");
    } else {
        html_table(out, columns, ARRAY_LEN(columns));
        for (size_t i = 0; i < count && i < KINDS_SHOWN; i++) {
            failure_row(out, list[i]);
        }
        html_table_end(out);
    }
    if (count > KINDS_SHOWN) {
        buf_printf(
            out, "<p class=\"more\">%zu rarer kinds are left out.</p>\n", count - KINDS_SHOWN);
    }
    html_end(out);
    free(list);
}

/* ---- Exceptions ---- */

static void exception_row(struct buf *out, const struct exception *exception)
{
    char text[NUMBER_SIZE], moment[HTML_TIME_SIZE];

    buf_puts(out, "<tr>");
    html_number(out, "strong", number_count(text, exception->count), 0);
    buf_puts(out, "<td class=\"long\">");
    if (exception->traceback && *exception->traceback) {
        buf_puts(out, "<details><summary>");
        html_text_cut(out, exception->message, TEXT_SHOWN);
        buf_puts(out, "</summary><pre>");
        html_text_cut(out, exception->traceback, TRACE_SHOWN);
        buf_puts(out, "</pre></details>");
    } else {
        html_text_cut(out, exception->message, TEXT_SHOWN);
    }
    buf_puts(out, "</td><td class=\"long t2\">");
    if (exception->node_count <= 3) {
        for (size_t i = 0; i < exception->node_count; i++) {
            buf_puts(out, i > 0 ? ", " : "");
            html_text_cut(out, exception->nodes[i], 60);
        }
    } else {
        buf_printf(out, "%zu nodes", exception->node_count);
    }
    buf_puts(out, "</td>");
    html_cell(out, "t2", html_time(moment, exception->first_ns, "%T"), SIZE_MAX);
    html_cell(out, "t2", html_time(moment, exception->last_ns, "%T"), SIZE_MAX);
    buf_puts(out, "</tr>\n");
}

void html_exceptions(const struct html *html)
{
    static const struct html_column columns[] = {
        {"Count", NULL, true},
        {"What the scenario's code ran into", NULL, false},
        {"Where", NULL, false},
        {"First", NULL, false},
        {"Last", NULL, false},
    };
    struct exceptions *exceptions = stats_exceptions(html->snapshot->stats);
    size_t count = exceptions_count(exceptions), shown = 0;
    const struct exception *exception;
    void *position = NULL;
    struct buf *out = html->out;
    char note[64];

    if (count == 0) {
        return;
    }
    snprintf(note, sizeof(note), "%zu kind%s", count, count == 1 ? "" : "s");
    html_section(out, "Exceptions", note);
    html_table(out, columns, ARRAY_LEN(columns));
    while (shown < EXCEPTIONS_SHOWN && (exception = exceptions_next(exceptions, &position))) {
        exception_row(out, exception);
        shown++;
    }
    html_table_end(out);
    if (count > shown) {
        buf_printf(out, "<p class=\"more\">%zu more kinds are left out.</p>\n", count - shown);
    }
    html_end(out);
}
