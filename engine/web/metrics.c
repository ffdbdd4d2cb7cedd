/* SPDX-License-Identifier: MIT */
/*
 * metrics.c - GET /metrics: Prometheus text. Names of our own first, then those of
 * ContainerSolutions/locust_exporter, so that its dashboards and alerts go on working; with ?native
 * ours alone.
 */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "web/metrics.h"
#include "web/prom.h"
#include "web/web_private.h"

/* Exact histograms fold into these; the slots of hist.h are at most 0.8 % wide. */
static const double bounds_s[] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

enum { ROWS_MAX = 500 };

/* ---- Rows ---- */

struct row_metric {
    const char *name, *type, *text;
    double (*value)(const struct entry *entry, const struct entry *total);
};

static double requests(const struct entry *entry, const struct entry *total)
{
    (void)total;
    return (double)entry->num_requests;
}

static double failures(const struct entry *entry, const struct entry *total)
{
    (void)total;
    return (double)entry->num_failures;
}

static double content(const struct entry *entry, const struct entry *total)
{
    (void)total;
    return (double)entry->total_content_length;
}

static double average(const struct entry *entry, const struct entry *total)
{
    (void)total;
    return entry_average_ms(entry);
}

static double average_bytes(const struct entry *entry, const struct entry *total)
{
    (void)total;
    return entry_average_bytes(entry);
}

static double median(const struct entry *entry, const struct entry *total)
{
    (void)total;
    return entry_median_ms(entry);
}

static double least(const struct entry *entry, const struct entry *total)
{
    (void)total;
    return round(entry_min_ms(entry));
}

static double most(const struct entry *entry, const struct entry *total)
{
    (void)total;
    return round(entry_max_ms(entry));
}

static const struct row_metric ours[] = {
    {"cicada_requests_total", "counter", "Requests finished, failed ones too.", requests},
    {"cicada_request_failures_total", "counter", "Requests that failed.", failures},
    {"cicada_response_content_bytes_total", "counter", "Bytes of decoded bodies.", content},
};

static const struct row_metric exporter[] = {
    {"locust_requests_num_requests", "gauge", "", requests},
    {"locust_requests_num_failures", "gauge", "", failures},
    {"locust_requests_avg_response_time", "gauge", "", average},
    {"locust_requests_avg_content_length", "gauge", "", average_bytes},
    {"locust_requests_current_rps", "gauge", "", entry_current_rps},
    {"locust_requests_current_fail_per_sec", "gauge", "", entry_current_fail_per_sec},
    {"locust_requests_max_response_time", "gauge", "", most},
    {"locust_requests_median_response_time", "gauge", "", median},
    {"locust_requests_min_response_time", "gauge", "", least},
};

static void row_labels(struct buf *out, const struct entry *entry)
{
    buf_puts(out, "{method=");
    prom_label(out, entry->method);
    buf_puts(out, ",name=");
    prom_label(out, entry->name);
}

static void write_row(struct buf *out, const struct row_metric *metric, const struct entry *entry,
                      const struct entry *total)
{
    buf_puts(out, metric->name);
    row_labels(out, entry);
    buf_putc(out, '}');
    prom_number(out, metric->value(entry, total));
}

/* The exporter lists the total among the rows, as Locust's JSON does; sums over ours count once. */
static void write_rows(struct buf *out, const struct snapshot *snapshot,
                       const struct row_metric *metric, bool with_total)
{
    const struct entry *const *rows = stats_sorted(snapshot->stats);
    const struct entry *total = stats_total(snapshot->stats);

    prom_help(out, metric->name, metric->type, *metric->text ? metric->text : "As in Locust.");
    for (size_t i = 0; i < stats_count(snapshot->stats) && i < ROWS_MAX; i++) {
        write_row(out, metric, rows[i], total);
    }
    if (with_total) {
        write_row(out, metric, total, total);
    }
}

