/* SPDX-License-Identifier: MIT */
/*
 * placeholder_data.h - the data behind the JSONPlaceholder routes: the same shapes and numbers,
 * texts of our own. Every call builds the same, so that tests may rely on it.
 *
 * Each returns an array ordered by id, which counts from 1; owned by the caller.
 */
#ifndef TARGET_PLACEHOLDER_DATA_H
#define TARGET_PLACEHOLDER_DATA_H

#include <jansson.h>

#define PLACEHOLDER_USERS 10
#define PLACEHOLDER_POSTS 100    /* 10 per user */
#define PLACEHOLDER_COMMENTS 500 /* 5 per post */
#define PLACEHOLDER_ALBUMS 100   /* 10 per user */
#define PLACEHOLDER_TODOS 200    /* 20 per user */

json_t *placeholder_users(void);
json_t *placeholder_posts(void);
json_t *placeholder_comments(void);
json_t *placeholder_albums(void);
json_t *placeholder_todos(void);

#endif
