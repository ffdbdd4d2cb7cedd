/* SPDX-License-Identifier: MIT */
/*
 * pick.h - which class the next user is of (wire specification, 4.3).
 *
 * Classes of a fixed count come first; then each class by its weight, in the order that keeps the
 * mix as close to the weights as can be at any moment (least Kullback-Leibler divergence). Equal
 * to Locust 2.27 and later, ties included. A pick costs O(log classes).
 *
 * Classes are numbered in the order of their names.
 */
#ifndef DISPATCH_PICK_H
#define DISPATCH_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PICK_NONE SIZE_MAX

struct pick_class {
    double weight;        /* > 0, unless there is a fixed count */
    uint32_t fixed_count; /* > 0: that many users and no weight */
};

struct pick; /* opaque */

struct pick *pick_new(const struct pick_class *classes, size_t count); /* copies the classes */
void pick_free(struct pick *pick);                                     /* NULL is fine */

/* Starts the order anew over the allowed classes; NULL allows all. An unfinished round of fixed
 * classes is forgotten; whether the next one is due is not. */
void pick_restart(struct pick *pick, const bool *allowed);

/* Users were taken away: fixed classes may be short and come first again. */
void pick_recheck_fixed(struct pick *pick);

/* The next class, or PICK_NONE if there is no weighted class and no fixed one is short. placed has
 * the number of users of each class now. */
size_t pick_next(struct pick *pick, const uint32_t *placed);

#endif
