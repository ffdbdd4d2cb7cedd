/* SPDX-License-Identifier: MIT */
/*
 * exceptions.h - errors of scenario code itself, grouped by traceback.
 *
 * They are not request failures; Locust shows them under Exceptions and they make the exit code
 * non-zero. A group keeps the message of its first occurrence and the nodes it was seen on. At
 * most EXCEPTIONS_MAX groups are kept, each with at most EXCEPTIONS_NODES_MAX nodes; the others
 * count in a group whose message is EXCEPTIONS_OTHER. Texts are cut at 16 KB and 4 KB.
 */
#ifndef STATS_EXCEPTIONS_H
#define STATS_EXCEPTIONS_H

#include <stddef.h>
#include <stdint.h>

#define EXCEPTIONS_OTHER "(other exceptions)"

enum { EXCEPTIONS_MAX = 500, EXCEPTIONS_NODES_MAX = 1000 };

struct exception {
    uint64_t count;
    const char *message, *traceback;
    const char *const *nodes; /* sorted, each once */
    size_t node_count;
    int64_t first_ns, last_ns; /* wall */
};

struct exceptions; /* opaque */

struct exceptions *exceptions_new(void); /* owned by the caller */
void exceptions_free(struct exceptions *exceptions);
void exceptions_clear(struct exceptions *exceptions);

/* node: "local", or a worker's id; wall_ns: when it was heard of. */
void exceptions_record(struct exceptions *exceptions, const char *node, const char *message,
                       const char *traceback, int64_t wall_ns);

size_t exceptions_count(const struct exceptions *exceptions);   /* groups */
uint64_t exceptions_total(const struct exceptions *exceptions); /* occurrences */

/* In the order of their first occurrence. Start with *position NULL; NULL at the end. The group is
 * borrowed until exceptions_clear(). */
const struct exception *exceptions_next(const struct exceptions *exceptions, void **position);

#endif
