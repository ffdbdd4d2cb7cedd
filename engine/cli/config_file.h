/* SPDX-License-Identifier: MIT */
/*
 * config_file.h - the grammar of .conf files, ConfigArgParse's to the letter.
 *
 *     key = value      key: value      key value      --key value      are equal
 *     key                                             is a flag that is on: "true"
 *     key = "value"                                   one pair of quotes is taken off
 *     key = [a, b]                                    is a list, JSON or bare words
 *     # comment        ; comment                      at the start, or after white space
 *     [section]        ---                            are ignored
 */
#ifndef CLI_CONFIG_FILE_H
#define CLI_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct config_item {
    const char *key; /* as written: "--users" keeps its dashes */
    const char *const *values;
    size_t count; /* 1 unless listed */
    bool listed;
    unsigned line; /* from 1; 0: not known */
};

/* Returns false, with the reason, to end the reading. The item is valid during the call only. */
typedef bool config_item_fn(void *data, const struct config_item *item, struct err *err);

/* Calls on_item for each setting, in order. False if on_item says so, or a line fits no rule. */
bool config_file_read(const char *text, size_t length, config_item_fn *on_item, void *data,
                      struct err *err);

#endif
