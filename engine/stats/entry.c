/* SPDX-License-Identifier: MIT */
/* entry.c - one row of statistics; the formulas are those of Locust's StatsEntry. */
#include "stats/entry.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

static int64_t second_of(int64_t wall_ns)
{
    return wall_ns / NS_PER_S;
}

static void clear(struct entry *entry, int64_t start_ns)
{
    entry->num_requests = entry->num_none_requests = entry->num_failures = 0;
    entry->total_response_ns = 0;
    entry->min_response_ns = -1;
    entry->max_response_ns = entry->max_at_ns = 0;
    entry->total_content_length = 0;
    entry->start_ns = start_ns;
    entry->last_request_ns = 0;
    phases_reset(&entry->phases);
    if (entry->window) {
        window_reset(entry->window);
        window_store(entry->window, second_of(start_ns), &entry->buckets, 0);
    }
}

struct entry *entry_new(const char *method, const char *name, int64_t start_ns, bool windowed,
                        struct series_budget *budget)
{
    struct entry *entry = mem_new(sizeof(*entry));

    entry->method = mem_strdup(method);
    entry->name = mem_strdup(name);
    hist_init(&entry->hist);
    buckets_init(&entry->buckets);
    series_init(&entry->seconds, budget);
    entry->window = windowed ? window_new() : NULL;
    clear(entry, start_ns);
    return entry;
}

static void intended_free(struct entry *entry)
{
    if (entry->intended) {
        hist_fini(entry->intended);
        free(entry->intended);
        entry->intended = NULL;
    }
}

void entry_free(struct entry *entry)
{
    if (!entry) {
        return;
    }
    free((char *)entry->method);
    free((char *)entry->name);
    hist_fini(&entry->hist);
    intended_free(entry);
    buckets_fini(&entry->buckets);
    series_fini(&entry->seconds);
    phases_fini(&entry->phases);
    window_free(entry->window);
    free(entry);
}

void entry_reset(struct entry *entry, int64_t start_ns)
{
    hist_reset(&entry->hist);
    if (entry->intended) {
        hist_reset(entry->intended);
    }
    buckets_reset(&entry->buckets);
    series_reset(&entry->seconds);
    clear(entry, start_ns);
}

static struct hist *intended_of(struct entry *entry)
{
    if (!entry->intended) {
        entry->intended = mem_new(sizeof(*entry->intended));
        hist_init(entry->intended);
    }
    return entry->intended;
}

uint64_t entry_timed(const struct entry *entry)
{
    return entry->num_requests > entry->num_none_requests
               ? entry->num_requests - entry->num_none_requests
               : 0;
}

static void keep_copy(struct entry *entry, int64_t second)
{
    if (entry->window) {
        window_store(entry->window, second, &entry->buckets, entry_timed(entry));
    }
}

static void include_time(struct entry *entry, int64_t min_ns, int64_t max_ns, int64_t max_at_ns)
{
    if (entry->min_response_ns < 0 || min_ns < entry->min_response_ns) {
        entry->min_response_ns = min_ns;
    }
    if (max_ns > entry->max_response_ns) {
        entry->max_response_ns = max_ns;
        entry->max_at_ns = max_at_ns;
    }
}

void entry_record(struct entry *entry, const struct entry_sample *sample)
{
    int64_t second = second_of(sample->wall_ns);

    /* The first request of a second closes the ones before: the copy holds all up to their end. */
    if (entry->last_request_ns && second > second_of(entry->last_request_ns)) {
        keep_copy(entry, second - 1);
    }
    entry->num_requests++;
    entry->num_failures += sample->failed;
    entry->total_content_length += sample->content_length;
    series_add(&entry->seconds, second, 1, sample->failed);
    if (sample->wall_ns > entry->last_request_ns) {
        entry->last_request_ns = sample->wall_ns;
    }
    if (sample->elapsed_ns < 0) {
        entry->num_none_requests++;
        return;
    }
    entry->total_response_ns += (uint64_t)sample->elapsed_ns;
    include_time(entry, sample->elapsed_ns, sample->elapsed_ns, sample->wall_ns);
    hist_record(&entry->hist, sample->elapsed_ns);
    buckets_record(&entry->buckets, sample->elapsed_ns);
    if (sample->elapsed_intended_ns > 0) {
        hist_record(intended_of(entry), sample->elapsed_intended_ns);
    }
}

