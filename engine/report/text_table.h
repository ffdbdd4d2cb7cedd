/* SPDX-License-Identifier: MIT */
/*
 * text_table.h - lines of a table for a terminal: cells padded by characters, not bytes, and texts
 * of others made harmless.
 */
#ifndef REPORT_TEXT_TABLE_H
#define REPORT_TEXT_TABLE_H

#include <stdio.h>

#include "base/buf.h"

/*
 * Appends the text, with control characters, line and paragraph separators, marks that change the
 * writing direction, and bytes that are not UTF-8 as \n, \x1b or \u202e: a name must not move the
 * cursor. Returns the number of characters written.
 */
size_t table_plain(struct buf *out, const char *text);

/* The same, then blanks up to that many characters. Longer texts are not cut. */
void table_cell(struct buf *out, const char *text, size_t width);

void table_dashes(struct buf *out, size_t count);

/* Writes all lines in one go, so that those of the log don't come between them, and flushes. */
void table_print(FILE *stream, const struct buf *lines);

#endif
