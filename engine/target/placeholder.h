/* SPDX-License-Identifier: MIT */
/*
 * placeholder.h - the routes of JSONPlaceholder: posts, comments, users, albums and to-dos to
 * read; posts to write, with the right answer and, as there, without any effect.
 */
#ifndef TARGET_PLACEHOLDER_H
#define TARGET_PLACEHOLDER_H

#include "target/server.h"

struct placeholder;

struct placeholder *placeholder_new(void);
void placeholder_free(struct placeholder *placeholder); /* after the server */

void placeholder_mount(struct placeholder *placeholder, struct server *server);

#endif
