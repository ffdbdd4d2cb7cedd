/* SPDX-License-Identifier: MIT */
#include "runner/wire_merge.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "proto/hdr.h"
#include "proto/steps.h"
#include "runner/wire_samples.h"

struct wire_merge {
    struct entry *row; /* emptied and filled for every row of a report */
    struct hist *intended;
    /* of the report at hand */
    struct arena *arena;
    const char *node;
    struct err *err;
    bool odd; /* err says what made no sense */
    int64_t ahead_ns, now_ns;
};

static const int64_t slack_ns = 2 * NS_PER_S;
/* After a delay a report may have begun its whole interval before the last one came in. */
static const int64_t behind_slack_ns = 4 * NS_PER_S;
/* Beyond a week of waiting, or of users' waiting in three seconds, a number is nonsense. */
static const double most_ms = 1e12;

struct wire_merge *wire_merge_new(void)
{
    struct wire_merge *merge = mem_new(sizeof(*merge));

    merge->row = entry_new("", "", 0, false, NULL);
    merge->intended = mem_new(sizeof(*merge->intended));
    hist_init(merge->intended);
    return merge;
}

void wire_merge_free(struct wire_merge *merge)
{
    if (!merge) {
        return;
    }
    entry_free(merge->row);
    hist_fini(merge->intended);
    free(merge->intended);
    free(merge);
}

static double clamp_ms(struct number number)
{
    return fmin(fmax(number_double(number, 0), 0), most_ms);
}

static uint64_t count_of(int64_t number)
{
    return number > 0 ? (uint64_t)number : 0;
}

/* 0 for none. */
static int64_t ns_of(struct number seconds)
{
    double value = number_double(seconds, 0);

    return value > 0 ? ns_from_seconds(fmin(value, 9e9)) : 0;
}

/* A point in time of the worker's clock on ours, and never in the future: one such would push
 * everybody's newest seconds out of the series. 0 for none. */
static int64_t on_our_clock(const struct wire_merge *merge, int64_t theirs_ns)
{
    int64_t ours_ns = theirs_ns - merge->ahead_ns;

    return theirs_ns == 0 ? 0 : ours_ns < merge->now_ns ? ours_ns : merge->now_ns;
}

static int64_t wall_ns(const struct wire_merge *merge, struct number seconds)
{
    return on_our_clock(merge, ns_of(seconds));
}

static void add_seconds(const struct wire_merge *merge, struct series *series,
                        const struct message_counts *counts, bool failures)
{
    int64_t ahead_s = llround(seconds_from_ns(merge->ahead_ns));
    int64_t now_s = merge->now_ns / NS_PER_S;

    for (size_t i = 0; i < counts->count; i++) {
        const struct message_count *item = &counts->items[i];
        uint32_t count = item->count > UINT32_MAX ? UINT32_MAX : (uint32_t)count_of(item->count);
        int64_t second = number_int64(item->key, 0) - ahead_s;

        if (second > 0 && count > 0) {
            second = second < now_s ? second : now_s;
            series_add(series, second, failures ? 0 : count, failures ? count : 0);
        }
    }
}

static void add_slots(struct hist *hist, const struct hdr_histogram *from)
{
    for (size_t i = 0; i < from->count; i++) {
        hist_record_many(hist, hist_slot_from_ns(from->slots[i].index), from->slots[i].count);
    }
    if (from->count > 0) { /* known exactly, unlike what the slots gave */
        hist->overflows = from->overflows;
        hist->min_ns = from->min_ns;
        hist->max_ns = from->max_ns;
        hist->sum_ns = from->sum_ns;
    }
}

/* The exact times of a cicada worker; a garbled histogram leaves the rounded ones. */
static void add_exact(struct wire_merge *merge, struct slice bytes)
{
    struct hdr hdr;

    if (!bytes.bytes) {
        return;
    }
    if (!hdr_decode(&hdr, bytes, merge->arena, merge->err)) {
        merge->odd = true;
        return;
    }
    add_slots(&merge->row->hist, &hdr.service);
    if (hdr.has_intended) {
        add_slots(merge->intended, &hdr.intended);
        merge->row->intended = merge->intended;
    }
}

static void add_phases(struct wire_merge *merge, struct slice bytes)
{
    struct steps steps;

    if (!bytes.bytes) {
        return;
    }
    if (!steps_decode(&steps, bytes, merge->arena, merge->err)) {
        merge->odd = true;
        return;
    }
    for (size_t i = 0; i < PHASES; i++) {
        const struct step *step = &steps.items[i];
        struct phase *phase = &merge->row->phases.steps[i];

        for (size_t k = 0; k < step->count; k++) {
            phase_slots(phase)[step->slots[k].index] = step->slots[k].count;
            phase->count += step->slots[k].count;
        }
        phase->sum_ns = step->sum_ns;
        phase->max_ns = step->max_ns;
    }
}

static const char *text_of(const struct wire_merge *merge, struct slice slice)
{
    return slice.bytes ? arena_strndup(merge->arena, slice.bytes, slice.length) : "";
}

