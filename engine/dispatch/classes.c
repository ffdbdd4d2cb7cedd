/* SPDX-License-Identifier: MIT */
/* classes.c - user classes as people give them. */
#include "dispatch/classes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static bool check_class(const struct spread_class *class, struct err *err)
{
    if (!class->name || !*class->name) {
        return err_set(err, "a user class has no name");
    }
    if (!isfinite(class->weight) || class->weight < 0) {
        return err_set(
            err, "user class %s: weight %g is not 0 or above", class->name, class->weight);
    }
    return true;
}

static int by_name(const void *left, const void *right)
{
    const struct spread_class *a = left, *b = right;

    return strcmp(a->name, b->name);
}

struct spread_class *classes_usable(const struct spread_class *classes, size_t *count,
                                    struct err *err)
{
    struct spread_class *kept = mem_array(*count + 1, sizeof(*kept));
    size_t length = 0;

    for (size_t i = 0; i < *count; i++) {
        if (!check_class(&classes[i], err)) {
            goto fail;
        }
        if (classes[i].fixed_count > 0 || classes[i].weight > 0) {
            kept[length++] = classes[i];
        }
    }
    if (length == 0) {
        err_set(err, "no user class with a weight or a fixed count above 0");
        goto fail;
    }
    qsort(kept, length, sizeof(*kept), by_name);
    for (size_t i = 1; i < length; i++) {
        if (strcmp(kept[i - 1].name, kept[i].name) == 0) {
            err_set(err, "two user classes are named %s", kept[i].name);
            goto fail;
        }
    }
    *count = length;
    return kept;
fail:
    free(kept);
    return NULL;
}
