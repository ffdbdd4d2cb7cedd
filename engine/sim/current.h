/* SPDX-License-Identifier: MIT */
/*
 * current.h - the process's sim and options, for the calls of cicada.h that name no user.
 */
#ifndef SIM_CURRENT_H
#define SIM_CURRENT_H

#include <stdbool.h>

#include "sim/sim.h"

void current_sim_set(struct sim *sim); /* NULL: none */
struct sim *current_sim(void);

/* Looks a scenario option's value up; borrowed for the process's life. NULL: not given. */
typedef const char *option_lookup_fn(const void *data, const char *name);
void current_options_set(option_lookup_fn *lookup, const void *data);
const char *current_option(const char *name);

/* Takes a scenario's message on its way; NULL: there is no test yet. */
typedef bool message_sender_fn(void *data, const char *type, const char *json, const char *to);
void current_sender_set(message_sender_fn *sender, void *data);
bool current_send(const char *type, const char *json, const char *to);

#endif
