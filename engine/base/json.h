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

/* Borrowed from the document; NULL when there is no such value or the path is malformed. */
const json_t *json_at(const json_t *document, const char *path);

/* False when the path could not be right for any document. */
bool json_path_valid(const char *path);

#endif
