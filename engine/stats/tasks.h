/* SPDX-License-Identifier: MIT */
/*
 * tasks.h - how often each task was started. A task is named by its path: the user class, the sets
 * it is in, and itself, joined by TASKS_JOINT.
 *
 * At most TASKS_MAX paths of at most TASKS_PATH_MAX bytes are counted; the starts of others are
 * not. Counters live until tasks_free(), so that who starts tasks may keep pointers to them.
 */
#ifndef STATS_TASKS_H
#define STATS_TASKS_H

#include <stddef.h>
#include <stdint.h>

#define TASKS_JOINT "\x1f"

enum { TASKS_MAX = 1000, TASKS_PATH_MAX = 1024 };

struct tasks; /* opaque */

struct tasks *tasks_new(void); /* owned by the caller */
void tasks_free(struct tasks *tasks);
void tasks_reset(struct tasks *tasks); /* all to 0 */

/* To be added to; of a path too many or too long, one that nobody is shown. */
uint64_t *tasks_counter(struct tasks *tasks, const char *path);

/* Those that were started, in the order of their first. *position starts as 0; NULL at the end. */
const char *tasks_next(const struct tasks *tasks, size_t *position, uint64_t *count);

/* Starts of the task at the path, or of all in the set or class there. */
uint64_t tasks_count(const struct tasks *tasks, const char *path);

#endif
