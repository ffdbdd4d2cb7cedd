/* SPDX-License-Identifier: MIT */
/*
 * changes.h - what changed in a test lately, for the third card of the page: the last 50 events.
 */
#ifndef WEB_CHANGES_H
#define WEB_CHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "web/jsonw.h"

enum { CHANGES_MAX = 50 };

struct change {
    int64_t wall_ns;
    const char *kind; /* one of API.md's */
    char text[320], short_text[60], link[200];
};

struct changes {
    /* private */
    struct change items[CHANGES_MAX]; /* a ring */
    size_t stored;                    /* ever */
};

/* The caller writes the texts. */
struct change *changes_add(struct changes *changes, int64_t wall_ns, const char *kind);
void changes_clear(struct changes *changes);
void changes_write(const struct changes *changes, struct jsonw *w); /* "changes": newest first */

#endif
