/* SPDX-License-Identifier: MIT */
/* stats_json.c - GET /stats/requests: Locust's keys, then ours (API.md). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "runner/log_tail.h"
#include "watch/ending.h"
#include "web/web_private.h"

enum { ROWS_MAX = 500, ERRORS_MAX = 500, ERROR_WORKERS = 20 };

static const int64_t keep_ns = 500 * NS_PER_MS; /* one answer serves all who ask within */

/* What Locust lists by default; scripts rely on the names. */
static const double row_percentiles[] = {0.95, 0.99};
static const double chart_percentiles[] = {0.5, 0.95};

static void percentile_key(char *key, size_t size, double fraction)
{
    snprintf(key, size, "response_time_percentile_%g", fraction);
}

/* As Locust's proper_round(): halves go away from zero, and the result is a float. */
static void write_rounded(struct jsonw *w, const char *key, double ms, bool known)
{
    if (known) {
        jsonw_float(w, key, round(ms));
    } else {
        jsonw_int(w, key, 0);
    }
}

/* An integer, unless it had to be clamped to the minimum or maximum. */
static void write_median(struct jsonw *w, const struct entry *entry)
{
    double median = entry_median_ms(entry);

    if (median == nearbyint(median)) {
        jsonw_int(w, "median_response_time", (int64_t)median);
    } else {
        jsonw_float(w, "median_response_time", median);
    }
}

static void write_window(struct jsonw *w, const char *key, const struct watch_window *window)
{
    if (!window) {
        jsonw_null(w, key);
        return;
    }
    jsonw_open(w, key, '{');
    jsonw_short(w, "rps", window->rps, 3);
    jsonw_short(w, "fails", window->fails, 3);
    jsonw_short(w, "p50", window->p50, 3);
    jsonw_short(w, "p95", window->p95, 3);
    jsonw_short(w, "p99", window->p99, 3);
    jsonw_close(w, '}');
}

/* Seconds since 1970, or null; the fraction apart, as nanoseconds are too many for a double. */
void web_write_moment(struct jsonw *w, const char *key, int64_t wall_ns)
{
    if (wall_ns > 0) {
        jsonw_float(w, key, (double)(wall_ns / NS_PER_S) + (double)(wall_ns % NS_PER_S) / 1e9);
    } else {
        jsonw_null(w, key);
    }
}

/* Ours: exact, where the workers send exact times. */
static void write_more(struct jsonw *w, const struct entry *entry, const struct watch_row *row)
{
    static const struct {
        const char *key;
        double fraction;
    } exact[] = {{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}};

    for (size_t i = 0; i < ARRAY_LEN(exact); i++) {
        if (entry_timed(entry) > 0) {
            jsonw_short(w, exact[i].key, entry_exact_percentile_ms(entry, exact[i].fraction), 3);
        } else {
            jsonw_null(w, exact[i].key);
        }
    }
    if (entry_timed(entry) > 0) {
        jsonw_short(w, "max", entry_max_ms(entry), 3);
    } else {
        jsonw_null(w, "max");
    }
    web_write_moment(w, "max_at", entry->max_at_ns);
    if (row) {
        write_window(w, "current", &row->current);
        jsonw_int(w, "attention", row->attention);
    }
}

static void write_row(struct jsonw *w, const struct entry *entry, const struct entry *total,
                      const struct watch_row *row)
{
    bool timed = entry_timed(entry) > 0;
    char key[64];

    jsonw_open(w, NULL, '{');
    jsonw_text(w, "method", entry->method);
    jsonw_text(w, "name", entry->name);
    jsonw_int(w, "num_requests", (int64_t)entry->num_requests);
    jsonw_int(w, "num_failures", (int64_t)entry->num_failures);
    write_rounded(w, "min_response_time", entry_min_ms(entry), timed);
    write_rounded(w, "max_response_time", entry_max_ms(entry), timed);
    jsonw_float(w, "current_rps", entry_current_rps(entry, total));
    jsonw_float(w, "current_fail_per_sec", entry_current_fail_per_sec(entry, total));
    jsonw_float(w, "avg_response_time", entry_average_ms(entry));
    write_median(w, entry);
    jsonw_float(w, "total_rps", entry_total_rps(entry, total));
    jsonw_float(w, "total_fail_per_sec", entry_total_fail_per_sec(entry, total));
    for (size_t i = 0; i < ARRAY_LEN(row_percentiles); i++) {
        percentile_key(key, sizeof(key), row_percentiles[i]);
        jsonw_int(w, key, (int64_t)entry_percentile_ms(entry, row_percentiles[i]));
    }
    jsonw_float(w, "avg_content_length", entry_average_bytes(entry));
    write_more(w, entry, row);
    jsonw_close(w, '}');
}

