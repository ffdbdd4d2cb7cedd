/* SPDX-License-Identifier: MIT */
/* window.c - copies of a bucket table, one a second, and the difference to one of them. */
#include "stats/window.h"

#include <stdlib.h>

#include "base/memory.h"

enum { COPIES = 20, WINDOW_SECONDS = 10, WINDOW_SLACK = 8 };

struct copy {
    int64_t second;
    uint64_t n;
    struct bucket *list; /* ascending */
    size_t length, capacity;
};

struct window {
    struct copy copies[COPIES];
    size_t stored; /* ever; copy i of them sits at i % COPIES */
};

struct window *window_new(void)
{
    return mem_new(sizeof(struct window));
}

void window_free(struct window *window)
{
    for (size_t i = 0; window && i < COPIES; i++) {
        free(window->copies[i].list);
    }
    free(window);
}

void window_reset(struct window *window)
{
    window->stored = 0;
}

static size_t kept(const struct window *window)
{
    return window->stored < COPIES ? window->stored : COPIES;
}

static const struct copy *find(const struct window *window, int64_t second)
{
    for (size_t i = 0; i < kept(window); i++) {
        if (window->copies[i].second == second) {
            return &window->copies[i];
        }
    }
    return NULL;
}

void window_store(struct window *window, int64_t second, const struct buckets *buckets, uint64_t n)
{
    const struct copy *same = find(window, second);
    struct copy *copy =
        same ? &window->copies[same - window->copies] : &window->copies[window->stored++ % COPIES];
    size_t distinct = buckets_distinct(buckets);

    if (distinct > copy->capacity) {
        /* Room to spare: a few new keys each second must not mean an allocation each second. */
        copy->capacity = distinct + distinct / 2 + 16;
        copy->list = mem_resize(copy->list, copy->capacity, sizeof(struct bucket));
    }
    copy->second = second;
    copy->n = n;
    copy->length = buckets_list(buckets, copy->list);
}

static const struct copy *ten_seconds_before(const struct window *window, int64_t now_second)
{
    int64_t middle = now_second - WINDOW_SECONDS;
    const struct copy *copy = find(window, middle);

    for (int64_t off = 1; !copy && off <= WINDOW_SLACK; off++) {
        copy = find(window, middle - off);
        if (!copy) {
            copy = find(window, middle + off);
        }
    }
    return copy;
}

bool window_percentile_ms(const struct window *window, int64_t now_second,
                          const struct buckets *buckets, uint64_t n, double fraction, int64_t *ms)
{
    const struct copy *old = ten_seconds_before(window, now_second);

    if (!old) {
        return false;
    }
    struct bucket *since = mem_array(buckets_distinct(buckets) + 1, sizeof(*since));
    struct bucket bucket;
    size_t length = 0, at = 0;

    for (size_t position = 0; buckets_next(buckets, &position, &bucket);) {
        while (at < old->length && old->list[at].key_ms < bucket.key_ms) {
            at++;
        }
        bool was_there = at < old->length && old->list[at].key_ms == bucket.key_ms;
        uint64_t before = was_there ? old->list[at].count : 0;

        if (bucket.count > before) {
            since[length++] = (struct bucket){bucket.key_ms, bucket.count - before};
        }
    }
    *ms = bucket_list_percentile_ms(since, length, n > old->n ? n - old->n : 0, fraction);
    free(since);
    return true;
}