void entry_merge(struct entry *entry, const struct entry *other)
{
    int64_t last_ns = entry->last_request_ns;

    entry->num_requests += other->num_requests;
    entry->num_none_requests += other->num_none_requests;
    entry->num_failures += other->num_failures;
    entry->total_content_length += other->total_content_length;
    entry->total_response_ns += other->total_response_ns;
    /* Go and Java workers say 0 where they mean "none". */
    if (other->min_response_ns >= 0 && entry_timed(other) > 0) {
        include_time(entry, other->min_response_ns, other->max_response_ns, other->max_at_ns);
    }
    if (other->start_ns < entry->start_ns) {
        entry->start_ns = other->start_ns;
    }
    if (other->last_request_ns > entry->last_request_ns) {
        entry->last_request_ns = other->last_request_ns;
    }
    hist_merge(&entry->hist, &other->hist);
    if (other->intended && other->intended->count) {
        hist_merge(intended_of(entry), other->intended);
    }
    buckets_merge(&entry->buckets, &other->buckets);
    series_merge(&entry->seconds, &other->seconds);
    phases_merge(&entry->phases, &other->phases);
    if (last_ns && second_of(entry->last_request_ns) > second_of(last_ns)) {
        keep_copy(entry, second_of(entry->last_request_ns));
    }
}

static double ms(double ns)
{
    return ns / 1e6;
}

double entry_fail_ratio(const struct entry *entry)
{
    if (entry->num_requests == 0) {
        return entry->num_failures ? 1 : 0;
    }
    return (double)entry->num_failures / (double)entry->num_requests;
}

double entry_average_ms(const struct entry *entry)
{
    uint64_t timed = entry_timed(entry);

    return timed ? ms((double)entry->total_response_ns) / (double)timed : 0;
}

double entry_min_ms(const struct entry *entry)
{
    return entry->min_response_ns < 0 ? 0 : ms((double)entry->min_response_ns);
}

double entry_max_ms(const struct entry *entry)
{
    return ms((double)entry->max_response_ns);
}

static double clamp_ms(const struct entry *entry, double value)
{
    if (value > entry_max_ms(entry)) {
        return entry_max_ms(entry);
    }
    return value < entry_min_ms(entry) ? entry_min_ms(entry) : value;
}

double entry_median_ms(const struct entry *entry)
{
    return clamp_ms(entry, (double)buckets_median_ms(&entry->buckets, entry_timed(entry)));
}

double entry_average_bytes(const struct entry *entry)
{
    return entry->num_requests ? (double)entry->total_content_length / (double)entry->num_requests
                               : 0;
}

static double per_run(uint64_t count, const struct entry *total)
{
    if (total->last_request_ns <= total->start_ns) {
        return 0;
    }
    /* Unsigned: a peer's times may be as far apart as they can. */
    uint64_t span_ns = (uint64_t)total->last_request_ns - (uint64_t)total->start_ns;

    return (double)count / ((double)span_ns / 1e9);
}

double entry_total_rps(const struct entry *entry, const struct entry *total)
{
    return per_run(entry->num_requests, total);
}

double entry_total_fail_per_sec(const struct entry *entry, const struct entry *total)
{
    return per_run(entry->num_failures, total);
}

/* The window ends two seconds early, because reports of other workers come that late. */
static double per_current(const struct entry *entry, const struct entry *total, bool failures)
{
    if (total->last_request_ns == 0) {
        return 0;
    }
    int64_t last = second_of(total->last_request_ns), start = second_of(total->start_ns);
    int64_t from = last - 12 > start ? last - 12 : start, to = last - 2;
    uint64_t sum = 0;

    for (int64_t second = from; second < to; second++) {
        struct series_second counts = series_get(&entry->seconds, second);

        sum += failures ? counts.failures : counts.requests;
    }
    return to > from ? (double)sum / (double)(to - from) : 0;
}

double entry_current_rps(const struct entry *entry, const struct entry *total)
{
    return per_current(entry, total, false);
}

double entry_current_fail_per_sec(const struct entry *entry, const struct entry *total)
{
    return per_current(entry, total, true);
}

double entry_percentile_ms(const struct entry *entry, double fraction)
{
    return (double)buckets_percentile_ms(&entry->buckets, entry_timed(entry), fraction);
}

double entry_exact_percentile_ms(const struct entry *entry, double fraction)
{
    if (entry_timed(entry) == entry->hist.count) {
        return ms((double)hist_percentile_ns(&entry->hist, fraction));
    }
    return clamp_ms(entry, entry_percentile_ms(entry, fraction));
}

bool entry_current_percentile_ms(const struct entry *entry, double fraction, int64_t now_ns,
                                 double *result_ms)
{
    int64_t found = 0;

    if (!entry->window || !window_percentile_ms(entry->window,
                                                second_of(now_ns),
                                                &entry->buckets,
                                                entry_timed(entry),
                                                fraction,
                                                &found)) {
        return false;
    }
    *result_ms = (double)found;
    return true;
}
