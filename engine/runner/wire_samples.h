/* SPDX-License-Identifier: MIT */
/*
 * wire_samples.h - failed requests as a worker of ours reports them with their kind: what was sent
 * and came back, secrets masked by the worker.
 */
#ifndef RUNNER_WIRE_SAMPLES_H
#define RUNNER_WIRE_SAMPLES_H

#include "base/arena.h"
#include "proto/value.h"
#include "stats/failure.h"

/* In the arena, texts borrowed from the failure; NULL if it has none. */
const struct value *wire_samples_value(const struct failure *failure, struct arena *arena);

/* Fills at most most captures, in the arena; times are the worker's. False if there is something
 * that makes no sense; what does is there nevertheless. */
bool wire_samples_read(const struct value *samples, const char *worker, struct arena *arena,
                       struct failure_capture *captures, size_t most, size_t *count);

#endif
