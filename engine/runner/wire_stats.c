/* SPDX-License-Identifier: MIT */
#include "runner/wire_stats.h"

#include "base/buf.h"
#include "base/clock.h"
#include "proto/hdr.h"
#include "proto/steps.h"
#include "runner/wire_samples.h"

_Static_assert((int)STEPS == (int)PHASES && (int)STEP_SLOTS == (int)PHASE_SLOTS, "same slots");

static double ms_of(double ns)
{
    return ns / NS_PER_MS;
}

static void fill_response_times(struct message_counts *counts, const struct buckets *buckets,
                                struct arena *arena)
{
    struct bucket bucket;
    size_t position = 0, count = 0;

    while (buckets_next(buckets, &position, &bucket)) {
        count++;
    }
    counts->items = arena_alloc(arena, (count + 1) * sizeof(*counts->items));
    counts->count = count;
    position = 0;
    for (size_t i = 0; buckets_next(buckets, &position, &bucket); i++) {
        counts->items[i] =
            (struct message_count){.key = number_int(bucket.key_ms), .count = bucket.count};
    }
}

/* One of the two numbers of each second; those that are zero are left out, as Python's are. */
static void fill_seconds(struct message_counts *counts, const struct series *series, bool failures,
                         struct arena *arena)
{
    struct series_second second;
    int64_t position = INT64_MIN;
    size_t count = 0;

    while (series_next(series, &position, &second)) {
        count++;
    }
    counts->items = arena_alloc(arena, (count + 1) * sizeof(*counts->items));
    counts->count = 0;
    position = INT64_MIN;
    while (series_next(series, &position, &second)) {
        uint32_t value = failures ? second.failures : second.requests;

        if (value > 0) {
            counts->items[counts->count++] =
                (struct message_count){.key = number_int(second.second), .count = value};
        }
    }
}

static struct hdr_histogram hdr_of(const struct hist *hist, struct arena *arena)
{
    struct hist_slot slot;
    size_t position = 0, count = 0;

    while (hist_next(hist, &position, &slot)) {
        count++;
    }
    struct leb_slot *slots = arena_alloc(arena, (count + 1) * sizeof(*slots));

    position = 0;
    for (size_t i = 0; hist_next(hist, &position, &slot); i++) {
        slots[i] =
            (struct leb_slot){.index = (uint32_t)hist_index(slot.from_ns), .count = slot.count};
    }
    return (struct hdr_histogram){
        .overflows = hist->overflows,
        .min_ns = hist->min_ns,
        .max_ns = hist->max_ns,
        .sum_ns = hist->sum_ns,
        .slots = slots,
        .count = count,
    };
}

static struct slice encode_hdr(const struct entry *entry, struct arena *arena)
{
    struct hdr hdr = {.service = hdr_of(&entry->hist, arena)};
    struct buf out;

    if (entry->intended) {
        hdr.intended = hdr_of(entry->intended, arena);
        hdr.has_intended = true;
    }
    buf_init(&out, HDR_MAX_BYTES);
    hdr_encode(&out, &hdr);
    struct slice bytes = {.bytes = arena_strndup(arena, buf_text(&out), out.length),
                          .length = out.length};

    buf_fini(&out);
    return bytes;
}

static struct step step_of(const struct phase *phase, struct arena *arena)
{
    struct step step = {.sum_ns = phase->sum_ns, .max_ns = phase->max_ns};

    if (phase->count == 0) {
        return (struct step){0};
    }
    step.slots = arena_alloc(arena, PHASE_SLOTS * sizeof(*step.slots));
    for (size_t i = 0; i < PHASE_SLOTS; i++) {
        if (phase->slots[i] > 0) {
            step.slots[step.count++] =
                (struct leb_slot){.index = (uint32_t)i, .count = phase->slots[i]};
        }
    }
    return step;
}

/* No bytes if nothing was measured. */
static struct slice encode_phases(const struct phases *phases, struct arena *arena)
{
    struct steps steps;
    struct slice bytes = {0};
    struct buf out;
    size_t taken = 0;

    for (size_t i = 0; i < STEPS; i++) {
        steps.items[i] = step_of(&phases->steps[i], arena);
        taken += steps.items[i].count;
    }
    if (taken > 0) {
        buf_init(&out, STEPS_MAX_BYTES);
        steps_encode(&out, &steps);
        bytes = (struct slice){.bytes = arena_strndup(arena, buf_text(&out), out.length),
                               .length = out.length};
        buf_fini(&out);
    }
    return bytes;
}

