/* SPDX-License-Identifier: MIT */
/*
 * text.h - names and texts that come from scenarios and peers, cut to a length we can afford.
 */
#ifndef STATS_TEXT_H
#define STATS_TEXT_H

#include <stddef.h>

enum {
    STATS_METHOD_MAX = 64, /* bytes, the NUL not counted */
    STATS_NAME_MAX = 1024,
    STATS_TEXT_MAX = 4096,
    STATS_TRACEBACK_MAX = 16384,
};

/* Length of the text cut to at most max bytes, not in the middle of a UTF-8 character; NULL: 0. */
size_t text_cut(const char *text, size_t max);

/* Copies the cut text and a NUL to out, which holds max + 1 bytes; returns the length copied. */
size_t text_put(char *out, const char *text, size_t max);

#endif
