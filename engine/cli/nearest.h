/* SPDX-License-Identifier: MIT */
/*
 * nearest.h - "did you mean": how far apart two names are.
 */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

/* Letters to insert, delete, replace or swap with a neighbour; SIZE_MAX for names over 64 bytes. */
size_t nearest_distance(const char *a, const char *b);

/* The closest of count names if it is close enough for a typing mistake, else NULL. */
const char *nearest_name(const char *typed, const char *const *names, size_t count);

#endif
