/* SPDX-License-Identifier: MIT */
/* html.c - the document: its head, the verdict, the six numbers, and the order of the sections. */
#include "report/html.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "report/html_private.h"
#include "report/number.h"

enum { LINE_POINTS = 500 };

/* ---- The run ---- */

char *html_time(char text[HTML_TIME_SIZE], int64_t wall_ns, const char *format)
{
    time_t second = (time_t)(wall_ns / NS_PER_S);
    struct tm local;

    if (wall_ns <= 0 || !localtime_r(&second, &local) ||
        strftime(text, HTML_TIME_SIZE, format, &local) == 0) {
        memcpy(text, "\xe2\x80\x93", 4);
    }
    return text;
}

static void look_at_history(struct html *html)
{
    const struct history *history =
        html->options->watch ? watch_history(html->options->watch, NULL, NULL) : NULL;
    const struct history_row *rows = history ? history_rows(history, &html->seconds) : NULL;

    for (size_t i = 0; i < html->seconds && rows; i++) {
        html->overloaded_s += rows[i].overloaded;
        html->paused_s += rows[i].paused;
        html->users = rows[i].users > html->users ? rows[i].users : html->users;
    }
    html->rows =
        history ? history_select(history, html->start_ns / NS_PER_S, LINE_POINTS, &html->row_count)
                : NULL;
}

/* Logins within a URL are nobody's affair. Owned by the caller; NULL stays NULL. */
static char *without_login(const char *host)
{
    const char *slashes = host ? strstr(host, "://") : NULL;
    const char *name = slashes ? slashes + 3 : host;
    const char *at = host ? memrchr(name, '@', strcspn(name, "/?#")) : NULL;

    return at ? mem_printf("%.*s%s", (int)(name - host), host, at + 1) : mem_strdup(host);
}

/* The one target of all classes; NULL: they have several. */
static const char *common_host(const struct html_options *options, const struct snapshot *snapshot)
{
    const char *host = snapshot->host ? snapshot->host : options->host;

    for (size_t i = 0; !host && options->plan && i < options->plan->class_count; i++) {
        const char *own = options->plan->classes[i].host;

        if (own && options->plan->classes[0].host &&
            strcmp(own, options->plan->classes[0].host) != 0) {
            return NULL;
        }
    }
    return host || !options->plan || options->plan->class_count == 0
               ? host
               : options->plan->classes[0].host;
}

static struct html look(struct buf *out, const struct snapshot *snapshot,
                        const struct html_options *options)
{
    struct html html = {
        .out = out,
        .snapshot = snapshot,
        .options = options,
        .total = stats_total(snapshot->stats),
        .runs = snapshot->start_ns > 0 && snapshot->end_ns == 0,
        .host = without_login(common_host(options, snapshot)),
        .users = snapshot->users,
    };

    html.start_ns = snapshot->start_ns;
    html.end_ns = snapshot->end_ns > 0 ? snapshot->end_ns : snapshot->now_ns;
    look_at_history(&html);
    return html;
}

/* ---- The head ---- */

static void name_report(const struct html *html)
{
    const char *host = html->host;
    const char *slashes = host ? strstr(host, "://") : NULL;

    if (host && *host) {
        html_text_cut(html->out, slashes ? slashes + 3 : host, 120);
    } else {
        html_text_cut(
            html->out, html->options->locustfile ? html->options->locustfile : "a test", 120);
    }
}

static void head(const struct html *html)
{
    struct buf *out = html->out;

    buf_printf(out,
               "<!doctype html>\n<html lang=\"en\" data-theme=\"%s\">\n<head>\n<meta "
               "charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
               "initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" "
               "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src "
               "'sha256-%s'; base-uri 'none'; form-action 'none'\">\n<title>",
               html->options->dark ? "dark" : "light",
               html_script_hash);
    name_report(html);
    buf_puts(out, " \xc2\xb7 Cicada report</title>\n<style>\n");
    buf_puts(out, html_style);
    buf_puts(out, "</style>\n</head>\n<body>\n<main>\n");
}

static void tools(const struct html *html)
{
    struct buf *out = html->out;

    buf_puts(out, "<div class=\"tools\"><button class=\"btn print\" hidden>Print</button>");
    if (html->options->download) {
        buf_puts(out, "<a class=\"btn\" href=\"");
        html_text(out, html->options->download);
        buf_puts(out, "\" download>");
        html_icon(out, ICON_DOWN);
        buf_puts(out, "Download</a>");
    }
    buf_puts(out, "</div>");
}

static void title(const struct html *html)
{
    struct buf *out = html->out;
    char from[HTML_TIME_SIZE], to[HTML_TIME_SIZE], lasted[NUMBER_SIZE];
    char day[HTML_TIME_SIZE], last_day[HTML_TIME_SIZE];

    buf_puts(out, "<header><div><div class=\"brand\">");
    html_icon(out, ICON_MARK);
    buf_puts(out, "cicada</div>\n<h1>");
    name_report(html);
    buf_puts(out, "</h1>\n<p>");
    if (html->options->profile && *html->options->profile) {
        html_text(out, html->options->profile);
        buf_puts(out, ", ");
    }
    if (html->start_ns == 0) {
        buf_puts(out, "no test has been started");
    } else {
        bool same_day = strcmp(html_time(day, html->start_ns, "%F"),
                               html_time(last_day, html->end_ns, "%F")) == 0;

        buf_printf(out,
                   "%s to %s, %s%s",
                   html_time(from, html->start_ns, "%A %e %B %Y, %T"),
                   html_time(to, html->end_ns, same_day ? "%T %Z" : "%A %e %B, %T %Z"),
                   number_duration(lasted, seconds_from_ns(html->end_ns - html->start_ns)),
                   html->runs ? ", still running" : "");
    }
    buf_puts(out, "</p>\n");
    if (html->options->description && *html->options->description) {
        buf_puts(out, "<p class=\"t2\">");
        html_text(out, html->options->description);
        buf_puts(out, "</p>\n");
    }
    buf_puts(out, "</div>");
    tools(html);
    buf_puts(out, "</header>\n");
}

