/* SPDX-License-Identifier: MIT */
/*
 * format.h - text that remembers the format it was made by, so that a path built by fmt() can be
 * recorded under its pattern.
 */
#ifndef SIM_FORMAT_H
#define SIM_FORMAT_H

#include <stdarg.h>

#include "base/arena.h"

const char *format_text(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* The format, if the text was made by format_text() in this arena; else NULL. */
const char *format_of(const struct arena *arena, const char *text);

#endif
