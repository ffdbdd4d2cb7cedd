/* SPDX-License-Identifier: MIT */
/*
 * plan_set.h - from a scenario's task tables to the sets of a plan: filtered, named, checked.
 * Private to sim/.
 */
#ifndef SIM_PLAN_SET_H
#define SIM_PLAN_SET_H

#include "sim/plan.h"

/* Lists end with NULL; NULL: not given. */
struct plan_filter {
    const struct loaded_scenario *loaded; /* knows names of functions that have none */
    const char *const *tags, *const *exclude_tags;
    const char *const *keep; /* names of tasks */
};

/* The set has its name, order and wait already. What the filter leaves out is not in it; it may
 * end up empty. On false it still needs plan_set_fini(). */
bool plan_set_build(struct plan_set *set, const struct task *tasks, const char *class_name,
                    const struct plan_filter *filter, struct err *err);
void plan_set_fini(struct plan_set *set);

/* --equal-weights: the distinct functions of all inner sets, each once, in one random set. */
void plan_set_flatten(struct plan_set *set);

size_t plan_set_depth(const struct plan_set *set); /* 1: no sets inside */

bool plan_has_name(const char *const *names, const char *name);

#endif
