/* SPDX-License-Identifier: MIT */
/*
 * master_classes.h - the user classes a master deals out: those of its own scenarios, those of
 * --class, or those its workers name; with the weights of --config-users.
 */
#ifndef CLI_MASTER_CLASSES_H
#define CLI_MASTER_CLASSES_H

#include "cli/options.h"
#include "cli/users_config.h"
#include "runner/master.h"
#include "sim/plan.h"

struct master_classes {
    struct master_class *items;
    size_t count;
    bool learn;   /* deal out what workers name */
    char **names; /* private: of --class */
};

/* The plan may be empty. Borrows from all of them. */
bool master_classes_init(struct master_classes *classes, const struct options *options,
                         const struct users_config *config, const struct plan *plan,
                         struct err *err);
void master_classes_fini(struct master_classes *classes); /* a zeroed one is fine */

#endif
