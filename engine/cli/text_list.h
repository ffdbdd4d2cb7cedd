/* SPDX-License-Identifier: MIT */
/*
 * text_list.h - a growing list of strings, and the "[a, b]" form that configuration files and
 * environment variables give lists in.
 */
#ifndef CLI_TEXT_LIST_H
#define CLI_TEXT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct text_list {
    char **items; /* ends with NULL once anything was added */
    size_t count;
};

void text_list_fini(struct text_list *list); /* a zeroed list is valid and empty */

void text_list_add(struct text_list *list, const char *text, size_t length);

/* As Python's str() writes it (True, None), but objects and arrays as JSON. */
void text_list_add_json(struct text_list *list, const json_t *value);

/*
 * Appends the elements of "[...]": JSON if it is that, otherwise bare words between commas.
 * False, and nothing added, if the text is not in brackets.
 */
bool text_list_parse(struct text_list *list, const char *text);

#endif
