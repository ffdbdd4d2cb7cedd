/* SPDX-License-Identifier: MIT */
/*
 * world.h - a loop, a fake transport, statistics and a sim around one scenario, for tests that run
 * users. Scenario code says what it does by note().
 */
#ifndef UNIT_WORLD_H
#define UNIT_WORLD_H

#include "fake_transport.h"
#include "sim/sim.h"
#include "stats/stats.h"

struct world {
    /* set before world_open(), the rest zero */
    const struct fake_answer *script;
    struct sim_options options;
    struct plan_options plan_options;
    const struct scenario *scenario;
    /* read by tests */
    struct loop *loop;
    struct fake_transport fake;
    struct stats *stats;
    struct plan plan;
    struct sim *sim;
    int gone, iterations_done, stops_asked, exit_code;
    bool timed_out;
    /* private */
    struct scenarios scenarios;
    struct loop_timer deadline;
};

void world_open(struct world *world);
void world_close(struct world *world);

/* Starts so many users of the first class and runs until all ended; after two seconds it gives up
 * and sets timed_out. */
void world_run(struct world *world, int users);
void world_spin(struct world *world, int64_t duration_ns); /* runs the loop so long */

/* The first recorded failure as "METHOD name: text"; "" if there is none. */
const char *world_failure(struct world *world);
uint64_t world_exceptions(struct world *world);

void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *notes(void); /* all since the last notes_clear(), a blank between them */
void notes_clear(void);

#endif
