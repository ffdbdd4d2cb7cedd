/* SPDX-License-Identifier: MIT */
/*
 * utf8.h - names and failure texts come from scenarios, targets and peers and may hold any bytes;
 * files that are said to be UTF-8 may not.
 */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define UTF8_BAD UINT32_MAX

/* The length of the character at the text, which is not at its end. A byte that belongs to no
 * character is one by itself, UTF8_BAD. */
size_t utf8_next(const char *text, uint32_t *character);

/* Appends the text, each bad byte as the replacement character U+FFFD. */
void utf8_add(struct buf *out, const char *text);

#endif
