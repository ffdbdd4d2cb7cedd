/* SPDX-License-Identifier: MIT */
/*
 * window.h - the response times of the last ten seconds or so, for "current" percentiles.
 *
 * As Locust does, a copy of the whole bucket table is put away once a second and the window is the
 * difference between now and the copy of about ten seconds ago. The 20 newest copies are kept,
 * each as a list of the keys in use (16 bytes a key); their memory is reused.
 */
#ifndef STATS_WINDOW_H
#define STATS_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "stats/buckets.h"

struct window; /* opaque */

struct window *window_new(void);          /* owned by the caller */
void window_free(struct window *window);  /* NULL is fine */
void window_reset(struct window *window); /* forgets every copy */

/* Puts away the table as it stood at the end of that second; n is its number of timed requests.
 * A second that is there already is replaced. */
void window_store(struct window *window, int64_t second, const struct buckets *buckets, uint64_t n);

/*
 * The percentile over what came since the copy nearest to ten seconds before now (8 either way at
 * most). False if there is no such copy. Zero if there is one and nothing came since.
 */
bool window_percentile_ms(const struct window *window, int64_t now_second,
                          const struct buckets *buckets, uint64_t n, double fraction, int64_t *ms);

#endif
