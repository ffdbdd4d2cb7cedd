/* SPDX-License-Identifier: MIT */
/*
 * route.h - which pattern a path belongs to, and how often each was asked for.
 *
 * A pattern is "/posts" or "/posts/{id}/comments": fixed segments, and at most ROUTE_PARAMS braces
 * that take one segment each. The first segment is always fixed. One slash at the end of a path is
 * ignored. Where two patterns fit, the one added first wins.
 */
#ifndef TARGET_ROUTE_H
#define TARGET_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHOD_OTHER,
    METHOD_COUNT,
};

/* Sets of methods. A route that takes GET takes HEAD too. */
#define ON_GET (1U << METHOD_GET)
#define ON_POST (1U << METHOD_POST)
#define ON_PUT (1U << METHOD_PUT)
#define ON_PATCH (1U << METHOD_PATCH)
#define ON_DELETE (1U << METHOD_DELETE)
#define ON_ANY ((1U << METHOD_COUNT) - 1)

#define ROUTE_PARAMS 2
#define ROUTE_PARAM_BYTES 256 /* with the NUL; a longer segment fits no pattern */

enum route_result { ROUTE_FOUND, ROUTE_UNKNOWN, ROUTE_WRONG_METHOD };

struct route_match {
    enum route_result result;
    unsigned number;  /* what routes_add() returned; not set for ROUTE_UNKNOWN */
    unsigned allowed; /* methods, for ROUTE_WRONG_METHOD */
    char params[ROUTE_PARAMS][ROUTE_PARAM_BYTES];
};

struct routes;

enum method method_from_name(const char *name); /* METHOD_OTHER when it is none of ours */
const char *method_name(enum method method);

struct routes *routes_new(void); /* owned by the caller */
void routes_free(struct routes *routes);

/* Returns the route's number: 0, 1, 2... The pattern is borrowed. */
unsigned routes_add(struct routes *routes, unsigned methods, const char *pattern);

void routes_match(const struct routes *routes, enum method method, const char *path,
                  struct route_match *match);

/*
 * Counts under the method and the pattern that fitted, or "*" when none did; a wrong method counts
 * under the first pattern that fitted. Patterns beginning with "/_" are not counted.
 */
void routes_count(struct routes *routes, enum method method, const struct route_match *match);
void routes_reset(struct routes *routes);

/* {"total": 3, "routes": {"GET /posts": 2, "GET *": 1}}; what was never asked for is left out. */
void routes_write_counts(const struct routes *routes, struct buf *out);

/* One line "GET,POST /posts" per route. */
void routes_write_list(const struct routes *routes, struct buf *out);

/* "GET, HEAD, POST", as the Allow header wants it. */
void methods_write(unsigned methods, const char *separator, struct buf *out);

#endif
