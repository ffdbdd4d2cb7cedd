/* SPDX-License-Identifier: MIT */
/*
 * pytext.h - text and numbers as Python's repr() writes them, for what must equal a Python
 * program's output byte for byte.
 */
#ifndef BASE_PYTEXT_H
#define BASE_PYTEXT_H

#include "base/buf.h"

/* Appends repr(text): quotes, escapes, \xNN for what Python does not print. Bad UTF-8 bytes are
 * written as \xNN each. */
void pytext_repr(struct buf *out, const char *text);

/* Appends repr(value): the shortest digits that read back as the same double, "1.0", "1e-05". */
void pytext_float(struct buf *out, double value);

#endif