static void write_histogram(struct buf *out, const struct entry *entry)
{
    struct hist_slot slot;
    size_t position = 0, bound = 0;
    uint64_t count = 0;
    bool any = hist_next(&entry->hist, &position, &slot);

    for (; bound < ARRAY_LEN(bounds_s); bound++) {
        while (any && (double)slot.to_ns / 1e9 <= bounds_s[bound] * 1.0001) {
            count += slot.count;
            any = hist_next(&entry->hist, &position, &slot);
        }
        buf_puts(out, "cicada_response_time_seconds_bucket");
        row_labels(out, entry);
        buf_printf(out, ",le=\"%g\"} %llu\n", bounds_s[bound], (unsigned long long)count);
    }
    buf_puts(out, "cicada_response_time_seconds_bucket");
    row_labels(out, entry);
    buf_printf(out, ",le=\"+Inf\"} %llu\n", (unsigned long long)entry->hist.count);
    buf_puts(out, "cicada_response_time_seconds_sum");
    row_labels(out, entry);
    buf_putc(out, '}');
    prom_number(out, hist_mean_ns(&entry->hist) * (double)entry->hist.count / 1e9);
    buf_puts(out, "cicada_response_time_seconds_count");
    row_labels(out, entry);
    buf_printf(out, "} %llu\n", (unsigned long long)entry->hist.count);
}

static void write_histograms(struct buf *out, const struct snapshot *snapshot)
{
    const struct entry *const *rows = stats_sorted(snapshot->stats);

    prom_help(out, "cicada_response_time_seconds", "histogram", "Response times.");
    for (size_t i = 0; i < stats_count(snapshot->stats) && i < ROWS_MAX; i++) {
        write_histogram(out, rows[i]);
    }
}

/* ---- The rest ---- */

static void write_errors(struct buf *out, const struct snapshot *snapshot)
{
    struct failures *table = stats_failures(snapshot->stats);
    const struct failure *const *sorted = failures_sorted(table);

    prom_help(out, "locust_errors", "gauge", "As in Locust.");
    for (size_t i = 0; i < failures_count(table) && i < ROWS_MAX; i++) {
        buf_puts(out, "locust_errors{method=");
        prom_label(out, sorted[i]->method);
        buf_puts(out, ",name=");
        prom_label(out, sorted[i]->name);
        buf_puts(out, ",error=");
        prom_label(out, sorted[i]->text);
        buf_putc(out, '}');
        prom_number(out, (double)sorted[i]->occurrences);
    }
}

static void write_states(struct buf *out, const struct snapshot *snapshot)
{
    static const char *const states[] = {"ready", "spawning", "running", "stopping", "stopped"};

    prom_help(out, "cicada_state", "gauge", "1 for the state the test is in.");
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        buf_printf(out,
                   "cicada_state{state=\"%s\"} %d\n",
                   states[i],
                   strcmp(states[i], run_state_name(snapshot->state)) == 0);
    }
}

static void worker_number(struct buf *out, const char *name, const struct snapshot_worker *worker,
                          double value)
{
    buf_printf(out, "%s{worker=", name);
    prom_label(out, worker->id);
    buf_putc(out, '}');
    prom_number(out, value);
}

static size_t count_workers(const struct snapshot *snapshot, const char *state)
{
    size_t count = 0;

    for (size_t i = 0; i < snapshot->worker_count; i++) {
        count += strcmp(snapshot->workers[i].state, state) == 0;
    }
    return count;
}

static void write_workers(struct buf *out, const struct snapshot *snapshot)
{
    prom_plain(out,
               "cicada_workers",
               "gauge",
               "Workers that are connected.",
               (double)stats_json_worker_count(snapshot));
    prom_help(out, "cicada_worker_users", "gauge", "Users of a worker.");
    for (size_t i = 0; i < snapshot->worker_count; i++) {
        worker_number(
            out, "cicada_worker_users", &snapshot->workers[i], (double)snapshot->workers[i].users);
    }
    prom_help(out, "cicada_worker_cpu_ratio", "gauge", "CPU of a worker, 1 is a whole core.");
    for (size_t i = 0; i < snapshot->worker_count; i++) {
        worker_number(out,
                      "cicada_worker_cpu_ratio",
                      &snapshot->workers[i],
                      snapshot->workers[i].cpu_percent / 100);
    }
}

