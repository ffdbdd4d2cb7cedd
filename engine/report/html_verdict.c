/* SPDX-License-Identifier: MIT */
/*
 * html_verdict.c - the run in a sentence: the rules of the page's verdict on the target
 * (watch/verdict.h), over the whole run.
 */
#include <stdio.h>

#include "base/clock.h"
#include "report/html_private.h"
#include "report/number.h"
#include "stats/plain.h"

enum { TEXT_MAX = 16 * 1024 };

static const double doubtful_share = 0.1; /* of the seconds the generator was overloaded in */
static const double total_share = 0.01;

static const struct entry *worst_name(const struct html *html, size_t *failing)
{
    const struct entry *const *rows = stats_sorted(html->snapshot->stats);
    const struct entry *worst = NULL;

    *failing = 0;
    for (size_t i = 0; i < stats_count(html->snapshot->stats); i++) {
        if (verdict_name_fails(rows[i]->num_requests, rows[i]->num_failures)) {
            ++*failing;
            if (!worst || rows[i]->num_failures > worst->num_failures) {
                worst = rows[i];
            }
        }
    }
    return worst;
}

static const struct failure *most_frequent(const struct html *html)
{
    struct failures *failures = stats_failures(html->snapshot->stats);
    const struct failure *const *sorted = failures_sorted(failures), *most = NULL;

    for (size_t i = 0; i < failures_count(failures); i++) {
        if (!most || sorted[i]->occurrences > most->occurrences) {
            most = sorted[i];
        }
    }
    return most;
}

static void add_failure(struct buf *out, const struct html *html)
{
    const struct failure *failure = most_frequent(html);
    char count[NUMBER_SIZE], moment[HTML_TIME_SIZE];
    struct buf text;

    if (!failure) {
        return;
    }
    buf_init(&text, TEXT_MAX);
    buf_printf(&text, "%s %s: ", failure->method, failure->name);
    plain_failure(&text, failure->text);
    buf_printf(out,
               "Most often, %s time%s: %.600s",
               number_count(count, failure->occurrences),
               failure->occurrences == 1 ? "" : "s",
               buf_text(&text));
    buf_fini(&text);
    if (failure->first_seen_ns > 0) {
        buf_printf(out, ", first at %s", html_time(moment, failure->first_seen_ns, "%T"));
    }
    buf_puts(out, ". ");
}

static void add_times(struct buf *out, const struct html *html)
{
    char median[NUMBER_SIZE], p99[NUMBER_SIZE];
    const char *median_unit, *p99_unit;

    if (entry_timed(html->total) == 0) {
        return;
    }
    number_latency(median, entry_exact_percentile_ms(html->total, 0.5), &median_unit);
    number_latency(p99, entry_exact_percentile_ms(html->total, 0.99), &p99_unit);
    buf_printf(out,
               "Half of all responses took up to %s\xc2\xa0%s, 99\xc2\xa0%% up to %s\xc2\xa0%s.",
               median,
               median_unit,
               p99,
               p99_unit);
}

static void judge_none(const struct html *html, struct html_verdict *verdict)
{
    void *position = NULL;
    const struct exception *exception =
        exceptions_next(stats_exceptions(html->snapshot->stats), &position);

    verdict->level = html->start_ns == 0 || html->runs ? VERDICT_DIM : VERDICT_BAD;
    if (html->start_ns == 0) {
        buf_puts(&verdict->head, "Not started");
        return;
    }
    buf_puts(&verdict->head, html->runs ? "No responses yet" : "Ended without one request");
    if (exception) {
        buf_printf(&verdict->detail, "The scenario's own code failed: %.600s", exception->message);
    }
}

static void judge_failures(const struct html *html, struct html_verdict *verdict)
{
    const struct entry *total = html->total;
    double share = entry_fail_ratio(total);
    size_t failing;
    const struct entry *worst = worst_name(html, &failing);
    char percent[NUMBER_SIZE];

    verdict->level = worst || share > total_share ? VERDICT_BAD : VERDICT_WARN;
    if (failing > 1) {
        buf_printf(&verdict->head,
                   "%zu requests failed too often: %s\xc2\xa0%% of all",
                   failing,
                   number_percent(percent, share));
    } else if (worst) {
        buf_printf(&verdict->head,
                   "%.20s%s%.160s failed too often: %s\xc2\xa0%% of its requests",
                   worst->method,
                   *worst->method ? " " : "",
                   worst->name,
                   number_percent(percent, entry_fail_ratio(worst)));
    } else {
        buf_printf(&verdict->head,
                   "%s: %s\xc2\xa0%% of all requests failed",
                   share > total_share ? "Failing" : "Some failures",
                   number_percent(percent, share));
    }
    add_failure(&verdict->detail, html);
}

static void judge_doubt(const struct html *html, struct html_verdict *verdict)
{
    char count[NUMBER_SIZE];

    verdict->level = VERDICT_DIM;
    buf_puts(&verdict->head, "Can't tell: the generator was the bottleneck");
    buf_printf(&verdict->detail,
               "It was overloaded for %s of %zu seconds. Response times are measured too long, and "
               "there was less load than asked for. ",
               number_count(count, html->overloaded_s),
               html->seconds);
    if (html->total->num_failures > 0) {
        add_failure(&verdict->detail, html);
    }
}

void html_judge(const struct html *html, struct html_verdict *verdict)
{
    uint64_t exceptions = exceptions_total(stats_exceptions(html->snapshot->stats));
    char count[NUMBER_SIZE];

    buf_init(&verdict->head, TEXT_MAX);
    buf_init(&verdict->detail, TEXT_MAX);
    if (html->total->num_requests == 0 && html->total->num_failures == 0) {
        judge_none(html, verdict);
        return;
    }
    if ((double)html->overloaded_s > doubtful_share * (double)html->seconds) {
        judge_doubt(html, verdict);
    } else if (html->total->num_failures > 0) {
        judge_failures(html, verdict);
    } else if (exceptions > 0) {
        verdict->level = VERDICT_WARN;
        buf_printf(&verdict->head,
                   "No request failed, but the scenario's own code did: %s exception%s",
                   number_count(count, exceptions),
                   exceptions == 1 ? "" : "s");
    } else {
        verdict->level = VERDICT_OK;
        buf_puts(&verdict->head, "OK: no request failed");
    }
    add_times(&verdict->detail, html);
}
