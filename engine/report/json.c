/* SPDX-License-Identifier: MIT */
/* json.c - written row by row: a long run of many names would be large as one document. */
#include "report/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/memory.h"
#include "report/pyjson.h"
#include "report/utf8.h"

enum { ROW_MAX = 64 * 1024 * 1024 };

/* Numbers that nothing was added to are integers in Locust. */
static json_t *milliseconds(double ms, bool known)
{
    return known ? json_real(ms) : json_integer(0);
}

/* The fraction apart: nanoseconds since 1970 are too many for a double. */
static json_t *moment(int64_t wall_ns)
{
    return json_real((double)(wall_ns / NS_PER_S) + (double)(wall_ns % NS_PER_S) / 1e9);
}

static json_t *response_times(const struct entry *entry)
{
    json_t *object = json_object();
    struct bucket bucket;
    char key[32];

    for (size_t position = 0; buckets_next(&entry->buckets, &position, &bucket);) {
        snprintf(key, sizeof(key), "%lld", (long long)bucket.key_ms);
        json_object_set_new(object, key, json_integer((json_int_t)bucket.count));
    }
    return object;
}

static json_t *per_second(const struct entry *entry, bool failures)
{
    json_t *object = json_object();
    struct series_second second;
    char key[32];

    for (int64_t position = INT64_MIN; series_next(&entry->seconds, &position, &second);) {
        uint32_t count = failures ? second.failures : second.requests;

        if (count > 0) {
            snprintf(key, sizeof(key), "%lld", (long long)second.second);
            json_object_set_new(object, key, json_integer(count));
        }
    }
    return object;
}

static json_t *text(const char *bytes)
{
    struct buf clean;

    buf_init(&clean, ROW_MAX);
    utf8_add(&clean, bytes);
    json_t *string = json_string(buf_text(&clean));

    buf_fini(&clean);
    return string;
}

static json_t *row(const struct entry *entry)
{
    bool timed = entry_timed(entry) > 0;
    json_t *object = json_object();

    json_object_set_new(object, "name", text(entry->name));
    json_object_set_new(object, "method", text(entry->method));
    json_object_set_new(object,
                        "last_request_timestamp",
                        entry->last_request_ns ? moment(entry->last_request_ns) : json_null());
    json_object_set_new(object, "start_time", moment(entry->start_ns));
    json_object_set_new(object, "num_requests", json_integer((json_int_t)entry->num_requests));
    json_object_set_new(
        object, "num_none_requests", json_integer((json_int_t)entry->num_none_requests));
    json_object_set_new(object, "num_failures", json_integer((json_int_t)entry->num_failures));
    json_object_set_new(
        object, "total_response_time", milliseconds((double)entry->total_response_ns / 1e6, timed));
    json_object_set_new(
        object, "max_response_time", milliseconds(entry_max_ms(entry), entry->max_response_ns > 0));
    json_object_set_new(
        object, "min_response_time", timed ? json_real(entry_min_ms(entry)) : json_null());
    json_object_set_new(
        object, "total_content_length", json_integer((json_int_t)entry->total_content_length));
    json_object_set_new(object, "response_times", response_times(entry));
    json_object_set_new(object, "num_reqs_per_sec", per_second(entry, false));
    json_object_set_new(object, "num_fail_per_sec", per_second(entry, true));
    return object;
}

static void write_row(FILE *stream, const struct entry *entry, bool first)
{
    struct buf out;
    json_t *object = row(entry);

    buf_init(&out, ROW_MAX);
    buf_puts(&out, first ? "[" : ",");
    pyjson_newline(&out, 1);
    pyjson_add(&out, object, 1);
    fwrite(buf_text(&out), 1, out.length, stream);
    buf_fini(&out);
    json_decref(object);
}

static bool print(FILE *stream, const struct snapshot *snapshot)
{
    const struct entry *const *rows = stats_sorted(snapshot->stats);
    size_t written = 0;

    for (size_t i = 0; i < stats_count(snapshot->stats); i++) {
        if (rows[i]->num_requests > 0 || rows[i]->num_failures > 0) {
            write_row(stream, rows[i], written++ == 0);
        }
    }
    fputs(written > 0 ? "\n]" : "[]", stream);
    return !ferror(stream);
}

bool json_print(FILE *stream, const struct snapshot *snapshot)
{
    return print(stream, snapshot) && putc('\n', stream) != EOF && fflush(stream) == 0;
}

bool json_write_file(const char *name, const struct snapshot *snapshot, struct err *err)
{
    char *path = mem_printf("%s.json", name);
    FILE *stream = fopen(path, "we");
    bool written = stream && print(stream, snapshot);

    /* Full disks show when the buffer is written. */
    if (stream && fclose(stream) != 0) {
        written = false;
    }
    if (!written) {
        err_set(err, "can't write %s: %s", path, strerror(errno));
    }
    free(path);
    return written;
}
