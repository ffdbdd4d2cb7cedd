/* SPDX-License-Identifier: MIT */
/* html_fleet.c - what made the load: workers, and whether the generator was fit to measure. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "report/console.h"
#include "report/html_private.h"
#include "report/number.h"

enum { ID_SHOWN = 80 };

static const double cpu_busy = 80, cpu_limit = 90, lag_limit_ms = 50;

/* ---- Workers ---- */

static void cpu_cells(struct buf *out, double percent)
{
    char text[NUMBER_SIZE];
    double shown = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    const char *class = percent >= cpu_limit ? " bad" : percent >= cpu_busy ? " warn" : "";

    snprintf(text, sizeof(text), "%.0f", percent);
    html_number(out, percent >= cpu_limit ? "bad" : NULL, text, 0);
    buf_printf(
        out, "<td><span class=\"bar%s\"><i style=\"width:%.0f%%\"></i></span></td>", class, shown);
}

/* Negative: not known. */
static void known_count(struct buf *out, int64_t count)
{
    char text[NUMBER_SIZE];

    html_number(out, NULL, count < 0 ? "\xe2\x80\x93" : number_count(text, (uint64_t)count), 0);
}

static void worker_row(const struct html *html, const struct watch_worker *worker)
{
    struct buf *out = html->out;
    char text[NUMBER_SIZE];
    double silent = seconds_from_ns(html->end_ns - worker->seen_ns);

    buf_puts(out, "<tr>");
    buf_puts(out, "<td class=\"name worker\" title=\"");
    html_text_cut(out, worker->id, ID_SHOWN);
    buf_puts(out, "\">");
    html_text_cut(out, worker->id, ID_SHOWN);
    buf_puts(out, "</td>");
    html_cell(out, worker->lost ? "warn" : "t2", worker->lost ? "lost" : "to the end", SIZE_MAX);
    html_number(out, NULL, number_count(text, worker->users), 0);
    html_number(out, NULL, number_rate(text, worker->rps < 0 ? NAN : worker->rps), 0);
    cpu_cells(out, worker->cpu_percent);
    html_number(out,
                worker->lag_p99_ms >= lag_limit_ms ? "bad" : NULL,
                number_ms(text, worker->lag_p99_ms < 0 ? NAN : worker->lag_p99_ms),
                0);
    known_count(out, worker->connections);
    known_count(out, worker->ports_used);
    html_number(
        out, NULL, number_size(text, worker->rss_bytes < 0 ? NAN : (double)worker->rss_bytes), 0);
    html_cell(out, "n t2", number_duration(text, seconds_from_ns(worker->up_ns)), SIZE_MAX);
    if (worker->lost && silent > 0) {
        html_cell(out, "n t2", number_duration(text, silent), SIZE_MAX);
    } else {
        html_cell(out, "n t2", "\xe2\x80\x93", SIZE_MAX);
    }
    buf_puts(out, "</tr>\n");
}

void html_workers(const struct html *html)
{
    static const struct html_column columns[] = {
        {"Worker", NULL, false},
        {"There", NULL, false},
        {"Users", NULL, true},
        {"Req/s", NULL, true},
        {"CPU", "%", true},
        {"", NULL, false},
        {"Lag p99", "ms", true},
        {"Connections", NULL, true},
        {"Ports", NULL, true},
        {"Memory", NULL, true},
        {"Up for", NULL, true},
        {"Silent for", NULL, true},
    };
    size_t count = 0, lost = 0;
    const struct watch_worker *workers =
        html->options->watch ? watch_workers(html->options->watch, &count) : NULL;
    char note[80];

    if (!html->snapshot->distributed || !workers || count == 0) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        lost += workers[i].lost;
    }
    snprintf(note,
             sizeof(note),
             lost ? "%zu, of which %zu lost; numbers: at most" : "%zu; numbers: at most",
             count,
             lost);
    html_section(html->out, "Workers", note);
    html_table(html->out, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < count; i++) {
        worker_row(html, &workers[i]);
    }
    html_table_end(html->out);
    html_end(html->out);
}

