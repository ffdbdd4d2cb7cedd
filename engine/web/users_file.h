/* SPDX-License-Identifier: MIT */
/*
 * users_file.h - who may log in: a file with a line for each,
 *
 *     NAME:HASH             a password, as crypt(5) writes it; cicada --print-web-user makes one
 *     NAME:sha256:HEX       a bearer token; cicada --print-web-token makes one
 *
 * Empty lines and those that start with # say nothing. The file is read again when it has changed.
 */
#ifndef WEB_USERS_FILE_H
#define WEB_USERS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct users_file;

/* NULL with a sentence if it can't be read, names nobody or has a line that makes no sense. */
struct users_file *users_file_open(const char *path, struct err *err);
void users_file_free(struct users_file *file); /* NULL is fine */

/* What a password is to be compared with. */
struct password_check {
    char *password, *expected; /* owned */
    bool known;                /* the name is there; else the hash is somebody else's */
};

struct password_check users_file_check(struct users_file *file, const char *name,
                                       const char *password);
void password_check_fini(struct password_check *check); /* leaves no password in memory */

/* Takes some 15 ms, for names that are not there too. Needs nothing else: any thread may. */
bool password_check_run(const struct password_check *check);

/* All of it at once. */
bool users_file_password(struct users_file *file, const char *name, const char *password);

/* The name the token belongs to; NULL: none. Borrowed until the next call. */
const char *users_file_token(struct users_file *file, const char *token);

/* A line for the file; owned by the caller, free(). NULL with a sentence if the name or the
 * password can't be. */
char *users_file_line(const char *name, const char *password, struct err *err);
char *users_file_token_line(const char *name, char token[65],
                            struct err *err); /* makes the token */

/* So many random bytes as hexadecimal digits, 2 * bytes + 1. */
void users_file_random(char *text, size_t bytes);

#endif
