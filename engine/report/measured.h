/* SPDX-License-Identifier: MIT */
/*
 * measured.h - the shares that tasks really had, beside those they should have.
 */
#ifndef REPORT_MEASURED_H
#define REPORT_MEASURED_H

#include <jansson.h>

#include "stats/tasks.h"

/*
 * Adds "measured" to each class, set and task of ratio_json()'s "per_class" and "total": its part
 * of all task starts, or in "per_class" a task's part of those of its set. null where nothing of
 * the whole was started.
 */
void measured_add(json_t *shares, const struct tasks *tasks);

#endif