static void verdict(const struct html *html)
{
    struct buf *out = html->out;
    struct html_verdict verdict;

    html_judge(html, &verdict);
    buf_printf(out, "<div class=\"verdict %s\" id=\"verdict\">", verdict_level_name(verdict.level));
    html_icon(out, html_icon_of(verdict.level));
    buf_puts(out, "<b>");
    html_text(out, buf_text(&verdict.head));
    buf_puts(out, "</b><p>");
    html_text(out, buf_text(&verdict.detail));
    buf_puts(out, "</p></div>\n");
    buf_fini(&verdict.head);
    buf_fini(&verdict.detail);
}

/* ---- Six numbers ---- */

static void big(struct buf *out, const char *class, const char *name, const char *value,
                const char *unit, const char *note)
{
    buf_printf(out,
               "<div class=\"num %s\"><dt><i></i>%s</dt><dd%s>%s",
               class,
               name,
               strcmp(class, "fail") == 0 && strcmp(value, "0") != 0 ? " class=\"bad\"" : "",
               strncmp(value, "<", 1) == 0 ? "&lt;0.01" : value);
    if (*unit) {
        buf_printf(out, "<small>%s</small>", unit);
    }
    buf_printf(out, "</dd><p>%s</p></div>\n", note);
}

/* A percentile, and under it what it is to be seen beside. */
static void big_latency(struct buf *out, const struct entry *total, const char *name,
                        double fraction, const char *beside, double beside_ms)
{
    char text[NUMBER_SIZE], other[NUMBER_SIZE], note[2 * NUMBER_SIZE] = "no responses";
    const char *unit, *other_unit;
    bool known = entry_timed(total) > 0;

    number_latency(text, known ? entry_exact_percentile_ms(total, fraction) : NAN, &unit);
    if (known) {
        number_latency(other, beside_ms, &other_unit);
        snprintf(note, sizeof(note), "%s %s\xc2\xa0%s", beside, other, other_unit);
    }
    big(out, name, name, text, unit, note);
}

static void numbers(const struct html *html)
{
    struct buf *out = html->out;
    const struct entry *total = html->total;
    char value[NUMBER_SIZE], text[NUMBER_SIZE], note[2 * NUMBER_SIZE];
    size_t workers = 0;

    buf_puts(out, "<section class=\"card\" aria-label=\"In short\"><dl class=\"nums\">\n");
    snprintf(
        note, sizeof(note), "%s/s over the run", number_rate(text, entry_total_rps(total, total)));
    big(out, "rate", "Requests", number_count(value, total->num_requests), "", note);
    snprintf(note,
             sizeof(note),
             "%s request%s",
             number_count(text, total->num_failures),
             total->num_failures == 1 ? "" : "s");
    big(out,
        "fail",
        "Failing",
        number_percent(value, total->num_requests ? entry_fail_ratio(total) : NAN),
        total->num_requests ? "%" : "",
        note);
    big_latency(out, total, "p50", 0.50, "average", entry_average_ms(total));
    big_latency(out, total, "p95", 0.95, "p90", entry_exact_percentile_ms(total, 0.90));
    big_latency(out, total, "p99", 0.99, "at most", entry_max_ms(total));
    if (html->options->watch) {
        watch_workers(html->options->watch, &workers);
    }
    if (html->snapshot->distributed) {
        snprintf(note, sizeof(note), "at most, on %zu worker%s", workers, workers == 1 ? "" : "s");
    } else {
        snprintf(note, sizeof(note), "at most");
    }
    big(out, "users", "Users", number_count(value, html->users), "", note);
    buf_puts(out, "</dl></section>\n");
}

/* ---- The whole ---- */

static void foot(const struct html *html)
{
    char moment[HTML_TIME_SIZE];

    buf_printf(html->out,
               "<footer>Written by Cicada " CICADA_VERSION " on %s. Percentiles are exact to 1 %%, "
               "over the whole run.</footer>\n</main>\n<script>",
               html_time(moment, html->snapshot->now_ns, "%F %T %Z"));
    buf_puts(html->out, html_script);
    buf_puts(html->out, "</script>\n</body>\n</html>\n");
}

void html_write(struct buf *out, const struct snapshot *snapshot,
                const struct html_options *options)
{
    struct html html = look(out, snapshot, options);

    head(&html);
    title(&html);
    verdict(&html);
    numbers(&html);
    html_timeline(&html);
    html_requests(&html);
    html_failures(&html);
    html_exceptions(&html);
    html_distribution(&html);
    html_heat_maps(&html);
    html_workers(&html);
    html_generator(&html);
    html_task_mix(&html);
    html_how(&html);
    foot(&html);
    free(html.rows);
    free(html.host);
}
