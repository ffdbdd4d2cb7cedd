/* SPDX-License-Identifier: MIT */
/*
 * sessions.h - those who have logged in, in memory only, and how often addresses may try.
 */
#ifndef WEB_SESSIONS_H
#define WEB_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SESSIONS_MAX = 1000, SESSION_ID_SIZE = 65, ATTEMPTS_ADDRESSES = 256 };

struct session {
    char id[SESSION_ID_SIZE];   /* of the cookie */
    char csrf[SESSION_ID_SIZE]; /* which other sites can't know */
    char name[65];
    int64_t start_ns, used_ns; /* monotonic */
};

struct attempts {
    char address[64];
    double failures; /* which fade by one in twelve seconds */
    int64_t last_ns;
};

struct sessions {
    /* private */
    struct session *items;
    size_t count;
    struct attempts attempts[ATTEMPTS_ADDRESSES];
    double checks; /* of passwords, by anybody; they fade by one a second */
    int64_t checks_ns;
};

void sessions_fini(struct sessions *sessions); /* zeroed is fine */

/* The oldest makes room. Borrowed until the next call, as all sessions. */
const struct session *sessions_add(struct sessions *sessions, const char *name, int64_t now_ns);

/* NULL: none, or it is over: twelve hours unused, or a week old. */
const struct session *sessions_find(struct sessions *sessions, const char *id, int64_t now_ns);
void sessions_drop(struct sessions *sessions, const char *id);

/* Whether the address may try a password now; counts the try. Five failures a minute, and ten tries
 * in a row by all together, then one a second. */
bool sessions_may_try(struct sessions *sessions, const char *address, int64_t now_ns);
void sessions_failed(struct sessions *sessions, const char *address, int64_t now_ns);

#endif
