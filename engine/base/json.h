/* SPDX-License-Identifier: MIT */
/*
 * json.h - values in a jansson document by path.
 *
 * A path names object members with dots and array elements with brackets: "user.cart[0].id",
 * "[3].name". The empty path is the document itself. A member whose name holds a dot or bracket is
 * written in quotes within brackets: ["a.b"].
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/arena.h"

/* Borrowed from the document; NULL when there is no such value or the path is malformed. */
const json_t *json_at(const json_t *document, const char *path);

/* The text as it stands between the quotes of a JSON string, in the arena. */
const char *json_escape_text(struct arena *arena, const char *text);

/* False when the path could not be right for any document. */
bool json_path_valid(const char *path);

#endif
