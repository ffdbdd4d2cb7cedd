/* SPDX-License-Identifier: MIT */
/* exceptions.c - a hash of tracebacks, each with the sorted list of nodes it came from. */
#include "stats/exceptions.h"

#include <stdlib.h>
#include <string.h>

#define LOGGER "locust.stats"
#include "base/log.h"
#include "base/memory.h"
#include "stats/table.h"
#include "stats/text.h"

struct group {
    struct exception exception; /* owns its texts and nodes */
    size_t node_capacity;
    UT_hash_handle hh; /* exceptions.groups */
};

struct exceptions {
    struct group *groups;
    struct group *other; /* also in groups; NULL until something was folded */
};

struct exceptions *exceptions_new(void)
{
    return mem_new(sizeof(struct exceptions));
}

static void group_free(struct group *group)
{
    for (size_t i = 0; i < group->exception.node_count; i++) {
        free((char *)group->exception.nodes[i]);
    }
    free((void *)group->exception.nodes);
    free((char *)group->exception.message);
    free((char *)group->exception.traceback);
    free(group);
}

void exceptions_clear(struct exceptions *exceptions)
{
    struct group *group, *after;

    HASH_ITER(hh, exceptions->groups, group, after)
    {
        HASH_DEL(exceptions->groups, group);
        group_free(group);
    }
    exceptions->other = NULL;
}

void exceptions_free(struct exceptions *exceptions)
{
    if (exceptions) {
        exceptions_clear(exceptions);
        free(exceptions);
    }
}

static struct group *group_new(struct exceptions *exceptions, const char *message,
                               const char *traceback, size_t traceback_length)
{
    struct group *group = mem_new(sizeof(*group));

    group->exception.message = mem_strndup(message, text_cut(message, STATS_TEXT_MAX));
    group->exception.traceback = mem_strndup(traceback, traceback_length);
    HASH_ADD_KEYPTR(hh, exceptions->groups, group->exception.traceback, traceback_length, group);
    return group;
}

static struct group *group_of(struct exceptions *exceptions, const char *message,
                              const char *traceback)
{
    size_t length = text_cut(traceback, STATS_TRACEBACK_MAX);
    struct group *group;

    HASH_FIND(hh, exceptions->groups, traceback, length, group);
    if (group) {
        return group;
    }
    if (HASH_COUNT(exceptions->groups) < EXCEPTIONS_MAX) {
        return group_new(exceptions, message, traceback, length);
    }
    if (!exceptions->other) {
        log_warning("exceptions: more than %d different ones, the others are counted as %s",
                    EXCEPTIONS_MAX,
                    EXCEPTIONS_OTHER);
        /* A traceback of its own, should a real one be empty. */
        exceptions->other =
            group_new(exceptions, EXCEPTIONS_OTHER, EXCEPTIONS_OTHER, strlen(EXCEPTIONS_OTHER));
    }
    return exceptions->other;
}

static void add_node(struct group *group, const char *node)
{
    size_t low = 0, high = group->exception.node_count;
    const char **nodes = (const char **)group->exception.nodes;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(nodes[middle], node);

        if (order == 0) {
            return;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (group->exception.node_count == EXCEPTIONS_NODES_MAX) {
        return;
    }
    if (group->exception.node_count == group->node_capacity) {
        group->node_capacity = group->node_capacity ? 2 * group->node_capacity : 4;
        nodes = mem_resize(nodes, group->node_capacity, sizeof(*nodes));
        group->exception.nodes = nodes;
    }
    memmove(nodes + low + 1, nodes + low, (group->exception.node_count - low) * sizeof(*nodes));
    nodes[low] = mem_strdup(node);
    group->exception.node_count++;
}

void exceptions_record(struct exceptions *exceptions, const char *node, const char *message,
                       const char *traceback, int64_t wall_ns)
{
    struct group *group = group_of(exceptions, message ? message : "", traceback ? traceback : "");
    struct exception *exception = &group->exception;

    if (exception->count++ == 0 || wall_ns < exception->first_ns) {
        exception->first_ns = wall_ns;
    }
    if (wall_ns > exception->last_ns) {
        exception->last_ns = wall_ns;
    }
    add_node(group, node ? node : "");
}

size_t exceptions_count(const struct exceptions *exceptions)
{
    return HASH_COUNT(exceptions->groups);
}

uint64_t exceptions_total(const struct exceptions *exceptions)
{
    uint64_t total = 0;

    for (const struct group *group = exceptions->groups; group; group = group->hh.next) {
        total += group->exception.count;
    }
    return total;
}

const struct exception *exceptions_next(const struct exceptions *exceptions, void **position)
{
    struct group *group = *position ? ((struct group *)*position)->hh.next : exceptions->groups;

    *position = group;
    return group ? &group->exception : NULL;
}
