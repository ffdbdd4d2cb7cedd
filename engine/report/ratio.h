/* SPDX-License-Identifier: MIT */
/*
 * ratio.h - which share of the users is of each class and which share of its work each task is, as
 * --show-task-ratio prints it and /tasks serves it; and the list of classes.
 *
 * Shares follow from the weights alone: those of a sequential set are of its turns, those of a
 * Markov set (which Locust leaves out) of a long walk. A task's share is that of its set, or in the
 * total multiplied down from all users.
 */
#ifndef REPORT_RATIO_H
#define REPORT_RATIO_H

#include <stdio.h>

#include <jansson.h>

struct plan;

/* {"per_class": {class: {"ratio": r, "tasks": {task: {"ratio": r, "tasks": ...}}}}, "total": ...}
 * from the users running, one number per class of the plan. Owned by the caller. */
json_t *ratio_json(const struct plan *plan, const size_t *class_users);

/* The same from the weights, if so many users ran; 0 as below. */
json_t *ratio_planned(const struct plan *plan, size_t users);

/* users: --users, 0 if not given, which stands for the sum of the weights. */
void ratio_print(FILE *stream, const struct plan *plan, size_t users);
void ratio_print_json(FILE *stream, const struct plan *plan, size_t users);

/* --list */
void ratio_print_classes(FILE *stream, const struct plan *plan);

#endif