static void write_rows(const struct web *web, struct jsonw *w, const struct snapshot *snapshot)
{
    const struct entry *const *rows = stats_sorted(snapshot->stats);
    const struct entry *total = stats_total(snapshot->stats);

    jsonw_open(w, "stats", '[');
    for (size_t i = 0; i < stats_count(snapshot->stats) && i < ROWS_MAX; i++) {
        write_row(w, rows[i], total, watch_row_of(web->watch, rows[i], i));
    }
    write_row(w, total, total, watch_total(web->watch));
    jsonw_close(w, ']');
}

/* The page names two and counts the rest: not all of a thousand are sent each second. */
static void write_nodes(struct jsonw *w, const struct failure *failure)
{
    jsonw_open(w, "workers", '[');
    for (size_t i = 0; i < failure->node_count && i < ERROR_WORKERS; i++) {
        jsonw_text(w, NULL, failure->nodes[i]);
    }
    jsonw_close(w, ']');
    jsonw_int(w, "worker_count", (int64_t)failure->node_count);
}

static void write_errors(const struct web *web, struct jsonw *w, const struct snapshot *snapshot)
{
    struct failures *failures = stats_failures(snapshot->stats);
    const struct failure *const *sorted = failures_sorted(failures);

    jsonw_open(w, "errors", '[');
    for (size_t i = 0; i < failures_count(failures) && i < ERRORS_MAX; i++) {
        char key[FAILURE_KEY_SIZE];

        failure_key(sorted[i]->method, sorted[i]->name, sorted[i]->text, key);
        jsonw_open(w, NULL, '{');
        jsonw_text(w, "method", sorted[i]->method);
        jsonw_text(w, "name", sorted[i]->name);
        jsonw_text(w, "error", sorted[i]->text);
        jsonw_int(w, "occurrences", (int64_t)sorted[i]->occurrences);
        web_write_moment(w, "first_seen", sorted[i]->first_seen_ns);
        web_write_moment(w, "last_seen", sorted[i]->last_seen_ns);
        jsonw_text(w, "key", key);
        jsonw_int(w, "last_10s", (int64_t)watch_failures_10s(web->watch, sorted[i]));
        if (snapshot->distributed) {
            write_nodes(w, sorted[i]);
        }
        jsonw_close(w, '}');
    }
    jsonw_close(w, ']');
}

static void write_totals(struct jsonw *w, const struct snapshot *snapshot)
{
    const struct entry *total = stats_total(snapshot->stats);
    char key[64];

    jsonw_float(w, "current_rps", entry_current_rps(total, total));
    jsonw_float(w, "current_fail_per_sec", entry_current_fail_per_sec(total, total));
    jsonw_float(w, "total_rps", entry_total_rps(total, total));
    jsonw_float(w, "total_fail_per_sec", entry_total_fail_per_sec(total, total));
    jsonw_float(w, "fail_ratio", entry_fail_ratio(total));
    jsonw_open(w, "current_response_time_percentiles", '{');
    for (size_t i = 0; i < ARRAY_LEN(chart_percentiles); i++) {
        double ms;

        percentile_key(key, sizeof(key), chart_percentiles[i]);
        if (entry_current_percentile_ms(total, chart_percentiles[i], snapshot->now_ns, &ms)) {
            jsonw_int(w, key, (int64_t)ms);
        } else {
            jsonw_null(w, key);
        }
    }
    jsonw_close(w, '}');
    /* Names of older versions that locust_exporter still reads. */
    for (size_t i = 0; i < ARRAY_LEN(chart_percentiles); i++) {
        double ms = 0;

        entry_current_percentile_ms(total, chart_percentiles[i], snapshot->now_ns, &ms);
        snprintf(
            key, sizeof(key), "current_response_time_percentile_%.0f", chart_percentiles[i] * 100);
        jsonw_int(w, key, (int64_t)ms);
    }
}

/* "gen1_610263e4..." -> "gen1". */
static void write_node(struct jsonw *w, const char *id)
{
    const char *end = strrchr(id, '_');
    char node[256];

    snprintf(node, sizeof(node), "%.*s", end ? (int)(end - id) : (int)strlen(id), id);
    jsonw_text(w, "node", node);
}

static void write_known(struct jsonw *w, const char *key, int64_t number, bool known)
{
    if (known) {
        jsonw_int(w, key, number);
    } else {
        jsonw_null(w, key);
    }
}

