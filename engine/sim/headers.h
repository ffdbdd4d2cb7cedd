/* SPDX-License-Identifier: MIT */
/*
 * headers.h - the headers a user sends with every request.
 */
#ifndef SIM_HEADERS_H
#define SIM_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

struct user_header {
    char *name;
    char *line; /* "Name: value" */
};

struct user_headers;

/* A line break would let a value smuggle in headers of its own, or a second request; a blank before
 * the name would make it part of the line before. */
bool header_name_valid(const char *name);
bool header_value_valid(const char *value);

/* Sets, replaces (value) or removes (NULL value) one; *headers is made when needed. False when name
 * or value hold what a header may not. */
bool headers_set(struct user_headers **headers, const char *name, const char *value);
void headers_free(struct user_headers *headers); /* NULL is fine */

size_t headers_count(const struct user_headers *headers); /* 0 for NULL */
const struct user_header *headers_at(const struct user_headers *headers, size_t index);

#endif
