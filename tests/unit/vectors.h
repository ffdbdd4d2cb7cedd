/* SPDX-License-Identifier: MIT */
/*
 * vectors.h - the golden numbers taken from a live Locust, for tests. Needs -DVECTORS_PATH and
 * jansson. Texts may hold NUL characters. A map with keys that are not text is written as
 * {"__map__": [[key, value], ...]}.
 */
#ifndef UNIT_VECTORS_H
#define UNIT_VECTORS_H

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

/* A new reference to one part of the file; ends the test program if it can't be read. */
static inline json_t *vectors_load(const char *part)
{
    json_error_t error;
    json_t *all = json_load_file(VECTORS_PATH, JSON_ALLOW_NUL, &error);
    json_t *found = json_incref(json_object_get(all, part));

    if (!found) {
        fprintf(stderr, "%s: no %s: %s\n", VECTORS_PATH, part, error.text);
        exit(1);
    }
    json_decref(all);
    return found;
}

static inline double vectors_number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static inline const char *vectors_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* The pairs of a map. */
static inline const json_t *vectors_pairs(const json_t *object, const char *key)
{
    return json_object_get(json_object_get(object, key), "__map__");
}

#endif
