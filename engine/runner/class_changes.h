/* SPDX-License-Identifier: MIT */
/*
 * class_changes.h - what was changed in user classes while the program runs, as overrides of a plan
 * that are stronger than those of the options.
 */
#ifndef RUNNER_CLASS_CHANGES_H
#define RUNNER_CLASS_CHANGES_H

#include <stddef.h>

#include "sim/plan.h"

struct class_changes;

struct class_changes *class_changes_new(void);
void class_changes_free(struct class_changes *changes); /* NULL is fine */

/* Copied; what it leaves out stays as an earlier change of the class said. */
void class_changes_add(struct class_changes *changes, const struct plan_override *change);
void class_changes_drop(struct class_changes *changes); /* the one added last */

/* Those given first, then ours, which take from those given what they leave out: the later wins.
 * Borrowed until the next call. */
const struct plan_override *class_changes_all(struct class_changes *changes,
                                              const struct plan_override *given, size_t given_count,
                                              size_t *count);

/* NULL: nothing was changed in that class. */
const struct plan_override *class_changes_find(const struct class_changes *changes,
                                               const char *class_name);

#endif
