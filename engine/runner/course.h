/* SPDX-License-Identifier: MIT */
/*
 * course.h - what a test wants over time: so many users at a rate, for so long, or what a load
 * shape says once a second.
 */
#ifndef RUNNER_COURSE_H
#define RUNNER_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/loop.h"
#include "dispatch/ramp.h"
#include "dispatch/spread.h"
#include "sim/scenario.h"

struct course_options {
    uint32_t users;
    double spawn_rate;         /* users per second, > 0 */
    int64_t run_time_ns;       /* from the start, ramp included; 0: no limit */
    const struct ramp *stages; /* --stages; NULL: none. A shape exported by a scenario wins */
};

enum course_end { COURSE_END_RUN_TIME, COURSE_END_SHAPE };

struct course_events {
    void *data;
    size_t (*users)(void *data); /* running now */
    /* classes: start only these; ends with NULL. NULL: all */
    void (*on_target)(void *data, uint32_t users, double rate, const char *const *classes);
    void (*on_end)(void *data, enum course_end end);
};

struct course {
    /* private */
    const struct course_options *options;
    struct course_events events;
    bool (*tick)(struct load *load);
    struct load last;
    bool any; /* a target was given */
    int64_t start_ns;
    struct loop_timer run_timer, shape_timer;
};

/* All borrowed. Nothing happens before course_start(), and after course_stop(). */
void course_init(struct course *course, struct loop *loop, const struct course_options *options,
                 const struct scenarios *scenarios, const struct course_events *events);
void course_start(struct course *course); /* gives the first target within the call */
void course_stop(struct course *course);

/* Gives a spread its target; false, logged, for a rate or classes that make no sense. */
bool course_set_target(struct spread *spread, uint32_t users, double rate,
                       const char *const *classes);

bool course_shaped(const struct course *course); /* a load shape decides over the users */

#endif
