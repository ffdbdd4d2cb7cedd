/* SPDX-License-Identifier: MIT */
/*
 * pyjson.h - a jansson value as Python's json.dumps(value, indent=4) writes it: ASCII, floats as
 * repr(), members in the order in which they were set.
 */
#ifndef REPORT_PYJSON_H
#define REPORT_PYJSON_H

#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"

/* Appends the value as it stands at that depth of a larger one: the first line is not indented. */
void pyjson_add(struct buf *out, const json_t *value, size_t depth);

void pyjson_newline(struct buf *out, size_t depth); /* and the blanks of that depth */

#endif
