/* SPDX-License-Identifier: MIT */
/*
 * wire_json.h - the values of messages as JSON, which is how scenarios see them.
 *
 * Keys that are no texts become texts; what JSON has no form for (bytes that are no text, infinite
 * numbers) becomes null.
 */
#ifndef RUNNER_WIRE_JSON_H
#define RUNNER_WIRE_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "proto/value.h"

/* In the arena. NULL value is null. */
const char *wire_json_text(const struct value *value, struct arena *arena);

/* In the arena; NULL with a sentence if the text is no JSON. */
const struct value *wire_json_value(const char *json, struct arena *arena, struct err *err);

/* The pairs of two maps, in the arena. */
struct value *wire_json_joined(const struct value *a, const struct value *b, struct arena *arena);

#endif
