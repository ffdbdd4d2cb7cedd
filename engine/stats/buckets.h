/* SPDX-License-Identifier: MIT */
/*
 * buckets.h - Locust's dictionary of rounded response times: the compatible side.
 *
 * A key is whole milliseconds: exact below 100, to the nearest 10 below 1,000, 100 below 10,000
 * and 1,000 above; ties go to even, as in Python. Percentiles and the median follow Locust's rules
 * to the letter, so that the same requests print the same numbers.
 *
 * Keys below 10 s sit in a fixed table of 2.2 KB. Others, and keys off the grid that a worker with
 * its own rounding may send, sit in a sorted list of at most BUCKETS_SPARSE_MAX keys; when it is
 * full, further keys count under the nearest one at or below.
 */
#ifndef STATS_BUCKETS_H
#define STATS_BUCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BUCKETS_DENSE = 280, BUCKETS_SPARSE_MAX = 4096 };

struct bucket {
    int64_t key_ms;
    uint64_t count;
};

struct buckets {
    /* private */
    uint64_t dense[BUCKETS_DENSE];
    struct bucket *sparse; /* ascending */
    size_t sparse_count, sparse_capacity;
};

void buckets_init(struct buckets *buckets);
void buckets_fini(struct buckets *buckets);  /* zeroed is fine */
void buckets_reset(struct buckets *buckets); /* keeps the memory */

/* The key of a time; negative times count as 0. */
int64_t buckets_key_ms(int64_t elapsed_ns);

void buckets_record(struct buckets *buckets, int64_t elapsed_ns);

/* Adds to any key, on the grid or not; negative keys count as 0. */
void buckets_add(struct buckets *buckets, int64_t key_ms, uint64_t count);
void buckets_merge(struct buckets *buckets, const struct buckets *other);

uint64_t buckets_count(const struct buckets *buckets, int64_t key_ms); /* 0 if absent */
uint64_t buckets_total(const struct buckets *buckets);

/* Non-empty keys, ascending. Start with *position 0; false at the end. */
bool buckets_next(const struct buckets *buckets, size_t *position, struct bucket *bucket);

/*
 * Locust's calculate_response_time_percentile: n is the number of timed requests, which a broken
 * peer may report differently from the sum of the counts. 0 if empty.
 */
int64_t buckets_percentile_ms(const struct buckets *buckets, uint64_t n, double fraction);

/* Locust's median_from_dict, not yet clamped to minimum and maximum; 0 if empty. */
int64_t buckets_median_ms(const struct buckets *buckets, uint64_t n);

/* The same percentile over any list of buckets in ascending order. */
int64_t bucket_list_percentile_ms(const struct bucket *list, size_t length, uint64_t n,
                                  double fraction);

/* Copies the non-empty keys in ascending order into a list that holds at least
 * buckets_distinct(); returns how many there were. */
size_t buckets_distinct(const struct buckets *buckets);
size_t buckets_list(const struct buckets *buckets, struct bucket *list);

#endif
