/* SPDX-License-Identifier: MIT */
/*
 * address.h - addresses and forms as Python's requests sends them, so that names and bodies agree.
 * Results live in the arena.
 */
#ifndef SIM_ADDRESS_H
#define SIM_ADDRESS_H

#include <stdbool.h>

#include "base/arena.h"

/* Escapes what may not stand in a URL, as url_quote() does. */
const char *address_quote(struct arena *arena, const char *text);

/* Escapes everything but letters, digits and -._~ ; for a piece of a path or query. */
const char *address_escape(struct arena *arena, const char *text);

/* "a=1&b=x+y" from "a", "1", "b", "x y", NULL; a last key without a value gets an empty one. */
const char *address_form(struct arena *arena, const char *const *pairs);

bool address_absolute(const char *text); /* "scheme://..." */

/* The path and query of an absolute URL, "/" at least; borrowed from it where possible. */
const char *address_path(struct arena *arena, const char *absolute);

/* path with "?query", or "&query" when it has one already; before any "#". */
const char *address_add_query(struct arena *arena, const char *path, const char *query);

#endif
