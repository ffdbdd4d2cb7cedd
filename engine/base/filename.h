/* SPDX-License-Identifier: MIT */
/*
 * filename.h - what a file's name says of it.
 */
#ifndef BASE_FILENAME_H
#define BASE_FILENAME_H

#include <stdbool.h>
#include <string.h>

/* Whether the name, of that many bytes, ends so (".c") and has something before it. */
static inline bool filename_ends(const char *name, size_t length, const char *extension)
{
    size_t tail = strlen(extension);

    return length > tail && memcmp(name + length - tail, extension, tail) == 0;
}

#endif