static void fill(struct wire_merge *merge, const struct message_entry *from)
{
    struct entry *row = merge->row;
    int64_t start_ns = wall_ns(merge, from->start_time);

    entry_reset(row, start_ns > 0 ? start_ns : merge->now_ns);
    hist_reset(merge->intended);
    row->intended = NULL;
    row->method = text_of(merge, from->method);
    row->name = text_of(merge, from->name);
    row->num_requests = count_of(from->num_requests);
    row->num_none_requests = count_of(from->num_none_requests);
    row->num_failures = count_of(from->num_failures);
    row->total_content_length = count_of(from->total_content_length);
    /* Go and Java workers name a time, and a least one of 0, where they mean none. */
    row->last_request_ns = row->num_requests > 0 ? wall_ns(merge, from->last_request_timestamp) : 0;
    row->total_response_ns = (hist_sum)(clamp_ms(from->total_response_time) * NS_PER_MS);
    row->max_response_ns = llround(clamp_ms(from->max_response_time) * NS_PER_MS);
    row->max_at_ns = wall_ns(merge, from->max_at);
    row->min_response_ns =
        row->num_requests > row->num_none_requests && from->min_response_time.kind != NUMBER_NIL
            ? llround(clamp_ms(from->min_response_time) * NS_PER_MS)
            : -1;
    for (size_t i = 0; i < from->response_times.count; i++) {
        const struct message_count *item = &from->response_times.items[i];

        buckets_add(&row->buckets, number_int64(item->key, 0), count_of(item->count));
    }
    add_seconds(merge, &row->seconds, &from->num_reqs_per_sec, false);
    add_seconds(merge, &row->seconds, &from->num_fail_per_sec, true);
    add_exact(merge, from->hdr);
    add_phases(merge, from->phases);
}

static void add_samples(struct wire_merge *merge, struct failures *failures,
                        const struct failure *row, const struct value *samples)
{
    struct failure_capture captures[CAPTURES_EACH];
    size_t count;

    if (!wire_samples_read(samples, merge->node, merge->arena, captures, CAPTURES_EACH, &count)) {
        err_set(merge->err, "samples of a failure are no list of maps");
        merge->odd = true;
    }
    for (size_t i = 0; i < count; i++) {
        captures[i].wall_ns = on_our_clock(merge, captures[i].wall_ns);
        failures_capture(failures, row, &captures[i]);
    }
}

static void add_error(struct wire_merge *merge, struct failures *failures,
                      const struct message_error *error)
{
    struct failure failure = {
        .method = text_of(merge, error->method),
        .name = text_of(merge, error->name),
        .text = text_of(merge, error->error),
        .occurrences = count_of(error->occurrences),
        .first_seen_ns = wall_ns(merge, error->first_seen),
        .last_seen_ns = wall_ns(merge, error->last_seen),
        .nodes = &merge->node,
        .node_count = 1,
    };

    const struct failure *row = failures_add(failures, &failure);

    if (error->samples) {
        add_samples(merge, failures, row, error->samples);
    }
}

/* What is no path with a number is left out. */
static void add_tasks(struct wire_merge *merge, struct tasks *tasks, const struct value *map)
{
    static const int64_t most = 1000000000; /* in three seconds */
    bool good = map->kind == VALUE_MAP;

    for (size_t i = 0; map->kind == VALUE_MAP && i < map->count; i++) {
        const struct value *path = &map->items[2 * i], *starts = path + 1;

        if (path->kind == VALUE_TEXT && starts->kind == VALUE_INT && starts->integer >= 0) {
            *tasks_counter(tasks, text_of(merge, path->text)) +=
                (uint64_t)(starts->integer < most ? starts->integer : most);
        } else {
            good = false;
        }
    }
    if (!good) {
        err_set(merge->err, "tasks is no map of numbers");
        merge->odd = true;
    }
}

bool wire_merge_stats(struct wire_merge *merge, struct stats *stats,
                      const struct message_stats *report, const char *node, int64_t ahead_ns,
                      struct arena *arena, struct err *err)
{
    struct entry *row = merge->row;
    const char *method = row->method, *name = row->name; /* its own */

    merge->arena = arena;
    merge->node = node;
    merge->err = err;
    merge->odd = false;
    merge->ahead_ns = ahead_ns;
    merge->now_ns = clock_wall_ns();
    for (size_t i = 0; i < report->entry_count; i++) {
        fill(merge, &report->entries[i]);
        stats_merge_entry(stats, row);
    }
    for (size_t i = 0; i < report->error_count; i++) {
        add_error(merge, stats_failures(stats), &report->errors[i]);
    }
    if (report->tasks) {
        add_tasks(merge, stats_tasks(stats), report->tasks);
    }
    fill(merge, &report->total);
    stats_merge_total(stats, row);
    row->method = method;
    row->name = name;
    row->intended = NULL;
    return !merge->odd;
}

int64_t wire_clock_ahead_ns(const struct message_stats *report, int64_t last_arrival_ns,
                            int64_t now_ns)
{
    int64_t start_ns = ns_of(report->total.start_time);
    int64_t last_ns =
        report->total.num_requests > 0 ? ns_of(report->total.last_request_timestamp) : 0;

    if (start_ns == 0) {
        return 0;
    }
    if (last_arrival_ns == 0) { /* the first: only times of the future tell */
        return last_ns > now_ns + slack_ns ? last_ns - now_ns : 0;
    }
    /* It began after the last one was sent and before this one arrived. */
    int64_t least_ns = start_ns - now_ns, most_ns = start_ns - last_arrival_ns;

    return least_ns > slack_ns || most_ns < -behind_slack_ns ? most_ns : 0;
}
