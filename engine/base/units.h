/* SPDX-License-Identifier: MIT */
/*
 * units.h - quantities as people type and read them.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A time span: a bare number is seconds; otherwise days, hours, minutes, seconds and milliseconds,
 * each optional but in that order: "90", "1.5", "20m", "1h30m", "2d", "1m30s", "250ms". Blanks
 * around it are ignored. False for anything else, negative or beyond 100 years; *ns untouched.
 */
bool units_parse_span(const char *text, int64_t *ns);

/* A size in bytes: "4096", "64k", "1.5M", "2G" (powers of 1024, an optional trailing B or iB). */
bool units_parse_size(const char *text, uint64_t *bytes);

/* A whole number in [min, max], nothing but blanks around it. */
bool units_parse_int(const char *text, int64_t min, int64_t max, int64_t *value);

/* A finite decimal number, nothing but blanks around it. */
bool units_parse_double(const char *text, double *value);

/* true/yes/1/on and false/no/0/off in any case. */
bool units_parse_bool(const char *text, bool *value);

/* "1.5 KB", "27 MB"; into text of the given size; returns text. */
char *units_format_size(char *text, size_t size, uint64_t bytes);

#endif
