/* SPDX-License-Identifier: MIT */
#include "runner/class_changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct class_changes {
    struct plan_override *items;
    size_t count;
    struct plan_override *all; /* lent out */
};

struct class_changes *class_changes_new(void)
{
    return mem_new(sizeof(struct class_changes));
}

static void forget(struct plan_override *item)
{
    for (const char *const *task = item->tasks; task && *task; task++) {
        free((char *)(uintptr_t)*task);
    }
    free((void *)(uintptr_t)item->tasks);
    free((char *)(uintptr_t)item->class_name);
    free((char *)(uintptr_t)item->host);
}

void class_changes_free(struct class_changes *changes)
{
    if (!changes) {
        return;
    }
    for (size_t i = 0; i < changes->count; i++) {
        forget(&changes->items[i]);
    }
    free(changes->items);
    free(changes->all);
    free(changes);
}

static const char *const *keep_tasks(const char *const *tasks)
{
    size_t count = 0;

    if (!tasks) {
        return NULL;
    }
    while (tasks[count]) {
        count++;
    }
    const char **kept = mem_array(count + 1, sizeof(*kept));

    for (size_t i = 0; i < count; i++) {
        kept[i] = mem_strdup(tasks[i]);
    }
    return kept;
}

/* What the change leaves out comes from before; nothing is copied. */
static struct plan_override merge(const struct plan_override *before,
                                  const struct plan_override *change)
{
    struct plan_override merged = *change;

    if (before) {
        merged.host = change->host ? change->host : before->host;
        merged.tasks = change->tasks ? change->tasks : before->tasks;
        if (!change->has_weight) {
            merged.has_weight = before->has_weight;
            merged.weight = before->weight;
        }
        if (!change->has_fixed_count) {
            merged.has_fixed_count = before->has_fixed_count;
            merged.fixed_count = before->fixed_count;
        }
    }
    return merged;
}

static const struct plan_override *find_last(const struct plan_override *items, size_t count,
                                             const char *class_name)
{
    for (size_t i = count; i > 0; i--) {
        if (strcmp(items[i - 1].class_name, class_name) == 0) {
            return &items[i - 1];
        }
    }
    return NULL;
}

/* The one before is kept, in case the new one is dropped; older ones have no use. */
static void forget_older(struct class_changes *changes, const struct plan_override *kept)
{
    size_t left = 0;

    for (size_t i = 0; i < changes->count; i++) {
        struct plan_override *item = &changes->items[i];

        if (item < kept && strcmp(item->class_name, kept->class_name) == 0) {
            forget(item);
        } else {
            changes->items[left++] = *item;
        }
    }
    changes->count = left;
}

void class_changes_add(struct class_changes *changes, const struct plan_override *change)
{
    const struct plan_override *before = class_changes_find(changes, change->class_name);
    struct plan_override merged = merge(before, change);

    merged.class_name = mem_strdup(change->class_name);
    merged.host = mem_strdup(merged.host);
    merged.tasks = keep_tasks(merged.tasks);
    if (before) {
        forget_older(changes, before);
    }
    changes->items = mem_resize(changes->items, changes->count + 1, sizeof(*changes->items));
    changes->items[changes->count++] = merged;
}

void class_changes_drop(struct class_changes *changes)
{
    if (changes->count > 0) {
        forget(&changes->items[--changes->count]);
    }
}

const struct plan_override *class_changes_all(struct class_changes *changes,
                                              const struct plan_override *given, size_t given_count,
                                              size_t *count)
{
    *count = given_count + changes->count;
    changes->all = mem_resize(changes->all, *count + 1, sizeof(*changes->all));
    for (size_t i = 0; i < given_count; i++) {
        changes->all[i] = given[i];
    }
    for (size_t i = 0; i < changes->count; i++) {
        const struct plan_override *item = &changes->items[i];

        changes->all[given_count + i] =
            merge(find_last(given, given_count, item->class_name), item);
    }
    return changes->all;
}

const struct plan_override *class_changes_find(const struct class_changes *changes,
                                               const char *class_name)
{
    return find_last(changes->items, changes->count, class_name);
}
