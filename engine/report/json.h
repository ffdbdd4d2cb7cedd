/* SPDX-License-Identifier: MIT */
/*
 * json.h - the final statistics in Locust's JSON schema: an array with an object for each row that
 * counted something, in the order of (name, method), without a total.
 *
 * Times are milliseconds, points in time Unix seconds, keys of response_times Locust's rounded
 * milliseconds. Making it changes nothing: unlike in Locust, other outputs may follow.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "runner/snapshot.h"

/* False when the stream does not take it (errno says why). */
bool json_print(FILE *stream, const struct snapshot *snapshot);

/* To NAME.json, replacing it. False with a sentence when it can't be written in full. */
bool json_write_file(const char *name, const struct snapshot *snapshot, struct err *err);

#endif
