/* SPDX-License-Identifier: MIT */
/*
 * toml_value.h - the values of TOML: strings, numbers, dates, arrays, inline tables. For toml.c.
 */
#ifndef CLI_TOML_VALUE_H
#define CLI_TOML_VALUE_H

#include <stdbool.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"

enum { TOML_MOST_NESTED = 32 };

struct toml_reader {
    const char *at; /* what is not read yet; a NUL follows the end */
    const char *end;
    struct err *err;
    unsigned line;  /* from 1 */
    unsigned depth; /* of arrays and inline tables */
};

bool toml_fail(struct toml_reader *reader, const char *why); /* false */

void toml_skip_blanks(struct toml_reader *reader); /* blanks and tabs */

/* Blanks, a comment, and the end of the line or text; false if something else is there. */
bool toml_end_of_line(struct toml_reader *reader);

/* One part of a key, bare or quoted, appended to an empty buf. */
bool toml_key_part(struct toml_reader *reader, struct buf *part);

json_t *toml_value(struct toml_reader *reader); /* NULL: failed, err is set */

/* "a.b.c = value" into the table. */
bool toml_pair(struct toml_reader *reader, json_t *table);

/* The table of that name within, made if need be; of an array of tables, its last. */
json_t *toml_subtable(struct toml_reader *reader, json_t *table, const char *name);

#endif
