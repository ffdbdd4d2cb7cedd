/* SPDX-License-Identifier: MIT */
/*
 * golden.h - the requests that golden/make.py gave to Locust, given to our statistics, and the
 * texts that Locust printed for them.
 */
#ifndef UNIT_REPORT_GOLDEN_H
#define UNIT_REPORT_GOLDEN_H

#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/memory.h"
#include "runner/snapshot.h"

static const char *const golden_cases[] = {"empty", "mixed", "odd", "untimed"};
enum { GOLDEN_CASES = sizeof(golden_cases) / sizeof(golden_cases[0]) };

/* Owned by the caller; fails the test when there is no such file. */
static inline char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = mem_new(32 * 1024 * 1024);

    if (!file) {
        fail_msg("can't open %s", path);
        return text;
    }
    text[fread(text, 1, 32 * 1024 * 1024 - 1, file)] = '\0';
    fclose(file);
    return text;
}

static inline char *golden_text(const char *test_case, const char *suffix)
{
    char *path = mem_printf("%s/%s.%s", GOLDEN_PATH, test_case, suffix);
    char *text = read_all(path);

    free(path);
    return text;
}

static inline int64_t golden_ns(const json_t *seconds, double unit)
{
    return llround(json_number_value(seconds) * unit);
}

/* A snapshot of the case's statistics; free them by golden_free(). */
static inline struct snapshot golden_snapshot(const char *test_case)
{
    char *text = golden_text(test_case, "samples.json");
    json_t *document = json_loads(text, 0, NULL), *sample, *exception;
    int64_t start_ns = golden_ns(json_object_get(document, "start"), 1e9);
    struct stats_config config = {.window_names = true};
    struct stats *stats = stats_new(&config, start_ns);
    size_t i;

    json_array_foreach(json_object_get(document, "samples"), i, sample)
    {
        json_t *ms = json_object_get(sample, "ms");

        stats_record(
            stats,
            &(struct stats_sample){
                .method = json_string_value(json_object_get(sample, "method")),
                .name = json_string_value(json_object_get(sample, "name")),
                .failure = json_string_value(json_object_get(sample, "failure")),
                .elapsed_ns = json_is_null(ms) ? -1 : golden_ns(ms, 1e6),
                .wall_ns = start_ns + golden_ns(json_object_get(sample, "at"), 1e9),
                .content_length = (uint64_t)json_integer_value(json_object_get(sample, "size")),
            });
    }
    json_array_foreach(json_object_get(document, "exceptions"), i, exception)
    {
        for (json_int_t n = json_integer_value(json_object_get(exception, "count")); n > 0; n--) {
            exceptions_record(stats_exceptions(stats),
                              "local",
                              json_string_value(json_object_get(exception, "msg")),
                              json_string_value(json_object_get(exception, "traceback")),
                              5);
        }
    }
    struct snapshot snapshot = {
        .now_ns = golden_ns(json_object_get(document, "now"), 1e9),
        .start_ns = start_ns,
        .state = RUN_RUNNING,
        .stats = stats,
        .users = 7,
    };

    json_decref(document);
    free(text);
    return snapshot;
}

static inline void golden_free(struct snapshot *snapshot)
{
    stats_free(snapshot->stats);
}

/* One request more. */
static inline void record(struct snapshot *snapshot, const char *name, const char *failure,
                          int64_t elapsed_ns)
{
    stats_record(snapshot->stats,
                 &(struct stats_sample){
                     .method = "GET",
                     .name = name,
                     .failure = failure,
                     .elapsed_ns = elapsed_ns,
                     .wall_ns = snapshot->now_ns,
                     .content_length = 10,
                 });
}

static inline struct snapshot empty_snapshot(void)
{
    struct snapshot snapshot = {.start_ns = 1000 * NS_PER_S, .now_ns = 1000 * NS_PER_S};

    snapshot.stats = stats_new(NULL, snapshot.start_ns);
    return snapshot;
}

/* Shows where two texts part, which a comparison of pages of them does not. */
static inline void check_same_text(const char *what, const char *got, const char *want)
{
    size_t line = 1, begin = 0, i = 0;

    for (; got[i] && got[i] == want[i]; i++) {
        if (got[i] == '\n') {
            line++;
            begin = i + 1;
        }
    }
    if (got[i] != want[i]) {
        fail_msg("%s, line %zu: got\n%.*s\nwant\n%.*s",
                 what,
                 line,
                 (int)strcspn(got + begin, "\n"),
                 got + begin,
                 (int)strcspn(want + begin, "\n"),
                 want + begin);
    }
}

static inline char *temporary_directory(void)
{
    char *path = mem_strdup("/tmp/cicada-test-XXXXXX");

    CHECK(mkdtemp(path) != NULL);
    return path;
}

#endif
