/* SPDX-License-Identifier: MIT */
/*
 * help.h - the texts made from the option table: --help, the manual page, the completion for bash.
 * meson runs "cicada --print-man" and "cicada --print-completion" to build the latter two.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buf.h"
#include "cli/options.h"

enum { HELP_MAX_BYTES = 1 << 20 }; /* fits any help text: for buf_init() */

/*
 * Grouped and wrapped to the columns, with the scenario's options if the options were parsed with
 * them; zeroed options give the table alone.
 */
void help_text(const struct options *options, unsigned columns, struct buf *out);

/* What --help should be wrapped to: that of the terminal on stdout, COLUMNS, or 80. */
unsigned help_columns(void);

/* One line; begins with "locust <compat version>", which scripts look for. */
void help_version(struct buf *out);

void help_healthcheck(struct buf *out);
void help_man(struct buf *out);        /* roff */
void help_completion(struct buf *out); /* a script for bash */

#endif
