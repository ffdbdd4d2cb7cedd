/* SPDX-License-Identifier: MIT */
/* stats.c - the table of rows. A key is name, NUL, method, NUL. */
#include "stats/stats.h"

#include <stdlib.h>
#include <string.h>

#define LOGGER "locust.stats"
#include "base/log.h"
#include "base/memory.h"
#include "stats/table.h"
#include "stats/text.h"

enum { KEY_MAX = STATS_NAME_MAX + STATS_METHOD_MAX + 2 };

struct row {
    struct entry *entry;
    UT_hash_handle hh; /* stats.rows */
    char key[];
};

struct stats {
    struct stats_config config;
    struct series_budget budget;
    struct entry *total;
    struct row *rows;
    struct row *other; /* also in rows; NULL until something was folded */
    const struct entry **sorted;
    size_t sorted_count, sorted_capacity;
    struct failures *failures;
    struct exceptions *exceptions;
    struct tasks *tasks;
    char key[KEY_MAX]; /* scratch */
};

struct stats *stats_new(const struct stats_config *config, int64_t start_ns)
{
    struct stats *stats = mem_new(sizeof(*stats));

    if (config) {
        stats->config = *config;
    }
    if (stats->config.max_names == 0) {
        stats->config.max_names = STATS_NAMES_MAX;
    }
    stats->budget.left = SERIES_BUDGET_SECONDS;
    /* The total's series is one and needed most: not limited by what the rows use. */
    stats->total = entry_new("", STATS_TOTAL_NAME, start_ns, true, NULL);
    stats->failures = failures_new(stats->config.max_failures);
    stats->exceptions = exceptions_new();
    stats->tasks = tasks_new();
    return stats;
}

static void rows_free(struct stats *stats)
{
    struct row *row, *after;

    HASH_ITER(hh, stats->rows, row, after)
    {
        HASH_DEL(stats->rows, row);
        entry_free(row->entry);
        free(row);
    }
    stats->other = NULL;
    stats->sorted_count = 0;
}

void stats_free(struct stats *stats)
{
    if (!stats) {
        return;
    }
    rows_free(stats);
    entry_free(stats->total);
    failures_free(stats->failures);
    exceptions_free(stats->exceptions);
    tasks_free(stats->tasks);
    free(stats->sorted);
    free(stats);
}

static size_t key_put(char *key, const char *method, const char *name)
{
    size_t length = text_put(key, name, STATS_NAME_MAX) + 1;

    return length + text_put(key + length, method, STATS_METHOD_MAX) + 1;
}

static struct row *row_new(struct stats *stats, size_t length, int64_t start_ns)
{
    struct row *row = mem_new(sizeof(*row) + length);

    memcpy(row->key, stats->key, length);
    row->entry = entry_new(row->key + strlen(row->key) + 1,
                           row->key,
                           start_ns,
                           stats->config.window_names,
                           &stats->budget);
    HASH_ADD_KEYPTR(hh, stats->rows, row->key, length, row);
    return row;
}

/* start_ns: of the row, should it be new; Locust takes the moment it is first heard of. */
static struct entry *entry_of(struct stats *stats, const char *method, const char *name,
                              int64_t start_ns)
{
    size_t length = key_put(stats->key, method, name);
    struct row *row;

    HASH_FIND(hh, stats->rows, stats->key, length, row);
    if (row) {
        return row->entry;
    }
    if (HASH_COUNT(stats->rows) < stats->config.max_names) {
        return row_new(stats, length, start_ns)->entry;
    }
    if (!stats->other) {
        log_warning("statistics: more than %zu request names, the others are counted as %s; "
                    "set name= to group requests",
                    stats->config.max_names,
                    STATS_OTHER_NAMES);
        length = key_put(stats->key, "", STATS_OTHER_NAMES);
        HASH_FIND(hh, stats->rows, stats->key, length, row);
        stats->other = row ? row : row_new(stats, length, start_ns);
    }
    return stats->other->entry;
}

