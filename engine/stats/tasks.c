/* SPDX-License-Identifier: MIT */
#include "stats/tasks.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stats/table.h"

struct counted {
    UT_hash_handle hh; /* tasks.by_path */
    uint64_t count;
    char path[];
};

struct tasks {
    struct counted *by_path;
    struct counted *items[TASKS_MAX];
    size_t count;
    uint64_t others;
};

struct tasks *tasks_new(void)
{
    return mem_new(sizeof(struct tasks));
}

void tasks_free(struct tasks *tasks)
{
    if (!tasks) {
        return;
    }
    HASH_CLEAR(hh, tasks->by_path);
    for (size_t i = 0; i < tasks->count; i++) {
        free(tasks->items[i]);
    }
    free(tasks);
}

void tasks_reset(struct tasks *tasks)
{
    for (size_t i = 0; i < tasks->count; i++) {
        tasks->items[i]->count = 0;
    }
}

uint64_t *tasks_counter(struct tasks *tasks, const char *path)
{
    size_t length = strlen(path);
    struct counted *counted;

    HASH_FIND(hh, tasks->by_path, path, length, counted);
    if (counted) {
        return &counted->count;
    }
    if (tasks->count == TASKS_MAX || length == 0 || length > TASKS_PATH_MAX) {
        return &tasks->others;
    }
    counted = mem_new(sizeof(*counted) + length + 1);
    memcpy(counted->path, path, length + 1);
    HASH_ADD_KEYPTR(hh, tasks->by_path, counted->path, length, counted);
    tasks->items[tasks->count++] = counted;
    return &counted->count;
}

const char *tasks_next(const struct tasks *tasks, size_t *position, uint64_t *count)
{
    while (*position < tasks->count) {
        const struct counted *counted = tasks->items[(*position)++];

        if (counted->count > 0) {
            *count = counted->count;
            return counted->path;
        }
    }
    return NULL;
}

uint64_t tasks_count(const struct tasks *tasks, const char *path)
{
    size_t length = strlen(path), position = 0;
    uint64_t sum = 0, count;
    const char *found;

    while ((found = tasks_next(tasks, &position, &count))) {
        if (strncmp(found, path, length) == 0 &&
            (found[length] == '\0' || found[length] == *TASKS_JOINT)) {
            sum += count;
        }
    }
    return sum;
}
