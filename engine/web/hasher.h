/* SPDX-License-Identifier: MIT */
/*
 * hasher.h - compares passwords on a thread of its own: hashing one is made to take long, and the
 * loop must not stand still meanwhile. The thread starts with the first one.
 */
#ifndef WEB_HASHER_H
#define WEB_HASHER_H

#include <stdbool.h>

#include "core/loop.h"
#include "web/users_file.h"

enum { HASHER_JOBS_MAX = 16 };

struct hasher;

struct hasher *hasher_new(struct loop *loop);
/* NULL is fine. What is not done yet is dropped: on_dropped is called in place of on_done. */
void hasher_free(struct hasher *hasher);

struct hasher_events {
    void *data;
    void (*on_done)(void *data, bool good); /* on the loop */
    void (*on_dropped)(void *data);
};

/* Takes the check. False, and nothing is taken, if too many are waiting. */
bool hasher_add(struct hasher *hasher, const struct password_check *check,
                const struct hasher_events *events);

#endif