const struct failure *stats_record(struct stats *stats, const struct stats_sample *sample)
{
    struct entry *entry = entry_of(stats, sample->method, sample->name, sample->wall_ns);
    const struct entry_sample seen = {
        .elapsed_ns = sample->elapsed_ns,
        .elapsed_intended_ns = sample->elapsed_intended_ns,
        .wall_ns = sample->wall_ns,
        .content_length = sample->content_length,
        .failed = sample->failure != NULL,
    };

    if (sample->phases) { /* the total's are added up when somebody asks */
        phases_record(&entry->phases, sample->phases);
    }
    entry_record(entry, &seen);
    entry_record(stats->total, &seen);
    return sample->failure ? failures_record(stats->failures,
                                             sample->method,
                                             sample->name,
                                             sample->failure,
                                             sample->wall_ns)
                           : NULL;
}

void stats_reset(struct stats *stats, int64_t start_ns)
{
    for (struct row *row = stats->rows; row; row = row->hh.next) {
        entry_reset(row->entry, start_ns);
    }
    entry_reset(stats->total, start_ns);
    failures_clear(stats->failures);
    tasks_reset(stats->tasks);
}

void stats_clear(struct stats *stats, int64_t start_ns)
{
    rows_free(stats);
    entry_reset(stats->total, start_ns);
    failures_clear(stats->failures);
    tasks_reset(stats->tasks);
    failures_renew_rations(stats->failures);
    exceptions_clear(stats->exceptions);
}

void stats_merge_entry(struct stats *stats, const struct entry *report)
{
    entry_merge(entry_of(stats, report->method, report->name, report->start_ns), report);
}

void stats_merge_total(struct stats *stats, const struct entry *report)
{
    entry_merge(stats->total, report);
}

void stats_merge(struct stats *stats, const struct stats *other)
{
    for (const struct row *row = other->rows; row; row = row->hh.next) {
        stats_merge_entry(stats, row->entry);
    }
    stats_merge_total(stats, other->total);
    failures_merge(stats->failures, other->failures);
}

const struct entry *stats_total(const struct stats *stats)
{
    return stats->total;
}

const struct entry *stats_find(struct stats *stats, const char *method, const char *name)
{
    size_t length = key_put(stats->key, method, name);
    struct row *row;

    HASH_FIND(hh, stats->rows, stats->key, length, row);
    return row ? row->entry : NULL;
}

bool stats_phases(struct stats *stats, const char *method, const char *name, struct phases *phases)
{
    const struct entry *entry = name ? stats_find(stats, method, name) : NULL;

    *phases = (struct phases){0};
    if (entry) {
        phases_merge(phases, &entry->phases);
    }
    for (const struct row *row = name ? NULL : stats->rows; row; row = row->hh.next) {
        phases_merge(phases, &row->entry->phases);
    }
    return entry || !name;
}

size_t stats_count(const struct stats *stats)
{
    return HASH_COUNT(stats->rows);
}

static int compare(const void *left, const void *right)
{
    const struct entry *a = *(const struct entry *const *)left;
    const struct entry *b = *(const struct entry *const *)right;
    int order = strcmp(a->name, b->name);

    return order ? order : strcmp(a->method, b->method);
}

const struct entry *const *stats_sorted(struct stats *stats)
{
    size_t count = stats_count(stats);

    /* Rows are never removed one by one, so the same number means the same rows. */
    if (count == stats->sorted_count && stats->sorted) {
        return stats->sorted;
    }
    if (count > stats->sorted_capacity || !stats->sorted) {
        stats->sorted_capacity = count + 16;
        stats->sorted = mem_resize(stats->sorted, stats->sorted_capacity, sizeof(*stats->sorted));
    }
    stats->sorted_count = 0;
    for (const struct row *row = stats->rows; row; row = row->hh.next) {
        stats->sorted[stats->sorted_count++] = row->entry;
    }
    qsort(stats->sorted, count, sizeof(*stats->sorted), compare);
    return stats->sorted;
}

struct failures *stats_failures(const struct stats *stats)
{
    return stats->failures;
}

struct exceptions *stats_exceptions(const struct stats *stats)
{
    return stats->exceptions;
}

struct tasks *stats_tasks(const struct stats *stats)
{
    return stats->tasks;
}

uint64_t stats_folded(const struct stats *stats)
{
    return stats->other ? stats->other->entry->num_requests : 0;
}