static void write_exporter_workers(struct buf *out, const struct snapshot *snapshot)
{
    static const struct {
        const char *name, *state;
    } counts[] = {
        {"locust_workers_running_count", "running"},
        {"locust_workers_hatching_count", "spawning"},
        {"locust_workers_missing_count", "missing"},
    };

    /* Their names are those of parts of a histogram: no type, so that nobody takes them for that.
     */
    prom_plain(
        out, "locust_workers_count", "untyped", "As in Locust.", (double)snapshot->worker_count);
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        prom_plain(out,
                   counts[i].name,
                   "untyped",
                   "As in Locust.",
                   (double)count_workers(snapshot, counts[i].state));
    }
    prom_help(out, "locust_worker_detail", "gauge", "As in Locust.");
    for (size_t i = 0; i < snapshot->worker_count; i++) {
        buf_puts(out, "locust_worker_detail{id=");
        prom_label(out, snapshot->workers[i].id);
        buf_puts(out, ",state=");
        prom_label(out, snapshot->workers[i].state);
        buf_putc(out, '}');
        prom_number(out, (double)snapshot->workers[i].users);
    }
}

static void write_rates(struct buf *out, const struct watch_window *current)
{
    prom_plain(out, "cicada_current_rps", "gauge", "Requests per second, last 10 s.", current->rps);
    prom_plain(out,
               "cicada_current_failures_per_second",
               "gauge",
               "Failures per second, last 10 s.",
               current->fails);
}

static void write_totals(struct buf *out, const struct snapshot *snapshot)
{
    prom_plain(out, "cicada_users", "gauge", "Users running.", (double)snapshot->users);
    prom_plain(
        out, "cicada_users_target", "gauge", "Users wanted.", (double)snapshot->target_users);
    prom_plain(out,
               "cicada_process_cpu_ratio",
               "gauge",
               "CPU of this process, 1 is a whole core.",
               snapshot->health.cpu_percent / 100);
    prom_plain(out,
               "cicada_process_resident_bytes",
               "gauge",
               "Memory of this process.",
               (double)snapshot->health.rss_bytes);
}

static void write_exporter_totals(struct buf *out, const struct snapshot *snapshot)
{
    const struct entry *total = stats_total(snapshot->stats);
    double p50 = 0, p95 = 0;
    int running = snapshot->state == RUN_RUNNING ? 2 : snapshot->state == RUN_SPAWNING;

    entry_current_percentile_ms(total, 0.5, snapshot->now_ns, &p50);
    entry_current_percentile_ms(total, 0.95, snapshot->now_ns, &p95);
    prom_plain(out, "locust_up", "gauge", "As in Locust.", 1);
    prom_plain(out, "locust_running", "gauge", "As in Locust.", running);
    prom_plain(out, "locust_users", "gauge", "As in Locust.", (double)snapshot->users);
    prom_plain(
        out, "locust_requests_fail_ratio", "gauge", "As in Locust.", entry_fail_ratio(total));
    prom_plain(
        out, "locust_requests_current_response_time_percentile_50", "gauge", "As in Locust.", p50);
    prom_plain(
        out, "locust_requests_current_response_time_percentile_95", "gauge", "As in Locust.", p95);
}

static void write_exporter(struct buf *out, const struct snapshot *snapshot)
{
    write_exporter_totals(out, snapshot);
    for (size_t i = 0; i < ARRAY_LEN(exporter); i++) {
        write_rows(out, snapshot, &exporter[i], true);
    }
    write_errors(out, snapshot);
    if (snapshot->distributed) {
        write_exporter_workers(out, snapshot);
    }
}

void metrics_write(struct buf *out, const struct snapshot *snapshot,
                   const struct watch_window *current)
{
    prom_build_info(out);
    write_states(out, snapshot);
    write_totals(out, snapshot);
    if (current) {
        write_rates(out, current);
    }
    for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
        write_rows(out, snapshot, &ours[i], false);
    }
    write_histograms(out, snapshot);
    if (snapshot->distributed) {
        write_workers(out, snapshot);
    }
}

void metrics_answer(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    struct buf out;

    buf_init(&out, WEB_ANSWER_MAX);
    web_follow(web);
    metrics_write(&out, &snapshot, &watch_total(web->watch)->current);
    if (!call_has_query(call, "native")) {
        write_exporter(&out, &snapshot);
    }
    call_buf(call, MHD_HTTP_OK, TYPE_PROMETHEUS, &out);
    call_add_header(call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}
