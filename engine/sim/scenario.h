/* SPDX-License-Identifier: MIT */
/*
 * scenario.h - the scenarios of a run: built in, a module (.so), or a C file compiled on the spot.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include <cicada.h>

#include "base/err.h"

struct loaded_scenario {
    char *name; /* as given to -f */
    const struct scenario *scenario;
    int image; /* the open file it was loaded from, for its symbol table */
};

struct scenarios {
    struct loaded_scenario *items;
    size_t count;
};

/* A zeroed struct scenarios is empty. Modules stay mapped until the process ends. */
void scenarios_fini(struct scenarios *scenarios);

/* One that is compiled into the program. */
void scenarios_add(struct scenarios *scenarios, const char *name, const struct scenario *scenario);

/*
 * path: a .c file, a module, or a directory, of which every .c file is taken that does not start
 * with an underscore. A compiler's messages go to stderr as they are.
 */
bool scenarios_load(struct scenarios *scenarios, const char *path, struct err *err);

/* NULL if there is no class of that name. */
const struct user_class *scenarios_find_class(const struct scenarios *scenarios, const char *name);

/* The test-wide hooks of all scenarios, in their order. */
void scenarios_test_start(const struct scenarios *scenarios);
void scenarios_test_stop(const struct scenarios *scenarios);
void scenarios_quit(const struct scenarios *scenarios);
void scenarios_worker_connect(const struct scenarios *scenarios, const char *worker_id);

/* Hands a message to the handlers of its type; false if there is none. */
bool scenarios_take_message(const struct scenarios *scenarios, const struct incoming *message);

/* What the symbol table of the scenario's file calls the function at that address, static ones too.
 * Owned by the caller; NULL if the table is gone (stripped) or has no name for it. */
char *scenario_symbol_name(const struct loaded_scenario *loaded, const void *address);

#endif