static void fill_entry(struct message_entry *message, const struct entry *entry,
                       struct wire_wants wants, struct arena *arena)
{
    bool timed = entry_timed(entry) > 0;

    *message = (struct message_entry){
        .name = slice_of(entry->name),
        .method = slice_of(entry->method),
        .last_request_timestamp = entry->last_request_ns > 0
                                      ? number_float(seconds_from_ns(entry->last_request_ns))
                                      : number_nil(),
        .start_time = number_float(seconds_from_ns(entry->start_ns)),
        /* Python's sums start as the integer 0. */
        .total_response_time =
            timed ? number_float(ms_of((double)entry->total_response_ns)) : number_int(0),
        .max_response_time =
            timed ? number_float(ms_of((double)entry->max_response_ns)) : number_int(0),
        .min_response_time =
            timed ? number_float(ms_of((double)entry->min_response_ns)) : number_nil(),
        .num_requests = entry->num_requests,
        .num_none_requests = entry->num_none_requests,
        .num_failures = entry->num_failures,
        .total_content_length = (int64_t)entry->total_content_length,
    };
    fill_response_times(&message->response_times, &entry->buckets, arena);
    fill_seconds(&message->num_reqs_per_sec, &entry->seconds, false, arena);
    fill_seconds(&message->num_fail_per_sec, &entry->seconds, true, arena);
    if (wants.hdr && timed) {
        message->hdr = encode_hdr(entry, arena);
    }
    if (wants.detail) {
        message->phases = encode_phases(&entry->phases, arena);
    }
    if (wants.detail && entry->max_at_ns > 0) {
        message->max_at = number_float(seconds_from_ns(entry->max_at_ns));
    }
}

static void fill_errors(struct message_stats *message, struct failures *failures,
                        struct arena *arena)
{
    const struct failure *const *rows = failures_sorted(failures);
    size_t count = failures_count(failures);

    message->errors = arena_alloc(arena, (count + 1) * sizeof(*message->errors));
    message->error_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct failure *row = rows[i];
        char *key = arena_alloc(arena, FAILURE_KEY_SIZE);

        failure_key(row->method, row->name, row->text, key);
        message->errors[i] = (struct message_error){
            .key = slice_of(key),
            .name = slice_of(row->name),
            .method = slice_of(row->method),
            .error = slice_of(row->text),
            .occurrences = row->occurrences,
            .first_seen = number_float(seconds_from_ns(row->first_seen_ns)),
            .last_seen = number_float(seconds_from_ns(row->last_seen_ns)),
            .samples = wire_samples_value(row, arena),
        };
    }
}

/* NULL if none was started. */
static const struct value *tasks_value(const struct tasks *tasks, struct arena *arena)
{
    size_t position = 0, count = 0;
    uint64_t starts;

    while (tasks_next(tasks, &position, &starts)) {
        count++;
    }
    if (count == 0) {
        return NULL;
    }
    struct value *map = arena_alloc(arena, sizeof(*map));
    struct value *items = arena_alloc(arena, 2 * count * sizeof(*items));

    *map = (struct value){.kind = VALUE_MAP, .items = items, .count = count};
    position = 0;
    for (const char *path; (path = tasks_next(tasks, &position, &starts));) {
        *items++ = (struct value){.kind = VALUE_TEXT, .text = slice_of(path)};
        *items++ = (struct value){.kind = VALUE_INT, .integer = (int64_t)starts};
    }
    return map;
}

void wire_stats_fill(struct message_stats *message, struct stats *stats, struct wire_wants wants,
                     struct arena *arena)
{
    const struct entry *const *rows = stats_sorted(stats);
    size_t count = stats_count(stats);

    *message = (struct message_stats){.user_count = -1};
    message->entries = arena_alloc(arena, (count + 1) * sizeof(*message->entries));
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->num_requests > 0 || rows[i]->num_failures > 0) {
            fill_entry(&message->entries[message->entry_count++], rows[i], wants, arena);
        }
    }
    fill_entry(&message->total, stats_total(stats), wants, arena);
    fill_errors(message, stats_failures(stats), arena);
    if (wants.detail) {
        message->tasks = tasks_value(stats_tasks(stats), arena);
    }
}