static void write_worker(struct jsonw *w, const struct snapshot_worker *worker)
{
    jsonw_open(w, NULL, '{');
    jsonw_text(w, "id", worker->id);
    jsonw_text(w, "state", worker->state);
    jsonw_int(w, "user_count", (int64_t)worker->users);
    jsonw_float(w, "cpu_usage", worker->cpu_percent);
    jsonw_int(w, "memory_usage", worker->rss_bytes < 0 ? 0 : worker->rss_bytes);
    jsonw_int(w, "index", worker->index);
    if (worker->lag_p99_ms < 0) {
        jsonw_null(w, "lag_p99_ms");
    } else {
        jsonw_short(w, "lag_p99_ms", worker->lag_p99_ms, 3);
    }
    if (worker->rps < 0) {
        jsonw_null(w, "rps");
    } else {
        jsonw_short(w, "rps", worker->rps, 3);
    }
    write_node(w, worker->id);
    jsonw_short(w, "up_s", seconds_from_ns(worker->up_ns), 1);
    jsonw_short(w, "seen_s", seconds_from_ns(worker->seen_ns), 1);
    write_known(w, "connections", worker->connections, worker->connections >= 0);
    write_known(w, "ports_used", worker->ports_used, worker->ports_limit > 0);
    write_known(w, "ports_limit", worker->ports_limit, worker->ports_limit > 0);
    jsonw_close(w, '}');
}

void stats_json_workers(struct jsonw *w, const struct snapshot *snapshot)
{
    jsonw_open(w, "workers", '[');
    for (size_t i = 0; i < snapshot->worker_count; i++) {
        write_worker(w, &snapshot->workers[i]);
    }
    jsonw_close(w, ']');
}

/* Those that count: not the missing ones. */
size_t stats_json_worker_count(const struct snapshot *snapshot)
{
    size_t count = 0;

    for (size_t i = 0; i < snapshot->worker_count; i++) {
        count += strcmp(snapshot->workers[i].state, "missing") != 0;
    }
    return count;
}

static void write_pause(struct jsonw *w, const struct snapshot *snapshot)
{
    if (snapshot->paused_ns == 0) {
        jsonw_null(w, "paused");
        return;
    }
    jsonw_open(w, "paused", '{');
    web_write_moment(w, "since", snapshot->paused_ns);
    jsonw_close(w, '}');
}

static void write_stopping(struct jsonw *w, const struct snapshot *snapshot)
{
    if (snapshot->state != RUN_STOPPING) {
        jsonw_null(w, "stopping");
        return;
    }
    jsonw_open(w, "stopping", '{');
    jsonw_int(w, "users", (int64_t)snapshot->users);
    jsonw_int(w, "of", (int64_t)snapshot->stopping_users);
    jsonw_short(w, "left_s", seconds_from_ns(snapshot->stopping_left_ns), 1);
    jsonw_close(w, '}');
}

static void write_run(struct web *web, struct jsonw *w, const struct snapshot *snapshot)
{
    char text[ENDING_SIZE];

    jsonw_open(w, "run", '{');
    jsonw_int(w, "id", web->run_id);
    web_write_moment(w, "start", snapshot->start_ns);
    web_write_moment(w, "end", snapshot->end_ns);
    if (web->run_time_ns > 0 && !web->options->shaped) {
        jsonw_float(w, "planned_s", seconds_from_ns(web->run_time_ns));
    } else {
        jsonw_null(w, "planned_s");
    }
    jsonw_text(w, "host", snapshot->host ? snapshot->host : page_hosts(web).host);
    jsonw_text(w, "profile", web->profile);
    write_pause(w, snapshot);
    write_stopping(w, snapshot);
    jsonw_text(w, "why_ended", ending_text(snapshot, text));
    jsonw_close(w, '}');
}

static void write_verdict(struct jsonw *w, const char *key, const struct watch_verdict *known)
{
    const struct verdict *verdict = &known->verdict;

    if (known->since_ns == 0) {
        jsonw_null(w, key);
        return;
    }
    jsonw_open(w, key, '{');
    jsonw_text(w, "level", verdict_level_name(verdict->level));
    jsonw_text(w, "word", verdict->word);
    jsonw_text(w, "detail", verdict->detail);
    web_write_moment(w, "since", known->since_ns);
    jsonw_text(w, "link", verdict->link[0] ? verdict->link : NULL);
    jsonw_close(w, '}');
}

static void write_generator(const struct web *web, struct jsonw *w)
{
    const struct generator_facts *facts = watch_generator(web->watch);

    jsonw_open(w, "generator", '{');
    jsonw_short(w, "cpu_max", facts->cpu_percent, 1);
    jsonw_text(w, "cpu_worker", facts->hottest);
    if (facts->lag_p99_ms < 0) {
        jsonw_null(w, "lag_p99_ms");
    } else {
        jsonw_short(w, "lag_p99_ms", facts->lag_p99_ms, 3);
    }
    write_known(w, "ports_used", facts->ports_used, facts->ports_limit > 0);
    write_known(w, "ports_limit", facts->ports_limit, facts->ports_limit > 0);
    jsonw_int(w, "dropped", (int64_t)facts->dropped);
    jsonw_close(w, '}');
}