/* ---- The generator ---- */

static void says(const struct html *html)
{
    struct buf *out = html->out, text;
    bool master = html->snapshot->distributed;

    buf_init(&text, 16 * 1024);
    console_health_verdict(&text, html->snapshot);
    if (html->overloaded_s > 0 && text.length == 0) { /* what the charts hatch */
        char count[NUMBER_SIZE];

        buf_printf(&text,
                   "%s overloaded for %s of %zu seconds, hatched in the charts. Response times "
                   "measured meanwhile are too long.\n",
                   master ? "Workers were" : "It was",
                   number_count(count, html->overloaded_s),
                   html->seconds);
    }
    bool fit = text.length == 0;

    buf_printf(out, "<div class=\"says %s\">", fit ? "ok" : "warn");
    html_icon(out, fit ? ICON_OK : ICON_WARN);
    buf_puts(out, "<div class=\"t2\">");
    if (fit) {
        buf_printf(out,
                   "<p>%s fit to measure: never a bottleneck.</p>",
                   master ? "The workers were" : "The generator was");
    }
    for (char *rest = text.data, *sentence; rest && (sentence = strsep(&rest, "\n"));) {
        if (*sentence) {
            buf_puts(out, "<p>");
            html_text(out, sentence);
            buf_puts(out, "</p>");
        }
    }
    buf_puts(out, "</div></div>");
    buf_fini(&text);
}

static void count_fact(struct buf *out, const char *what, uint64_t count)
{
    char text[NUMBER_SIZE];

    html_fact(out, what, number_count(text, count));
}

static void facts(const struct html *html)
{
    const struct snapshot *snapshot = html->snapshot;
    const struct loop_lag *lag = &snapshot->health.lag;
    struct buf *out = html->out;
    char text[4 * NUMBER_SIZE], mean[NUMBER_SIZE], most[NUMBER_SIZE];
    const char *mean_unit, *most_unit;

    snprintf(text, sizeof(text), "%.0f\xc2\xa0%% of a core", snapshot->health.cpu_max_percent);
    html_fact(out, snapshot->distributed ? "CPU of the master at most" : "CPU at most", text);
    if (lag->samples > 0) {
        number_latency(mean, (double)lag->sum_ns / (double)lag->samples / NS_PER_MS, &mean_unit);
        number_latency(most, (double)lag->max_ns / NS_PER_MS, &most_unit);
        snprintf(text,
                 sizeof(text),
                 "%s\xc2\xa0%s on average, %s\xc2\xa0%s at most",
                 mean,
                 mean_unit,
                 most,
                 most_unit);
        html_fact(out, "Event loop late by", text);
        snprintf(text,
                 sizeof(text),
                 "%s time%s",
                 number_count(mean, lag->over_100ms),
                 lag->over_100ms == 1 ? "" : "s");
        html_fact(out, "Late by over 100 ms", text);
    }
    html_fact(out, "Memory", number_size(mean, (double)snapshot->health.rss_bytes));
    if (!snapshot->distributed) {
        count_fact(out, "Connections opened", snapshot->http.connections_opened);
        count_fact(out, "Requests sent again", snapshot->http.reconnects);
        count_fact(out, "Interrupted by the stop", snapshot->sim.interrupted);
        count_fact(out, "Users started", snapshot->sim.started_users);
    } else {
        count_fact(out, "Workers over 90 % of a core", snapshot->workers_overloaded);
    }
}

void html_generator(const struct html *html)
{
    struct buf *out = html->out;

    html_section(out, "Generator", "was it fit to measure?");
    buf_puts(out, "<div class=\"card\">");
    says(html);
    buf_puts(out, "<dl class=\"meta\">");
    facts(html);
    buf_puts(out, "</dl>");
    html_health(html);
    buf_puts(out, "</div>\n");
    html_end(out);
}
