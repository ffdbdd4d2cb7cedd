/* SPDX-License-Identifier: MIT */
/*
 * plan.h - what a run will do: the classes chosen, with their hosts and weights, and each class's
 * tasks after tags, --equal-weights and --config-users. Built once, read by every user.
 */
#ifndef SIM_PLAN_H
#define SIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <cicada.h>

#include "base/err.h"
#include "sim/scenario.h"

struct plan_set;

/* Goes on to set.tasks[target] with odds in proportion to weight. */
struct plan_next {
    size_t target;
    unsigned weight;
};

struct plan_task {
    char *name;
    const char *tags;       /* as the scenario gives them; may be NULL */
    task_fn *run;           /* NULL: a set */
    struct plan_set *set;   /* owned */
    unsigned weight;        /* at least 1 */
    struct plan_next *next; /* Markov sets only */
    size_t next_count;
    unsigned next_total; /* sum of the weights */
};

struct plan_set {
    char *name;
    enum task_order order;
    struct plan_task *tasks;
    size_t task_count;
    unsigned total_weight;
    struct wait wait;
    task_fn *on_start, *on_stop;
};

struct plan_class {
    const struct user_class *source;
    const char *name;
    char *host;            /* base URL without a trailing slash and login; NULL: none known */
    const char *base_path; /* of the host, "" if it has none; points into it */
    char *auth_name, *auth_password; /* from user:pass@ in the host; NULL: none */
    double weight;
    unsigned fixed_count;
    size_t position;      /* 0, 1, 2...: in the order of the scenarios, for lists people read */
    struct plan_set root; /* its wait is the class's */
    size_t depth;         /* of nested sets, the root counted */
};

struct plan {
    struct plan_class *classes; /* by name */
    size_t class_count;
};

/* What --config-users and the like say about one class; NULL and 0 members change nothing. */
struct plan_override {
    const char *class_name;
    const char *host;
    bool has_weight, has_fixed_count;
    double weight;
    unsigned fixed_count;
    const char *const *tasks; /* names to keep, at any depth; NULL terminated */
};

struct plan_options {
    const char *const *class_names;                /* NULL terminated; NULL or empty: all */
    const char *host;                              /* for all classes; NULL: each its own */
    const char *const *tags, *const *exclude_tags; /* NULL terminated; may be NULL */
    bool equal_weights;
    const struct plan_override *overrides;
    size_t override_count;
};

enum plan_result { PLAN_OK, PLAN_BAD_CLASS, PLAN_BAD_OVERRIDE, PLAN_RESULTS };

/* On anything but PLAN_OK the plan is empty and err says why. Names must outlive the plan. */
enum plan_result plan_build(struct plan *plan, const struct scenarios *scenarios,
                            const struct plan_options *options, struct err *err);
void plan_fini(struct plan *plan);

#endif
