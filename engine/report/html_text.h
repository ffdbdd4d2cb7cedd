/* SPDX-License-Identifier: MIT */
/*
 * html_text.h - pieces of HTML. Names, failures, hosts and options come from scenarios, targets and
 * peers: they are hostile text and go through html_text(), which is safe within elements and within
 * quoted attributes. Everything else that is written is our own.
 */
#ifndef REPORT_HTML_TEXT_H
#define REPORT_HTML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "watch/verdict.h"

/* Bad UTF-8 shows as U+FFFD, control characters by their pictures; characters that turn the
 * direction of writing, which would let a name pose as another, as U+FFFD. */
void html_text(struct buf *out, const char *text); /* NULL: nothing */

/* No more than so many characters, then an ellipsis. */
void html_text_cut(struct buf *out, const char *text, size_t characters);

enum html_icon { ICON_OK, ICON_WARN, ICON_BAD, ICON_DIM, ICON_DOWN, ICON_MARK, HTML_ICONS };
void html_icon(struct buf *out, enum html_icon icon);
enum html_icon html_icon_of(enum verdict_level level);

/* ---- Sections and tables ---- */

/* <section> with its head; note may be NULL. Close with html_end(). */
void html_section(struct buf *out, const char *title, const char *note);
void html_end(struct buf *out);

struct html_column {
    const char *title;
    const char *unit; /* NULL: none */
    bool number;
};

void html_table(struct buf *out, const struct html_column *columns, size_t count);
void html_table_end(struct buf *out);

/* class may be NULL: a cell of plain text, cut at so many characters. */
void html_cell(struct buf *out, const char *class, const char *text, size_t characters);

/* A number whose point lines up with those of its column, where the longest fraction has so many
 * digits. "0" is grey. */
void html_number(struct buf *out, const char *class, const char *text, size_t fraction);

#endif
