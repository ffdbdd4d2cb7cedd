/* SPDX-License-Identifier: MIT */
/*
 * spread.h - classes x weights x fixed counts x workers -> who runs how many users (wire
 * specification, section 4). Pure arithmetic: no clock, no I/O. A run on one machine is a spread
 * with one worker.
 *
 *     spread_set_target(spread, 1000, 50, NULL);
 *     while (spread_step(spread, &step)) { send the counts; wait step.pause_s; }
 *
 * A step costs O(classes + users changed), a redistribution O(users + workers x classes); several
 * workers that come or go between two steps cost one redistribution.
 *
 * Classes are numbered by the order of their names, workers by a handle that stays theirs until
 * they are removed and is reused afterwards.
 */
#ifndef DISPATCH_SPREAD_H
#define DISPATCH_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct spread_class {
    const char *name;
    double weight;        /* ignored if there is a fixed count */
    uint32_t fixed_count; /* 0: by weight; with weight 0 the class is left out */
};

/* What a worker that joins or leaves does to users elsewhere. */
enum spread_moves {
    SPREAD_FEWEST_MOVES, /* only what evenness needs; classes and pop order stay */
    SPREAD_AS_LOCUST,    /* everything is dealt anew, so most users stop and start elsewhere */
};

/* One user more or less. A worker and class may come up more than once in a step. */
struct spread_change {
    uint32_t worker, class;
    int32_t delta; /* 1 or -1 in a step of a ramp; any but 0 in a redistribution */
};

struct spread_step {
    const struct spread_change *changes; /* borrowed until the next call */
    size_t change_count;
    double pause_s;     /* until the next step; before the ramp counts as complete if it is last */
    bool last;          /* the ramp is over */
    bool redistributed; /* extra and unpaced: a timer for the next step keeps running */
};

struct spread; /* opaque */

/* Texts are copied. Fails without a class to run, for a name that comes twice, and for a weight
 * that is negative or not finite; then NULL. Owned by the caller. */
struct spread *spread_new(const struct spread_class *classes, size_t count, enum spread_moves moves,
                          struct err *err);
void spread_free(struct spread *spread); /* NULL is fine */

/* False if the id is (or is not) there; nothing happens then. With users placed, a change makes
 * spread_pending() true: call spread_step() for the redistribution, ramp or not. */
bool spread_add_worker(struct spread *spread, const char *id, uint32_t *worker);
bool spread_remove_worker(struct spread *spread, const char *id);
bool spread_pending(const struct spread *spread);

/*
 * Starts a ramp to that many users at a rate in users per second. allowed restricts the classes
 * new users are of (one flag per class); NULL leaves that as it was. False if the rate is not
 * above 0 or no class is allowed; nothing happens then.
 */
bool spread_set_target(struct spread *spread, uint32_t users, double rate, const bool *allowed);

/* Takes the next step; false if there is none. Setting a target always gives at least one, even if
 * nothing changes, because Locust sends the map again. Without workers there is none. */
bool spread_step(struct spread *spread, struct spread_step *step);

uint32_t spread_users(const struct spread *spread);
uint32_t spread_target(const struct spread *spread);
bool spread_ramping(const struct spread *spread); /* the last step has not been taken */

size_t spread_class_count(const struct spread *spread);
const char *spread_class_name(const struct spread *spread, size_t class);
uint32_t spread_class_users(const struct spread *spread, size_t class); /* on all workers */

/* Workers in the order in which they are served: by index within their host, then id. */
size_t spread_worker_count(const struct spread *spread);
uint32_t spread_worker_at(const struct spread *spread, size_t position);
const char *spread_worker_id(const struct spread *spread, uint32_t worker);
bool spread_find_worker(const struct spread *spread, const char *id, uint32_t *worker);

/* Users of each class this worker shall run, spread_class_count() of them; borrowed until the next
 * call that changes the spread. */
const uint32_t *spread_counts(const struct spread *spread, uint32_t worker);

#endif
