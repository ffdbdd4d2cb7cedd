/* SPDX-License-Identifier: MIT */
/* message_stats.c - a worker's report. */
#include "base/ensure.h"
#include "proto/field.h"
#include "proto/message_parts.h"
#include "proto/writer.h"

static void read_counts(struct reader *reader, void *part, const char *what)
{
    struct message_counts *counts = part;

    counts->count = reader_map(reader, what);
    counts->items = reader_room(reader, &counts->count, sizeof(*counts->items));
    for (size_t i = 0; i < counts->count && !reader->failed; i++) {
        counts->items[i].key = reader_number(reader, what);
        if (counts->items[i].key.kind == NUMBER_NIL) {
            reader_fail(reader, "a key of %s is no number", what);
        }
        counts->items[i].count = reader_count(reader, what);
    }
}

static void write_counts(struct buf *out, const void *part)
{
    const struct message_counts *counts = part;

    writer_map(out, counts->count);
    for (size_t i = 0; i < counts->count; i++) {
        writer_number(out, counts->items[i].key);
        writer_int(out, counts->items[i].count);
    }
}

#define COUNTS(member)                                                                             \
    FIELD_WITH(PART, #member, 0, message_entry, member, read_counts, write_counts)

static const struct field entry_fields[] = {
    FIELD(TEXT, "name", FIELD_REQUIRED, message_entry, name),
    FIELD(TEXT, "method", 0, message_entry, method),
    FIELD(NUMBER, "last_request_timestamp", 0, message_entry, last_request_timestamp),
    FIELD(NUMBER, "start_time", 0, message_entry, start_time),
    FIELD(COUNT, "num_requests", 0, message_entry, num_requests),
    FIELD(COUNT, "num_none_requests", 0, message_entry, num_none_requests),
    FIELD(COUNT, "num_failures", 0, message_entry, num_failures),
    FIELD(NUMBER, "total_response_time", 0, message_entry, total_response_time),
    FIELD(NUMBER, "max_response_time", 0, message_entry, max_response_time),
    FIELD(NUMBER, "min_response_time", 0, message_entry, min_response_time),
    FIELD(COUNT, "total_content_length", 0, message_entry, total_content_length),
    COUNTS(response_times),
    COUNTS(num_reqs_per_sec),
    COUNTS(num_fail_per_sec),
    FIELD(BYTES, "hdr", FIELD_OPTIONAL, message_entry, hdr),
    FIELD(BYTES, "phases", FIELD_OPTIONAL, message_entry, phases),
    FIELD(SENSOR, "max_at", FIELD_OPTIONAL, message_entry, max_at),
};

static const struct field error_fields[] = {
    FIELD(TEXT, "name", 0, message_error, name),
    FIELD(TEXT, "method", 0, message_error, method),
    FIELD(TEXT, "error", FIELD_REQUIRED, message_error, error),
    FIELD(COUNT, "occurrences", FIELD_REQUIRED, message_error, occurrences),
    FIELD(NUMBER, "first_seen", FIELD_OPTIONAL, message_error, first_seen),
    FIELD(NUMBER, "last_seen", FIELD_OPTIONAL, message_error, last_seen),
    FIELD(TREE, "samples", FIELD_OPTIONAL, message_error, samples),
};

static void read_total(struct reader *reader, void *entry, const char *what)
{
    fields_read(reader, "it", entry_fields, ARRAY_LEN(entry_fields), entry);
    if (reader->failed) {
        err_prefix(reader->err, "%s", what);
    }
}

static void write_entry(struct buf *out, const void *entry)
{
    fields_write(out, entry_fields, ARRAY_LEN(entry_fields), entry);
}

static void read_entries(struct reader *reader, void *part, const char *what)
{
    struct message_stats *stats = part;

    stats->entry_count = reader_array(reader, what);
    stats->entries = reader_room(reader, &stats->entry_count, sizeof(*stats->entries));
    for (size_t i = 0; i < stats->entry_count && !reader->failed; i++) {
        fields_read(reader, "it", entry_fields, ARRAY_LEN(entry_fields), &stats->entries[i]);
        if (reader->failed) {
            err_prefix(reader->err, "entry %zu", i);
        }
    }
}

static void write_entries(struct buf *out, const void *part)
{
    const struct message_stats *stats = part;

    writer_array(out, stats->entry_count);
    for (size_t i = 0; i < stats->entry_count; i++) {
        write_entry(out, &stats->entries[i]);
    }
}

static void read_errors(struct reader *reader, void *part, const char *what)
{
    struct message_stats *stats = part;

    stats->error_count = reader_map(reader, what);
    stats->errors = reader_room(reader, &stats->error_count, sizeof(*stats->errors));
    for (size_t i = 0; i < stats->error_count && !reader->failed; i++) {
        stats->errors[i].key = reader_text(reader, "its key");
        fields_read(reader, "it", error_fields, ARRAY_LEN(error_fields), &stats->errors[i]);
        if (reader->failed) {
            err_prefix(reader->err, "error %zu", i);
        }
    }
}

static void write_errors(struct buf *out, const void *part)
{
    const struct message_stats *stats = part;

    writer_map(out, stats->error_count);
    for (size_t i = 0; i < stats->error_count; i++) {
        writer_text(out, stats->errors[i].key);
        fields_write(out, error_fields, ARRAY_LEN(error_fields), &stats->errors[i]);
    }
}

static const struct field stats_fields[] = {
    /* An array is two members: its functions get the whole. */
    {
        .key = "stats",
        .kind = FIELD_PART,
        .flags = FIELD_REQUIRED,
        .read = read_entries,
        .write = write_entries,
    },
    FIELD_WITH(PART, "stats_total", FIELD_REQUIRED, message_stats, total, read_total, write_entry),
    {
        .key = "errors",
        .kind = FIELD_PART,
        .flags = FIELD_REQUIRED,
        .read = read_errors,
        .write = write_errors,
    },
    FIELD_WITH(PART, "user_classes_count", 0, message_stats, classes, classes_read, classes_write),
    FIELD(COUNT, "user_count", FIELD_OPTIONAL, message_stats, user_count),
    FIELD(TREE, "tasks", FIELD_OPTIONAL, message_stats, tasks),
};

void data_read_stats(struct reader *reader, struct message *message)
{
    message->stats.user_count = -1;
    fields_read(reader, "the data", stats_fields, ARRAY_LEN(stats_fields), &message->stats);
}

void data_write_stats(struct buf *out, const struct message *message)
{
    fields_write_more(
        out, stats_fields, ARRAY_LEN(stats_fields), &message->stats, message->stats.extra);
}
