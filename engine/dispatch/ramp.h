/* SPDX-License-Identifier: MIT */
/*
 * ramp.h - how many users a run wants at time t, from --stages 30s:100,5m:500,1m:0.
 *
 * A stage is a duration and a number of users. Over its duration the users go in a straight line
 * from those of the stage before (0 before the first) to its own; equal numbers hold. A stage of
 * no duration (0s:100) is a jump. The test ends with the last stage.
 *
 * ramp_tick() puts that as a Locust load shape does: asked about once a second, it gives a target
 * and a spawn rate, to be passed to the dispatcher when they differ from the last ones. Within a
 * stage they are always the same, the stage's own users at the rate of its line, so that a stage
 * is one ramp of the dispatcher, which then follows the line to within one of its steps (a second
 * of the rate, at least one user) and the delay of the tick. A hold keeps the rate before it, with
 * which a rest is caught up and by which nothing changes if there is none.
 *
 * Times are nanoseconds since the start of the test.
 */
#ifndef DISPATCH_RAMP_H
#define DISPATCH_RAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { RAMP_STAGES_MAX = 1000, RAMP_USERS_MAX = 100000000 };

struct ramp_stage {
    int64_t duration_ns;
    uint32_t users; /* at its end */
};

struct ramp; /* opaque */

/* Blanks around parts and numbers are ignored, a bare number is seconds. NULL with a sentence that
 * names the bad part if the text is anything else, empty, or lasts no time. Owned by the caller. */
struct ramp *ramp_parse(const char *text, struct err *err);
void ramp_free(struct ramp *ramp); /* NULL is fine */

size_t ramp_stage_count(const struct ramp *ramp);
const struct ramp_stage *ramp_stages(const struct ramp *ramp);
int64_t ramp_total_ns(const struct ramp *ramp);
uint32_t ramp_peak_users(const struct ramp *ramp);

/* The line itself; before the start its first value, after the end its last. */
double ramp_users_at(const struct ramp *ramp, int64_t now_ns);

struct ramp_tick {
    uint32_t users;
    double rate; /* users per second, above 0 */
};

/* False once the last stage is over; the tick is untouched then. */
bool ramp_tick(const struct ramp *ramp, int64_t now_ns, struct ramp_tick *tick);

#endif
