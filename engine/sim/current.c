/* SPDX-License-Identifier: MIT */
#include "sim/current.h"

#include <stddef.h>

/* A process runs one test at a time; hooks have no user to find it by. */
static struct sim *sim_now;
static option_lookup_fn *lookup_now;
static const void *lookup_data;
static message_sender_fn *sender_now;
static void *sender_data;

void current_sim_set(struct sim *sim)
{
    sim_now = sim;
}

struct sim *current_sim(void)
{
    return sim_now;
}

void current_options_set(option_lookup_fn *lookup, const void *data)
{
    lookup_now = lookup;
    lookup_data = data;
}

const char *current_option(const char *name)
{
    return lookup_now ? lookup_now(lookup_data, name) : NULL;
}

void current_sender_set(message_sender_fn *sender, void *data)
{
    sender_now = sender;
    sender_data = data;
}

bool current_send(const char *type, const char *json, const char *to)
{
    return sender_now && sender_now(sender_data, type, json, to);
}
