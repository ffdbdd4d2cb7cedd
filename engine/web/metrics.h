/* SPDX-License-Identifier: MIT */
/*
 * metrics.h - a runner's numbers for Prometheus.
 */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include "base/buf.h"
#include "runner/snapshot.h"
#include "watch/watch.h"

/* Names of our own; the rates are left out where nobody watches (current: NULL). */
void metrics_write(struct buf *out, const struct snapshot *snapshot,
                   const struct watch_window *current);

/*
 * Whether a test could begin: workers, if there are any to wait for. If not, why gets a line
 * without its end.
 */
bool metrics_ready(const struct snapshot *snapshot, size_t workers_wanted, struct buf *why);

#endif
