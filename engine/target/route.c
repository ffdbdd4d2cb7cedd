/* SPDX-License-Identifier: MIT */
/*
 * Routes hang in chains by the hash of their first segment, so that a request compares itself
 * with the three or four patterns it may belong to and not with a hundred.
 */
#include "target/route.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"

#define CHAINS 128
#define NO_ROUTE UINT_MAX

struct route {
    const char *pattern;
    unsigned methods;
    unsigned next; /* in its chain, or NO_ROUTE */
    bool counted;
    uint64_t counts[METHOD_COUNT];
};

struct routes {
    struct route *list;
    unsigned length;
    unsigned chains[CHAINS];
    uint64_t unknown[METHOD_COUNT];
    uint64_t total;
};

static const char *const names[] = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};
_Static_assert(ARRAY_LEN(names) == METHOD_COUNT, "a name per method");

enum method method_from_name(const char *name)
{
    for (int i = 0; i < METHOD_OTHER; i++) {
        if (strcmp(name, names[i]) == 0) {
            return (enum method)i;
        }
    }
    return METHOD_OTHER;
}

const char *method_name(enum method method)
{
    return names[method];
}

struct routes *routes_new(void)
{
    struct routes *routes = mem_new(sizeof(*routes));

    for (int i = 0; i < CHAINS; i++) {
        routes->chains[i] = NO_ROUTE;
    }
    return routes;
}

void routes_free(struct routes *routes)
{
    if (routes) {
        free(routes->list);
        free(routes);
    }
}

/* FNV-1a over the first segment. */
static unsigned chain_of(const char *path)
{
    uint32_t hash = 2166136261U;

    for (path += *path == '/'; *path && *path != '/'; path++) {
        hash = (hash ^ (unsigned char)*path) * 16777619U;
    }
    return hash % CHAINS;
}

unsigned routes_add(struct routes *routes, unsigned methods, const char *pattern)
{
    ENSURE(pattern[0] == '/' && pattern[1] != '{');
    unsigned number = routes->length++;
    unsigned *link = &routes->chains[chain_of(pattern)];

    routes->list = mem_resize(routes->list, routes->length, sizeof(*routes->list));
    while (*link != NO_ROUTE) {
        link = &routes->list[*link].next;
    }
    *link = number;
    if (methods & ON_GET) {
        methods |= 1U << METHOD_HEAD;
    }
    routes->list[number] = (struct route){
        .pattern = pattern,
        .methods = methods,
        .next = NO_ROUTE,
        .counted = pattern[1] != '_',
    };
    return number;
}

/* The segments of the path go where the pattern has braces. */
static bool fits(const char *pattern, const char *path, struct route_match *match)
{
    unsigned params = 0;

    while (*pattern) {
        if (*pattern == '{') {
            size_t length = strcspn(path, "/");

            if (length == 0 || length >= ROUTE_PARAM_BYTES) {
                return false;
            }
            ENSURE(params < ROUTE_PARAMS);
            memcpy(match->params[params], path, length);
            match->params[params++][length] = '\0';
            path += length;
            pattern += strcspn(pattern, "}") + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0' || (path[0] == '/' && path[1] == '\0');
}

void routes_match(const struct routes *routes, enum method method, const char *path,
                  struct route_match *match)
{
    match->result = ROUTE_UNKNOWN;
    match->allowed = 0;
    for (unsigned i = routes->chains[chain_of(path)]; i != NO_ROUTE; i = routes->list[i].next) {
        const struct route *route = &routes->list[i];

        if (!fits(route->pattern, path, match)) {
            continue;
        }
        if (route->methods & (1U << method)) {
            match->result = ROUTE_FOUND;
            match->number = i;
            return;
        }
        if (match->result == ROUTE_UNKNOWN) {
            match->result = ROUTE_WRONG_METHOD;
            match->number = i;
        }
        match->allowed |= route->methods;
    }
}

void routes_count(struct routes *routes, enum method method, const struct route_match *match)
{
    if (match->result == ROUTE_UNKNOWN) {
        routes->unknown[method]++;
        routes->total++;
    } else if (routes->list[match->number].counted) {
        routes->list[match->number].counts[method]++;
        routes->total++;
    }
}

void routes_reset(struct routes *routes)
{
    for (unsigned i = 0; i < routes->length; i++) {
        memset(routes->list[i].counts, 0, sizeof(routes->list[i].counts));
    }
    memset(routes->unknown, 0, sizeof(routes->unknown));
    routes->total = 0;
}

static void write_counts(const uint64_t *counts, const char *pattern, const char **comma,
                         struct buf *out)
{
    for (int method = 0; method < METHOD_COUNT; method++) {
        if (counts[method] > 0) {
            buf_printf(out,
                       "%s\n    \"%s %s\": %llu",
                       *comma,
                       names[method],
                       pattern,
                       (unsigned long long)counts[method]);
            *comma = ",";
        }
    }
}

void routes_write_counts(const struct routes *routes, struct buf *out)
{
    const char *comma = "";

    buf_printf(out, "{\n  \"total\": %llu,\n  \"routes\": {", (unsigned long long)routes->total);
    for (unsigned i = 0; i < routes->length; i++) {
        write_counts(routes->list[i].counts, routes->list[i].pattern, &comma, out);
    }
    write_counts(routes->unknown, "*", &comma, out);
    buf_puts(out, "\n  }\n}\n");
}

void routes_write_list(const struct routes *routes, struct buf *out)
{
    for (unsigned i = 0; i < routes->length; i++) {
        const struct route *route = &routes->list[i];

        if (route->methods == ON_ANY) {
            buf_puts(out, "any");
        } else {
            methods_write(route->methods & ~(1U << METHOD_HEAD), ",", out);
        }
        buf_printf(out, " %s\n", route->pattern);
    }
}

void methods_write(unsigned methods, const char *separator, struct buf *out)
{
    const char *between = "";

    for (int method = 0; method < METHOD_OTHER; method++) {
        if (methods & (1U << method)) {
            buf_printf(out, "%s%s", between, names[method]);
            between = separator;
        }
    }
}
