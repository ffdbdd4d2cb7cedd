/* SPDX-License-Identifier: MIT */
/*
 * worker_metrics.h - a worker's own numbers for Prometheus. Their names differ from the master's,
 * which has the same requests in its totals: a sum over both would count them twice.
 */
#ifndef WEB_WORKER_METRICS_H
#define WEB_WORKER_METRICS_H

#include "base/buf.h"
#include "runner/worker_status.h"

void worker_metrics_write(struct buf *out, const struct worker_status *status);

#endif
