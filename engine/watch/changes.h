/* SPDX-License-Identifier: MIT */
/*
 * changes.h - what changed in a test lately, for the third card of the page: the last 50 events.
 */
#ifndef WATCH_CHANGES_H
#define WATCH_CHANGES_H

#include <stddef.h>
#include <stdint.h>

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
size_t changes_count(const struct changes *changes);                       /* that are kept */
const struct change *changes_nth(const struct changes *changes, size_t n); /* 0: the newest */

#endif
