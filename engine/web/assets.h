/* SPDX-License-Identifier: MIT */
/*
 * assets.h - the files of the page: those embedded at build time, gzip-compressed, or those of a
 * folder.
 */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "web/call.h"

/* What embed.py writes. */
struct asset {
    const char *path; /* "/index.html" */
    const unsigned char *bytes;
    size_t length; /* compressed */
    size_t plain_length;
    const char *tag; /* quoted, of the contents */
};
extern const struct asset assets_embedded[]; /* ends with a zero entry */

struct assets;

/* folder NULL: the embedded ones. NULL with a sentence if the folder has no index.html. */
struct assets *assets_new(const char *folder, struct err *err);
void assets_free(struct assets *assets); /* NULL is fine */

/* The page itself with its scripts' policy, or NULL where there is none and a plain one must do. */
const char *assets_index(const struct assets *assets);
const char *assets_policy(const struct assets *assets); /* for Content-Security-Policy */

/* Answers with the file of that path; false if there is none. */
bool assets_answer(struct assets *assets, struct call *call, const char *path);

#endif
