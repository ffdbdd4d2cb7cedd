/* SPDX-License-Identifier: MIT */
/*
 * users_config.h - what --config-users says: for each user class named, attributes to replace.
 *
 * Each argument is a file whose name ends in .json, or JSON itself; either holds an object or an
 * array of objects. An object needs "user_class_name". Whether the class exists is the caller's to
 * find out.
 */
#ifndef CLI_USERS_CONFIG_H
#define CLI_USERS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

struct user_override {
    const char *user_class_name;
    const char *host;    /* NULL: not given */
    double weight;       /* negative: not given */
    int64_t fixed_count; /* -1: not given */
    bool has_tasks;      /* an empty list is one too */
    const char **tasks;  /* names of the tasks to keep; ends with NULL */
    json_t *others;      /* object with every further key; what they mean is the caller's matter */
};

struct users_config {
    struct user_override *overrides; /* in the order given; the later wins */
    size_t count;
    json_t *documents; /* private: keeps the texts above alive */
};

/* arguments ends with NULL. On false the configuration is empty, and exit code 2 is due. */
bool users_config_init(struct users_config *config, char *const *arguments, struct err *err);
void users_config_fini(struct users_config *config); /* a zeroed one is fine */

#endif