static void write_counts(struct jsonw *w, const struct snapshot *snapshot)
{
    jsonw_open(w, "counts", '{');
    jsonw_int(w, "names", (int64_t)stats_count(snapshot->stats));
    jsonw_int(w, "errors", (int64_t)failures_count(stats_failures(snapshot->stats)));
    jsonw_int(w, "exceptions", (int64_t)exceptions_count(stats_exceptions(snapshot->stats)));
    jsonw_int(w, "log_warnings", (int64_t)log_tail_warnings());
    jsonw_close(w, '}');
}

/* The newest first. */
static void write_changes(const struct changes *changes, struct jsonw *w)
{
    jsonw_open(w, "changes", '[');
    for (size_t i = 0; i < changes_count(changes); i++) {
        const struct change *change = changes_nth(changes, i);

        jsonw_open(w, NULL, '{');
        jsonw_float(w, "t", (double)change->wall_ns / NS_PER_S);
        jsonw_text(w, "kind", change->kind);
        jsonw_text(w, "text", change->text);
        jsonw_text(w, "short", change->short_text);
        jsonw_text(w, "link", change->link[0] ? change->link : NULL);
        jsonw_close(w, '}');
    }
    jsonw_close(w, ']');
}

static void write_judgement(const struct web *web, struct jsonw *w)
{
    write_window(w, "before", watch_before(web->watch));
    jsonw_open(w, "verdict", '{');
    write_verdict(w, "target", watch_target_verdict(web->watch));
    write_verdict(w, "generator", watch_generator_verdict(web->watch));
    jsonw_close(w, '}');
    write_generator(web, w);
    write_changes(watch_changes(web->watch), w);
}

/* Locust calls what standalone tests do at their end differently. */
const char *stats_json_state(const struct snapshot *snapshot)
{
    return snapshot->state == RUN_STOPPING && !snapshot->distributed
               ? "cleanup"
               : run_state_name(snapshot->state);
}

void stats_json_write(struct web *web, struct buf *out)
{
    struct snapshot snapshot = web_snapshot(web);
    struct jsonw w;

    watch_follow(web->watch, &snapshot);
    jsonw_init(&w, out);
    jsonw_open(&w, NULL, '{');
    write_rows(web, &w, &snapshot);
    write_errors(web, &w, &snapshot);
    write_totals(&w, &snapshot);
    if (snapshot.distributed) {
        stats_json_workers(&w, &snapshot);
        jsonw_int(&w, "worker_count", (int64_t)stats_json_worker_count(&snapshot));
    }
    jsonw_text(&w, "state", stats_json_state(&snapshot));
    jsonw_int(&w, "user_count", (int64_t)snapshot.users);
    web_write_moment(&w, "now", snapshot.now_ns);
    write_run(web, &w, &snapshot);
    jsonw_int(&w, "target_users", (int64_t)snapshot.target_users);
    jsonw_float(&w, "spawn_rate", snapshot.spawn_rate);
    if (snapshot.waiting_known) {
        jsonw_int(&w, "waiting_users", (int64_t)snapshot.waiting_users);
        jsonw_short(&w, "oldest_wait_s", seconds_from_ns(snapshot.oldest_wait_ns), 3);
    }
    jsonw_open(&w, "can", '{');
    jsonw_bool(&w, "pause", snapshot.can_pause);
    jsonw_close(&w, '}');
    write_judgement(web, &w);
    write_counts(&w, &snapshot);
    jsonw_close(&w, '}');
}

void stats_json_requests(struct web *web, struct call *call)
{
    int64_t now_ns = clock_mono_ns();
    struct buf out;

    if (call_has_query(call, "pretty")) {
        buf_init(&out, WEB_ANSWER_MAX);
        stats_json_write(web, &out);
        web_answer_json(call, MHD_HTTP_OK, &out);
        return;
    }
    if (web->stats_ns == 0 || now_ns - web->stats_ns > keep_ns) {
        buf_init(&out, WEB_ANSWER_MAX);
        stats_json_write(web, &out);
        buf_putc(&out, '\n');
        if (web->stats_response) {
            MHD_destroy_response(web->stats_response);
        }
        web->stats_response = web_shared_json(web, &out);
        web->stats_ns = now_ns;
    }
    call_shared(call, MHD_HTTP_OK, web->stats_response);
}
